import { expect, test } from 'vitest';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { TestClient } from './client.js';
import { exampleMails, exampleSeries, exampleTree } from './example.js';

/** `line: marked text`, as a reader of the document sees a diagnostic. */
function shown(text: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines = text.split(/\r?\n/);
  return diagnostics.map(({ range, code }) => {
    const line = lines[range.start.line] ?? '';
    return `${range.start.line + 1}: ${line.slice(range.start.character, range.end.character)} (${code})`;
  });
}

const expected = [
  '47: BIOSET_NEED_RESCUER (rescuer-flag-dropped)',
  '82: !origin->rescue_workqueue (rescuer-unguarded)',
];

test('both objections stand on the diff lines that cause them, as errors', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('series.mbox', exampleSeries);
  const diagnostics = await document.diagnostics();
  expect(shown(document.text, diagnostics)).toEqual(expected);
  expect(diagnostics.map(({ severity }) => severity)).toEqual([DiagnosticSeverity.Error, DiagnosticSeverity.Error]);
});

test('without a tree the hunks show both as well', async () => {
  const client = await TestClient.start();
  const document = client.open('series.mbox', exampleSeries);
  expect(shown(document.text, await document.diagnostics())).toEqual([
    expected[0],
    '82: rescue_workqueue (rescuer-guard-dropped)',
  ]);
});

test('CRLF line ends move nothing', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('series.mbox', exampleSeries.replaceAll('\n', '\r\n'));
  expect(shown(document.text, await document.diagnostics())).toEqual(expected);
});

test('columns count UTF-16 units', async () => {
  const client = await TestClient.start();
  const document = client.open(
    'series.mbox',
    exampleSeries.replace('BIOSET_NEED_RESCUER);', '/* 🛟 */ BIOSET_NEED_RESCUER);'),
  );
  expect(shown(document.text, await document.diagnostics())).toContain(expected[0]);
});

test('a dropped flag links to its shortest trace and to the rule', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const [dropped] = await client.open('series.mbox', exampleSeries).diagnostics();
  expect(dropped?.codeDescription?.href).toBe('rescuer:/rescuer/rule/rescuer-flag-dropped.md');
  const trace = dropped?.relatedInformation?.find(({ location }) =>
    location.uri.startsWith('rescuer:/rescuer/simulation/'),
  );
  expect(trace?.message).toBe('The shortest trace that shows it');
});

test('an edit that keeps the flag takes the finding away', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('series.mbox', exampleSeries);
  await document.diagnostics();
  document.change(exampleSeries.replace('clone), 0);', 'clone), BIOSET_NEED_RESCUER);'));
  expect(shown(document.text, await document.diagnostics())).toEqual(expected.slice(1));
});

test('closing a document clears its diagnostics', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('series.mbox', exampleSeries);
  await document.diagnostics();
  document.close();
  expect(await document.diagnostics()).toEqual([]);
});

test('a patch of a series is reviewed on top of the patches in its folder', async () => {
  const [first = '', second = ''] = exampleMails;
  const client = await TestClient.start({ files: { ...exampleTree, 'out/0001-flag.patch': first } });
  const document = client.open('out/0002-guard.patch', second);
  const [unguarded, ...others] = await document.diagnostics();
  expect(others).toEqual([]);
  expect(unguarded?.code).toBe('rescuer-unguarded');
});

test('a hunk that does not apply is reported on its line', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('series.mbox', exampleSeries.replace(' \tif (!veil->bs)\n', ' \tif (!veil->set)\n'));
  const [problem] = (await document.diagnostics()).filter(({ code }) => code === undefined);
  expect(problem?.severity).toBe(DiagnosticSeverity.Warning);
  expect(problem?.range.start.line).toBe(41);
});

test('mail without a patch has nothing to say', async () => {
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('mail.eml', 'From: Ada <ada@example.org>\nSubject: hello\n\nNo patch.\n');
  expect(await document.diagnostics()).toEqual([]);
});

test('a document of several series says which of them is not reviewed', async () => {
  const [first = ''] = exampleMails;
  const other = first.replaceAll('20171120100600', '20180101000000').replace('veil: do without', 'veil: again without');
  const client = await TestClient.start({ files: exampleTree });
  const document = client.open('series.mbox', exampleSeries + other.replace('PATCH 1/2', 'PATCH'));
  const messages = (await document.diagnostics()).map(({ message }) => String(message));
  expect(messages.filter((message) => message.startsWith('Not reviewed while you edit'))).toHaveLength(1);
});

test('findings of before the series are shown on request', async () => {
  const unguarded = exampleTree['drivers/md/veil.c']?.replace(' ||\n\t    !origin->rescue_workqueue', '') ?? '';
  const [first = ''] = exampleMails;
  const files = { ...exampleTree, 'drivers/md/veil.c': unguarded };
  const patch = first.replace('PATCH 1/2', 'PATCH');
  const caused = await TestClient.start({ files });
  expect((await caused.open('one.patch', patch).diagnostics()).map(({ code }) => code)).not.toContain('set-exit');
  const all = await TestClient.start({ files, settings: { findings: 'all' } });
  const messages = (await all.open('one.patch', patch).diagnostics()).map(({ message }) => String(message));
  expect(messages.some((message) => message.startsWith('Not of this series: '))).toBe(true);
});
