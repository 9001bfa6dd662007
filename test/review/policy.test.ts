import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { readBaseline, writeBaseline } from '../../server/review/baseline.js';
import { readConfig } from '../../server/review/config.js';
import { renderReports } from '../../server/review/formats/render.js';
import { applyPolicy, noPolicy, type Suppression } from '../../server/review/policy.js';
import { policyOf } from '../../server/review/policy-file.js';
import { openDirectory } from '../../server/series/directory-source.js';
import { finding, reportOf } from './sample.js';

const known = { ...finding, status: 'preexisting', patch: null } as const;
const today = '2026-11-23';
const suppression: Suppression = {
  rule: finding.rule,
  file: null,
  set: null,
  reason: 'the pool is large enough',
  expires: today,
  place: '.rescuer.yaml:2',
};
const suppressing = (change: Partial<Suppression>) =>
  applyPolicy(reportOf(finding), { ...noPolicy, suppressions: [{ ...suppression, ...change }] }, today);

test('a suppressed finding is out of the way on the last day, and the report says by what', () => {
  const report = suppressing({});
  expect(report.findings).toEqual([]);
  expect(report.suppressed).toEqual([{ finding, by: '.rescuer.yaml:2 until 2026-11-23: the pool is large enough' }]);
  expect(report.coverage).toContain('1 finding is suppressed; --all lists them');
});

test('an expired suppression hides nothing and is reported', () => {
  const report = suppressing({ expires: '2026-11-22' });
  expect(report.findings).toEqual([finding]);
  expect(report.coverage).toContain('.rescuer.yaml:2: the suppression of rescuer-flag-dropped expired on 2026-11-22');
});

test.each([
  [{ file: 'drivers/md/veil.c' }, 0],
  [{ file: 'drivers/md/' }, 0],
  [{ file: 'drivers/md' }, 1],
  [{ file: 'drivers/md/ve' }, 1],
  [{ set: 'struct veil_device.bs' }, 0],
  [{ set: 'struct veil_device.other' }, 1],
  [{ rule: 'rescuer-unguarded' }, 1],
])('%j leaves %i findings', (change, left) => {
  expect(suppressing(change).findings).toHaveLength(left);
});

test('what a series fixes is said in spite of a suppression', () => {
  const fixed = { ...finding, status: 'fixed' } as const;
  const report = applyPolicy(reportOf(fixed), { ...noPolicy, suppressions: [suppression] }, today);
  expect(report.findings).toEqual([fixed]);
});

test('findings of a baseline are known; those that a patch brings are not', () => {
  const baseline = readBaseline('baseline.json', writeBaseline(reportOf(known)));
  const policy = { ...noPolicy, baseline };
  expect(applyPolicy(reportOf(known), policy, today).findings).toEqual([]);
  expect(applyPolicy(reportOf({ ...known, id: 'another' }), policy, today).findings).toHaveLength(1);
  expect(applyPolicy(reportOf(finding), policy, today).findings).toEqual([finding]);
});

test('a baseline that is none is refused', () => {
  for (const text of ['', '[]', '{"schema":"rescuer-baseline/2","findings":[]}', '{"schema":"rescuer-baseline/1"}'])
    expect(() => readBaseline('known.json', text)).toThrow('known.json: no baseline');
});

const valid = `# Accepted by the md maintainers.
suppressions:
  - rule: rescuer-missing
    file: drivers/md/
    reason: covered by the journal's own thread
    expires: 2027-06-30
baseline: known.json
`;

/** What is wrong with each, and whether a JSON Schema can say so. */
const invalid: readonly (readonly [string, string, RegExp, boolean])[] = [
  ['no reason', valid.replace(/ +reason:.*\n/, ''), /^c:3:5: reason is missing/, true],
  ['an empty reason', valid.replace(/(reason:).*/, '$1 " "'), /^c:5:\d+: reason: say why/, true],
  ['no expiry', valid.replace(/ +expires:.*\n/, ''), /^c:3:5: expires is missing/, true],
  ['a day that is none', valid.replace('2027-06-30', '2027-06-31'), /^c:6:\d+: expires: expected a day/, false],
  ['an expiry for ever', valid.replace('2027-06-30', 'never'), /^c:6:\d+: expires: expected a day/, true],
  ['an unknown rule', valid.replace('rescuer-missing', 'rescuer-mising'), /^c:3:11: there is no rule/, false],
  ['an unknown key', `${valid}run: make\n`, /^c:8:1: unknown key "run"/, true],
];
const schema = new Ajv().compile(JSON.parse(readFileSync('docs/config.schema.json', 'utf8')));

test('a configuration is read with the places of its suppressions, and fits the schema', () => {
  const expected = { rule: 'rescuer-missing', file: 'drivers/md/', set: null, expires: '2027-06-30', place: 'c:3' };
  expect(readConfig('c', valid)).toEqual({
    suppressions: [{ ...expected, reason: "covered by the journal's own thread" }],
    baseline: 'known.json',
  });
  expect(schema(parse(valid))).toBe(true);
});

test.each(invalid)('%s is an error with its place', (_, text, message, inSchema) => {
  expect(() => readConfig('c', text)).toThrow(message);
  expect(schema(parse(text))).toBe(!inSchema);
});

function treeWith(config: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  writeFileSync(join(folder, 'secret.json'), writeBaseline(reportOf(known)));
  writeFileSync(join(tree, '.rescuer.yaml'), config);
  return tree;
}

test.each(['../secret.json', '/etc/hostname', 'link.json'])(
  'a baseline cannot be %s, outside of the tree',
  async (path) => {
    const tree = treeWith(`baseline: ${path}\n`);
    symlinkSync('../secret.json', join(tree, 'link.json'));
    await expect(policyOf(await openDirectory(tree, ''))).rejects.toThrow(`the baseline ${path} is not in the tree`);
  },
);

test('a configuration that is a link out of the tree is none', async () => {
  const tree = treeWith('');
  rmSync(join(tree, '.rescuer.yaml'));
  writeFileSync(join(tree, '../config.yaml'), valid);
  symlinkSync('../config.yaml', join(tree, '.rescuer.yaml'));
  expect(await policyOf(await openDirectory(tree, ''))).toEqual(noPolicy);
});

test('suppressed findings are listed with --all, and are suppressed in SARIF', () => {
  const report = suppressing({});
  const text = (all: boolean) => renderReports([report], { format: 'text', all, colour: false });
  expect(text(false)).not.toContain('suppressed: ');
  expect(text(true)).toContain(`suppressed: ${finding.message}`);
  const { runs } = JSON.parse(renderReports([report], { format: 'sarif', all: false, colour: false }));
  expect(runs[0].results[0].suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: report.suppressed[0]?.by },
  ]);
});
