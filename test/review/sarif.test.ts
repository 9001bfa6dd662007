import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import { expect, test } from 'vitest';
import { renderReports } from '../../server/review/formats/render.js';
import { finding, reportOf } from './sample.js';

const schema = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
/** The schema has a pattern that is valid only without the u flag. */
const options = { strict: false, validateFormats: false, unicodeRegExp: false };
const validate = new Ajv(options).compile(JSON.parse(readFileSync(schema, 'utf8')));

test('SARIF passes the schema of SARIF 2.1.0', () => {
  const fixed = { ...finding, status: 'fixed', mail: null, excerpt: null, related: [], simulation: null } as const;
  const suppressed = [{ finding, by: '.rescuer.yaml:2 until 2027-06-30: the pool is large enough' }];
  const reports = [reportOf(finding, fixed), { ...reportOf(finding), series: null }, { ...reportOf(), suppressed }];
  const sarif: unknown = JSON.parse(renderReports(reports, { format: 'sarif', all: true, colour: false }));
  validate(sarif);
  expect(validate.errors ?? []).toEqual([]);
});
