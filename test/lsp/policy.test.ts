import { expect, test } from 'vitest';
import { TestClient } from './client.js';
import { exampleSeries, exampleTree } from './example.js';

const path = 'drivers/md/shim.c';
const shim = `#include <linux/bio.h>

int shim_init(struct shim *shim)
{
	shim->bs = bioset_create(4, 0, 0);
	return 0;
}
`;
const accepting = (rule: string, expires = '2999-12-31'): string =>
  `suppressions:\n  - {rule: ${rule}, reason: nobody sees it, expires: ${expires}}\n`;

test('a source has no diagnostics that its tree accepts, until the configuration changes', async () => {
  const files = { ...exampleTree, '.rescuer.yaml': accepting('set-unchecked') };
  const client = await TestClient.start({ files });
  const document = client.open(path, shim);
  expect((await document.diagnostics()).map(({ code }) => code)).not.toContain('set-unchecked');
  client.write('.rescuer.yaml', accepting('set-unchecked', '2020-01-01'));
  client.expectNew(document.uri);
  client.tellOfChange('.rescuer.yaml');
  expect((await document.diagnostics()).map(({ code }) => code)).toContain('set-unchecked');
});

test('a series has no diagnostics that its tree accepts', async () => {
  const files = { ...exampleTree, '.rescuer.yaml': accepting('rescuer-flag-dropped') };
  const client = await TestClient.start({ files });
  const document = client.open('series.mbox', exampleSeries);
  expect((await document.diagnostics()).map(({ code }) => code)).toEqual(['rescuer-unguarded']);
});

test('a configuration with a mistake suppresses nothing and is told of once', async () => {
  const files = { ...exampleTree, '.rescuer.yaml': accepting('set-unchecked', 'never') };
  const client = await TestClient.start({ files });
  const document = client.open(path, shim);
  expect((await document.diagnostics()).map(({ code }) => code)).toContain('set-unchecked');
  document.change(`${shim}\n`);
  await document.diagnostics();
  expect(client.told).toEqual([expect.stringMatching(/^Rescuer: \.rescuer\.yaml:2:\d+: expires: expected a day/)]);
});
