import { expect, test } from 'vitest';
import type { DocumentLink, ProgressToken } from 'vscode-languageserver/node';
import { TestClient } from './client.js';
import { exampleSeries, exampleTree } from './example.js';

const files = { ...exampleTree, 'series.mbox': exampleSeries };
const deadlock = { scenario: 'pool', strategy: 'loop', parameters: { reserve: 2, pieces: 3, tasks: 1 } };

/** Text of a document of the server. */
async function contentOf(client: TestClient, uri: string): Promise<string> {
  return (await client.request<{ text: string }>('workspace/textDocumentContent', { uri })).text;
}

test('rescuer.review returns the report and shows it', async () => {
  const client = await TestClient.start({ files });
  const text = await client.execute<string>('rescuer.review', [client.uri('series.mbox')]);
  expect(text).toContain('veil: get rid of the rescuer thread');
  expect(text).toContain('BIOSET_NEED_RESCUER');
  expect(text).toMatch(/ series\.mbox:47$/m);
  expect(client.shown).toEqual(['rescuer:/rescuer/report/Review%20of%20series.mbox.txt']);
  expect(await contentOf(client, client.shown[0] ?? '')).toBe(text);
});

test('paths in a report lead to the mail and the source', async () => {
  const client = await TestClient.start({ files });
  const text = await client.execute<string>('rescuer.review', [client.uri('series.mbox')]);
  const report = client.openAs('rescuer-report', client.shown[0] ?? '', `${text}../../etc/passwd.c:1`);
  const links = await report.ask<DocumentLink[]>('textDocument/documentLink');
  expect(new Set(links.map(({ target }) => target))).toEqual(
    new Set([
      `${client.uri('drivers/md/veil.c')}#188`,
      `${client.uri('drivers/md/veil.c')}#187`,
      `${client.uri('series.mbox')}#47`,
      `${client.uri('drivers/md/veil.c')}#144`,
      `${client.uri('drivers/md/veil.c')}#58`,
      `${client.uri('series.mbox')}#82`,
      `${client.uri('drivers/md/veil.c')}#66`,
    ]),
  );
});

test('rescuer.simulate returns the trace, and its document holds the same', async () => {
  const client = await TestClient.start();
  const text = await client.execute<string>('rescuer.simulate', deadlock);
  expect(text).toContain('DEADLOCK');
  const [uri = ''] = client.shown;
  const withoutTime = (report: string): string => report.replace(/\d+\.\d+ s/, '');
  expect(withoutTime(await contentOf(client, uri))).toBe(withoutTime(text));
});

test('a simulation that does not exist is refused with the known ones', async () => {
  const client = await TestClient.start();
  await expect(client.execute('rescuer.simulate', { ...deadlock, scenario: 'pond' })).rejects.toThrow(/"pond".*pool/);
});

test('rescuer.scenarios names scenarios, strategies and parameters', async () => {
  const client = await TestClient.start();
  const scenarios = await client.execute<{ name: string; parameters: object }[]>('rescuer.scenarios');
  const pool = scenarios.find(({ name }) => name === 'pool');
  expect(pool).toMatchObject({ parameters: { reserve: expect.any(Number), pieces: expect.any(Number) } });
});

test('rescuer.sets lists the sets of a folder', async () => {
  const client = await TestClient.start({ files });
  const text = await client.execute<string>('rescuer.sets', client.uri('.'));
  expect(text).toContain('struct veil_device.bs');
  expect(text).toMatch(
    /created\s+drivers\/md\/veil\.c:\d+ veil_alloc\(\)\s+VEIL_RESERVED_BIOS = 16 reserved, .*, rescuer/,
  );
});

test('no git command runs for an untrusted workspace', async () => {
  const client = await TestClient.start({ files, trusted: false });
  await expect(client.execute('rescuer.range', client.uri('.'), 'HEAD~1..HEAD')).rejects.toThrow(/not trusted/);
});

test('what is no file is refused', async () => {
  const client = await TestClient.start();
  await expect(client.execute('rescuer.review', ['https://example.org/x.mbox'])).rejects.toThrow(/URI of a file/);
  await expect(client.execute('rescuer.review', [client.uri('nowhere.mbox')])).rejects.toThrow(/nowhere\.mbox/);
});

test('the page of a rule is a document', async () => {
  const client = await TestClient.start();
  expect(await contentOf(client, 'rescuer:/rescuer/rule/rescuer-unguarded.md')).toContain('## What to do');
});

const long = { scenario: 'pool', strategy: 'rescuer', parameters: { reserve: 6, pieces: 6, tasks: 3 } };

test('the server answers while it searches, and cancelling is answered within 100 ms', async () => {
  const client = await TestClient.start({ files });
  const document = client.open('series.mbox', exampleSeries);
  await document.diagnostics();
  const searching = new Promise<ProgressToken>((resolve) => {
    client.onProgress = (token, { kind }) => {
      if (kind === 'report') resolve(token);
    };
  });
  const answered = client.execute('rescuer.simulate', long).catch((error: Error) => error.message);
  const token = await searching;
  const asked = performance.now();
  expect(await document.ask('textDocument/codeLens')).not.toEqual([]);
  expect(performance.now() - asked).toBeLessThan(100);
  const cancelled = performance.now();
  client.notify('window/workDoneProgress/cancel', { token });
  expect(await answered).toBe('cancelled');
  expect(performance.now() - cancelled).toBeLessThan(100);
});

test('a simulation that is asked for again gives up the first', async () => {
  const client = await TestClient.start();
  const first = client.execute('rescuer.simulate', long).catch((error: Error) => error.message);
  const second = client.execute('rescuer.simulate', long).catch((error: Error) => error.message);
  expect(await first).toBe('cancelled');
  client.onProgress = (token, { kind }) => {
    if (kind === 'begin') client.notify('window/workDoneProgress/cancel', { token });
  };
  expect(await second).toBe('cancelled');
});

test('long work shows its progress and ends when the user cancels it', async () => {
  const client = await TestClient.start();
  const seen: string[] = [];
  client.onProgress = (token, { kind }) => {
    seen.push(kind);
    if (kind === 'report') client.notify('window/workDoneProgress/cancel', { token });
  };
  await expect(client.execute('rescuer.simulate', long)).rejects.toThrow(/cancelled/);
  expect(seen.at(0)).toBe('begin');
  expect(seen.at(-1)).toBe('end');
});
