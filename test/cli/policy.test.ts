import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../server/review/types.js';
import { rescuer } from './capture.js';

const example = 'examples/drop-rescuer.mbox';
const unchecked = `#include <linux/bio.h>

int shim_init(struct shim *shim)
{
	shim->bs = bioset_create(4, 0, 0);
	return 0;
}
`;

/** A copy of the example tree with a driver that does not check a result, and a configuration. */
function treeWith(config: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'rescuer-cli-'));
  onTestFinished(() => rmSync(tree, { recursive: true }));
  cpSync('examples/tree', tree, { recursive: true });
  writeFileSync(join(tree, 'drivers/md/shim.c'), unchecked);
  writeFileSync(join(tree, '.rescuer.yaml'), config);
  return tree;
}

const accepting = (rule: string, expires: string): string =>
  `suppressions:\n  - {rule: ${rule}, reason: nobody sees it, expires: ${expires}}\n`;

const checked = async (tree: string, ...args: string[]): Promise<readonly string[]> => {
  const { out } = await rescuer(['check', join(tree, 'drivers'), '--format', 'json', ...args]);
  return (JSON.parse(out) as Report).findings.map(({ rule }) => rule);
};

test('check suppresses what the tree accepts, unless it has expired or no configuration is wanted', async () => {
  const tree = treeWith(accepting('set-unchecked', '2999-12-31'));
  expect(await checked(tree)).not.toContain('set-unchecked');
  expect(await checked(tree, '--no-config')).toContain('set-unchecked');
  writeFileSync(join(tree, '.rescuer.yaml'), accepting('set-unchecked', '2020-01-01'));
  expect(await checked(tree)).toContain('set-unchecked');
});

test('review suppresses by the tree, and by the file that is named', async () => {
  const tree = treeWith(accepting('rescuer-flag-dropped', '2999-12-31'));
  const rules = async (...args: string[]): Promise<readonly string[]> => {
    const { out } = await rescuer(['review', example, '--format', 'json', ...args]);
    return (JSON.parse(out) as Report).findings.map(({ rule }) => rule);
  };
  expect(await rules('--tree', tree)).toEqual(['rescuer-unguarded']);
  expect(await rules('--tree', 'examples/tree', '--config', join(tree, '.rescuer.yaml'))).toEqual([
    'rescuer-unguarded',
  ]);
});

test('a suppression without a reason is one line and exit code 2', async () => {
  const tree = treeWith('suppressions:\n  - {rule: set-unchecked, expires: 2999-12-31}\n');
  const { code, err } = await rescuer(['check', join(tree, 'drivers')]);
  expect(code).toBe(2);
  expect(err).toMatch(/^rescuer: \.rescuer\.yaml:2:5: reason is missing[^\n]*\n$/);
});

test('a baseline hides what was there and shows what is new', async () => {
  const tree = treeWith('');
  const baseline = join(tree, 'known.json');
  const written = await rescuer(['check', join(tree, 'drivers'), '--write-baseline', baseline]);
  expect(written).toEqual({ code: 0, out: '', err: '' });
  expect(JSON.parse(readFileSync(baseline, 'utf8'))).toMatchObject({ schema: 'rescuer-baseline/1' });
  expect(await checked(tree, '--baseline', baseline)).toEqual([]);
  writeFileSync(join(tree, 'drivers/md/other.c'), unchecked.replaceAll('shim', 'other'));
  expect(await checked(tree, '--baseline', baseline)).toEqual(['set-unchecked']);
});
