import { indexFiles } from '../../server/c/index.js';
import { openParser } from '../../server/c/parser.js';
import { recogniseEra } from '../../server/kernel/eras.js';
import { takeInventory } from '../../server/kernel/inventory.js';
import { noBlame } from '../../server/review/hunks.js';
import type { RawFinding, Rule, StateFacts } from '../../server/review/rules/rule.js';

const parser = await openParser();

/** Facts of a tree of these files in a kernel of this version. */
export function factsOf(files: Readonly<Record<string, string>>, version = '4.14'): StateFacts {
  const index = indexFiles(Object.entries(files).map(([path, text]) => parser.parse(path, text)));
  return {
    index,
    inventory: takeInventory(index, recogniseEra(index, version)),
    asked: null,
    runs: [],
    core: null,
    blame: noBlame,
  };
}

/** Declarations that the snippets share. */
const header = `
struct bio { struct bio_set *bi_pool; void *bi_end_io; void *bi_private; };
struct veil { struct bio_set *bs; struct bio_set split; mempool_t *io_pool; struct workqueue_struct *wq; struct work_struct work; };
`;

/** Runs a rule over one driver file; each finding as `LINE: message` with the text its range covers. */
export function check(rule: Rule, code: string, version = '4.14'): { text: string; finding: RawFinding }[] {
  if (!('check' in rule)) throw new Error(`${rule.id} judges changes`);
  const source = header.trim().replaceAll('\n', ' ') + code;
  return rule.check(factsOf({ 'drivers/md/veil.c': source }, version)).map((finding) => {
    const { line, column, endLine, endColumn } = finding.place.range;
    const lines = source.split('\n').slice(line - 1, endLine);
    const text = lines.length === 1 ? (lines[0] ?? '').slice(column - 1, endColumn - 1) : lines.join('\n');
    return { text, finding };
  });
}

/** What the findings of `check` stand on. */
export function places(rule: Rule, code: string, version = '4.14'): string[] {
  return check(rule, code, version).map(({ text }) => text);
}
