import { expect, test } from 'vitest';
import { TestClient } from './client.js';

/** None of these is an address: the library that reads them throws. */
const none = ['1:', 'file:////etc/passwd', '\u0000:x', 'a b://c', '%:'];

test.each(none)('%j names nothing', async (uri) => {
  const client = await TestClient.start();
  expect(await client.request('rescuer/commentable', { uri })).toEqual([]);
  expect(await client.request('workspace/textDocumentContent', { uri })).toEqual({
    text: 'This report is gone. Run the command again.\n',
  });
  await expect(client.request('rescuer/openReview', { files: [uri] })).rejects.toThrow(
    'a review is of {files} or of {folder, range}, with URIs of files',
  );
});

test('a document of such a name is reviewed like any other', async () => {
  const client = await TestClient.start();
  const document = client.openAs('diff', 'file:////x.patch', 'Subject: [PATCH 1/2] x\n\nno diff\n');
  expect(await document.diagnostics()).toHaveLength(0);
});

test('a folder that is not there is told of', async () => {
  const client = await TestClient.start();
  await expect(client.execute('rescuer.sets', 'file:///no/such/folder')).rejects.toThrow(
    '/no/such/folder: no such directory, or none that may be read',
  );
});
