import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rescuer } from './capture.js';

const [cover = '', first = ''] = readFileSync('examples/drop-rescuer.mbox', 'utf8').split(/^(?=From [0-9a-f]{40} )/m);
const unrelated = first.replaceAll(/^([-+ ]).*/gm, '$1').replaceAll(/^(@@ .* @@).*/gm, '$1');

test('a patch with a finding gives one entry with its status, one line and the report', async () => {
  const { code, out } = await rescuer(['b4-check'], first);
  const [check, ...others] = JSON.parse(out);
  expect({ code, others }).toEqual({ code: 0, others: [] });
  expect(check).toMatchObject({ tool: 'rescuer', status: 'warn' });
  expect(check.summary).toMatch(/^1 warning: dropping BIOSET_NEED_RESCUER [^\n]*$/);
  expect(check.details).toContain('[rescuer-flag-dropped]');
});

test('with the tree the same patch fails', async () => {
  const { out } = await rescuer(['b4-check', '--tree', 'examples/tree'], first);
  expect(JSON.parse(out)).toMatchObject([{ tool: 'rescuer', status: 'fail' }]);
});

test('a patch about something else passes', async () => {
  const { out } = await rescuer(['b4-check'], unrelated);
  expect(JSON.parse(out)).toMatchObject([{ tool: 'rescuer', status: 'pass', details: '' }]);
});

test('a cover letter and an empty input give an empty array', async () => {
  for (const input of [cover, ''])
    expect(await rescuer(['b4-check'], input)).toEqual({ code: 0, out: '[]\n', err: '' });
});

test('a tree that is not there is an error without output, which b4 shows as a failure', async () => {
  const { code, out } = await rescuer(['b4-check', '--tree', 'nowhere'], first);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test('--lines writes as checkpatch.pl does, and nothing for a pass', async () => {
  const { out } = await rescuer(['b4-check', '--lines'], first);
  expect(out).toMatch(
    /^drivers\/md\/veil\.c:188: WARNING: dropping BIOSET_NEED_RESCUER [^\n]*\[rescuer-flag-dropped\]\n$/,
  );
  expect((await rescuer(['b4-check', '--lines'], unrelated)).out).toBe('');
});
