import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { stepKeys } from '../../server/model/steps.js';

interface StepSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}
const schema = JSON.parse(readFileSync('docs/scenario.schema.json', 'utf8')) as {
  readonly $defs: Readonly<Record<string, StepSchema>>;
};
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

test.each(readdirSync('server/sim/scenarios'))('%s passes the JSON Schema', (file) => {
  validate(parse(readFileSync(`server/sim/scenarios/${file}`, 'utf8')));
  expect(validate.errors).toBeNull();
});

test('the schema knows the steps that the reader knows, with the same keys', () => {
  const steps = Object.entries(schema.$defs).filter(([name]) => name.endsWith('Step'));
  const known = steps.map(([name, { properties }]) => [
    name.slice(0, -'Step'.length),
    Object.keys(properties).slice(1, -1),
  ]);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(stepKeys));
});

test('a scenario with an unknown step fails the schema', () => {
  expect(validate({ scenario: 's', strategies: { only: {} }, devices: { d: { submit: [{ allocate: 'b' }] } } })).toBe(
    false,
  );
});

test('every key of the schema says what it means', () => {
  const silent: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, child] of Object.entries(value)) {
      const keys = name === 'properties' ? Object.entries(child as Readonly<Record<string, object>>) : [];
      for (const [key, schema] of keys) if (!('description' in schema)) silent.push(`${path}/${key}`);
      look(child, `${path}/${name}`);
    }
  };
  look(schema, '');
  expect(silent).toEqual([]);
});
