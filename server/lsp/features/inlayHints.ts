import { type InlayHint, InlayHintKind, type Range as LspRange } from 'vscode-languageserver';
import type { SetCreation, Tri } from '../../kernel/types.js';
import { toLspRange, touches } from '../positions.js';
import type { FileView } from '../views.js';

/** Behind each creation of a bio_set: its reserve and what its flags mean. */
export function inlayHints({ facts, path }: FileView, visible: LspRange): InlayHint[] {
  return facts.inventory.sets
    .flatMap((set) => set.creations)
    .filter((creation) => creation.path === path && touches(toLspRange(creation.range), visible))
    .map((creation) => ({
      position: toLspRange(creation.range).end,
      label: describeCreation(creation),
      kind: InlayHintKind.Parameter,
      tooltip: creation.set,
      paddingLeft: true,
    }));
}

/** In one phrase: `reserve 16, rescuer, no bvecs`. */
export function describeCreation({ poolSize, flags, from }: SetCreation): string {
  if (from !== null) return `as ${from}`;
  const reserve = poolSize && `reserve ${poolSize.number ?? poolSize.text}`;
  const parts = [reserve, withOrWithout('rescuer', flags.rescuer), withOrWithout('bvecs', flags.bvecs)];
  return [...parts, flags.percpuCache === 'yes' ? 'per-CPU cache' : null].filter(Boolean).join(', ');
}

function withOrWithout(name: string, there: Tri): string {
  return { yes: name, no: `no ${name}`, conditional: `${name} at times`, unknown: `${name}?` }[there];
}
