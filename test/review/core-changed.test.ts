import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openParser } from '../../server/c/parser.js';
import { coreChanges, coreFacts } from '../../server/review/core.js';
import { coreChanged } from '../../server/review/rules/core-changed.js';
import type { RawFinding } from '../../server/review/rules/rule.js';
import type { FileImage, TreeSource } from '../../server/series/types.js';
import { factsOf } from './states.js';

const parser = await openParser();
const fixture = (name: string): string => readFileSync(new URL(`../fixtures/core/${name}.c`, import.meta.url), 'utf8');
const tree: Readonly<Record<string, string>> = {
  'block/bio.c': fixture('alloc'),
  'block/blk-core.c': fixture('two-lists'),
};
const source: TreeSource = {
  kind: 'directory',
  root: '/tree',
  revision: null,
  why: 'made by a test',
  read: (path) => Promise.resolve(tree[path] ?? null),
  grep: () => Promise.resolve([]),
};

/** What the rule says of an edit of a core file, in 4.14. */
async function changed(path: string, from: string | RegExp, to: string): Promise<readonly RawFinding[]> {
  const before = tree[path] ?? '';
  const states = [before, before.replace(from, to)].map(
    (text): ReadonlyMap<string, FileImage> => new Map([[path, { path, text, known: null, sections: [] }]]),
  );
  const cores = await coreChanges(parser, source, states);
  if (cores === null) return [];
  const [first, second] = await Promise.all(cores.map((core) => coreFacts(core, '4.14', {})));
  const facts = factsOf({});
  return first && second ? coreChanged.compare({ ...facts, core: first }, { ...facts, core: second }) : [];
}

test('a core that waits where it rescued is an error, with the scenario that shows it', async () => {
  const [finding] = await changed(
    'block/bio.c',
    'bs->rescue_workqueue)\n\t\t\tgfp_mask',
    '!bs->rescue_workqueue)\n\t\t\tgfp_mask',
  );
  expect(finding).toMatchObject({ level: 'error', place: { function: 'bio_alloc_bioset' } });
  expect(finding?.simulation?.scenario).toBe('pool');
});

test('an order of submission that no rule describes is a warning', async () => {
  const findings = await changed('block/blk-core.c', '&lists[0], &down', '&lists[0], &lists[1]');
  expect(findings).toMatchObject([{ level: 'warning', place: { function: 'generic_make_request' } }]);
});

test('a guard that another one makes up for is a note', async () => {
  const findings = await changed('block/bio.c', ' &&\n\t\t    bs->rescue_workqueue', '');
  expect(findings).toMatchObject([{ level: 'note', key: 'dance' }]);
});

test('code that does the same in other words is silent', async () => {
  expect(await changed('block/bio.c', 'while (1)', 'for (;;)')).toEqual([]);
});
