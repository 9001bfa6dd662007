import { basename, dirname } from 'node:path';
import { Option } from 'commander';
import type { Policy } from '../review/policy.js';
import type { TreeSource } from '../series/types.js';
import { UserError } from '../text.js';

/** What `--config FILE` and `--no-config` give; nothing if neither is there. */
export interface PolicyOptions {
  readonly config?: string | false;
}

/** The two of them, in the order in which commander needs them: the other way round there is a default. */
export const configOptions: readonly Option[] = [
  new Option('--config <file>', 'accepted findings; else .rescuer.yaml of the tree, or of this folder without one'),
  new Option('--no-config', 'accept nothing'),
];

/** The policy that was named, else that of the tree, else, where only hunks are seen, that of the current folder. */
export async function choosePolicy({ config }: PolicyOptions, source: TreeSource): Promise<Policy> {
  const { noPolicy } = await import('../review/policy.js');
  if (config === false) return noPolicy;
  const { policyFile, policyOf } = await import('../review/policy-file.js');
  if (config === undefined && source.kind !== 'hunks') return policyOf(source);
  const { openDirectory } = await import('../series/directory-source.js');
  if (config === undefined) return policyOf(await openDirectory('.', 'the current folder'), policyFile);
  const folder = await openDirectory(dirname(config), 'the folder of the configuration');
  if ((await folder.read(basename(config))) === null) throw new UserError(`cannot read ${config}`);
  return policyOf(folder, basename(config));
}
