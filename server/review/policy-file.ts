import type { TreeSource } from '../series/types.js';
import { UserError } from '../text.js';
import { readBaseline } from './baseline.js';
import { noPolicy, type Policy } from './policy.js';

/** Where a tree keeps what its owners decided, at its top. */
export const policyFile = '.rescuer.yaml';

/**
 * The policy of a tree, or none. Both files are read through the tree, so neither can lie outside of it; nothing in them is
 * run. Throws UserError that says what is wrong, and where.
 */
export async function policyOf(source: TreeSource, file = policyFile): Promise<Policy> {
  const text = await source.read(file);
  if (text === null) return noPolicy;
  const { readConfig } = await import('./config.js');
  const { suppressions, baseline } = readConfig(file, text);
  return { suppressions, baseline: baseline === null ? null : await baselineIn(source, baseline, file) };
}

async function baselineIn(source: TreeSource, path: string, file: string): Promise<Policy['baseline']> {
  const text = await source.read(path);
  if (text === null) throw new UserError(`${file}: the baseline ${path} is not in the tree`);
  return readBaseline(path, text);
}
