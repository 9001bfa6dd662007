import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rescuer } from './capture.js';

const example = 'examples/drop-rescuer.mbox';
const tree = ['--tree', 'examples/tree'];

/** The example as version 2, changed. */
function version2(change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-diff-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'v2.mbox');
  const text = readFileSync(example, 'utf8')
    .replaceAll('[PATCH ', '[PATCH v2 ')
    .replaceAll(/^((?:Message-Id|In-Reply-To|References): <)/gim, '$1v2-');
  writeFileSync(file, change(text));
  return file;
}

/** The second patch, which drops a guard, is gone. */
const firstOnly = (text: string): string =>
  text
    .split(/^(?=From [0-9a-f]{40} )/m)
    .filter((mail) => !/^Subject: .* 2\/2\]/m.test(mail))
    .join('')
    .replaceAll(/ 0\/2\]/g, ' 0/1]')
    .replaceAll(/ 1\/2\]/g, ' 1/1]');

test('a finding whose patch was dropped is fixed, the other one still there, and nothing new is no failure', async () => {
  const { code, out } = await rescuer(['diff', example, version2(firstOnly), ...tree, '--format', 'json']);
  expect(code).toBe(0);
  const { schema, older, newer, patches } = JSON.parse(out);
  expect({ schema, older, newer }).toEqual({ schema: 'rescuer-diff/1', older: 1, newer: 2 });
  expect(
    patches.map((one: { newer: object | null; findings: { what: string; finding: { rule: string } }[] }) => [
      one.newer !== null,
      one.findings.map(({ what, finding }) => `${what}: ${finding.rule}`),
    ]),
  ).toEqual([
    [true, ['still there: rescuer-flag-dropped']],
    [false, ['fixed: rescuer-unguarded']],
  ]);
});

test('a new finding gives exit code 1', async () => {
  const { code, out } = await rescuer(['diff', version2(firstOnly), example, ...tree]);
  expect(code).toBe(1);
  expect(out).toContain('Findings that the series causes: 0 fixed, 1 still there, 1 new.');
});

test('one input may hold both versions', async () => {
  const both = version2((text) => readFileSync(example, 'utf8') + firstOnly(text));
  const { out } = await rescuer(['diff', both, ...tree]);
  expect(out).toMatch(/: v1 to v2\n\nFindings that the series causes: 1 fixed, 1 still there, 0 new\.\n/);
});

test('an input of one version needs another beside it', async () => {
  const { code, err } = await rescuer(['diff', example]);
  expect({ code, err }).toEqual({
    code: 2,
    err: `rescuer: ${example} holds one version only; name the other one too\n`,
  });
});

test('Markdown has a heading for each patch, and no markup of the patches', async () => {
  const changed = version2((text) => text.replaceAll(/^(Subject: .* 1\/2\]).*/gm, '$1 veil: <b>no</b> [x](y)'));
  const { out } = await rescuer(['diff', example, changed, ...tree, '--format', 'markdown']);
  expect(out).toMatch(/^## 1\. veil: &lt;b&gt;no&lt;\/b&gt; \\\[x\\\]\\\(y\\\) \(changed\)$/m);
  expect(out).toMatch(/^ {4}\+ veil: <b>no<\/b> \[x\]\(y\)$/m);
  expect(out).toMatch(/^- \*\*still there\*\*: error at `drivers\/md\/veil\.c:\d+`: /m);
});
