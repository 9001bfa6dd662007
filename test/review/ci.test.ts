import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { renderReports } from '../../server/review/formats/render.js';
import type { Finding } from '../../server/review/types.js';
import { finding, reportOf } from './sample.js';

const text = (format: 'gitlab' | 'patchwork', ...findings: readonly Finding[]) =>
  JSON.parse(renderReports([reportOf(...findings)], { format, all: false, colour: false }));

/** https://docs.gitlab.com/ci/testing/code_quality/, "Code Quality report format". */
const codeQuality = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', minLength: 1 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', pattern: '^(?!\\./|/)' },
          lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
        },
      },
    },
  },
};

test('the GitLab report is what Code Quality reads, with a level for each severity', () => {
  const levels = (['error', 'warning', 'note'] as const).map((level) => ({ ...finding, level, id: level }));
  const issues = text('gitlab', ...levels);
  const validate = new Ajv().compile(codeQuality);
  validate(issues);
  expect(validate.errors).toBeNull();
  expect(issues.map(({ severity }: { severity: string }) => severity)).toEqual(['major', 'minor', 'info']);
});

test('the GitLab report leaves out what the series fixes', () => {
  expect(text('gitlab', { ...finding, status: 'fixed' })).toEqual([]);
});

test('Patchwork gets a check for each patch, with the state of its worst finding', () => {
  const warning = { ...finding, level: 'warning', message: 'less bad' } as const;
  const checks = text('patchwork', warning, finding);
  expect(checks).toMatchObject([
    {
      messageId: '<1@example.org>',
      context: 'rescuer',
      state: 'fail',
      description: `1 error, 1 warning: ${finding.message}`,
    },
    { patch: 2, state: 'success', description: 'no findings' },
  ]);
  expect(text('patchwork', warning)[0].state).toBe('warning');
  expect(text('patchwork', { ...finding, level: 'note' })[0].state).toBe('success');
});

test('what was there before a series is no part of its checks', () => {
  expect(text('patchwork', { ...finding, status: 'preexisting', patch: null })[0].state).toBe('success');
});
