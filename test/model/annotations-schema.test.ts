import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(path, 'utf8');
const ajv = new Ajv({ allErrors: true, strict: false });
ajv.addSchema(JSON.parse(read('docs/scenario.schema.json')));
const validate = ajv.compile(JSON.parse(read('docs/annotations.schema.json')));
const folder = 'server/kernel/annotations';

test.each(readdirSync(folder))('the annotations of %s follow the schema', (file) => {
  validate(parse(read(`${folder}/${file}`)));
  expect(validate.errors).toBeNull();
});

test('a key that the language has not does not follow the schema', () => {
  expect(validate({ functions: { f: { retruns: 0 } } })).toBe(false);
});
