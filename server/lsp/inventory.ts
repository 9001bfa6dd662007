import { relative, sep } from 'node:path';
import type { Inventory } from '../kernel/types.js';
import { checkSources } from '../review/session.js';
import { openDirectory } from '../series/directory-source.js';
import { type Courtesy, UserError } from '../text.js';
import { describeCreation } from './features/inlayHints.js';
import { isKernelTree, treeAbove } from './workspace.js';

/** Where a kernel keeps the code that makes bio_sets. */
const kernelFolders = ['block', 'drivers', 'fs', 'include/linux', 'mm'];

/** The bio_sets below a folder as a table for a reader. Throws UserError when there is no C. */
export async function inventoryText(folder: string, courtesy: Courtesy): Promise<string> {
  const root = isKernelTree(folder) ? folder : (treeAbove(folder) ?? folder);
  const path = relative(root, folder).split(sep).join('/');
  const source = await openDirectory(root, 'the folder that was asked for');
  const wanted =
    path === '' ? await source.grep(['bio_set', 'bioset_'], isKernelTree(root) ? kernelFolders : ['']) : [path];
  if (wanted.length === 0) throw new UserError(`${folder}: no C file below it speaks of bio_sets`);
  const { states } = await checkSources({ source, paths: wanted, ...courtesy });
  return states.map(({ inventory }) => describe(inventory, folder)).join('\n');
}

function describe({ era, sets }: Inventory, folder: string): string {
  const kernel = era.era === null ? 'kernel era not recognised' : `era ${era.era.id}: ${era.era.summary}`;
  const rows = sets.flatMap(({ id, creations, allocations, exits }) => [
    id,
    ...creations.map((creation) => `    created    ${at(creation)}  ${describeCreation(creation)}`),
    ...allocations.map((allocation) => `    ${allocation.api.padEnd(9)}  ${at(allocation)}`),
    ...exits.map((exit) => `    released   ${at(exit)}`),
    '',
  ]);
  return [`bio_sets below ${folder}`, `${kernel} (${era.evidence})`, '', ...rows].join('\n');
}

function at(place: {
  readonly path: string;
  readonly range: { readonly line: number };
  readonly function: string | null;
}): string {
  const where = `${place.path}:${place.range.line}`;
  return place.function === null ? where : `${where} ${place.function}()`;
}
