import page from '../../../docs/rules/front-pad.md';
import type { SetCreation } from '../../kernel/types.js';
import { readPage } from './page.js';
import type { RawFinding, StateFacts, StateRule } from './rule.js';

export const frontPad: StateRule = {
  ...readPage(page),
  check: (facts) =>
    facts.inventory.sets.flatMap(({ creations }) => creations.flatMap((creation) => judge(facts, creation))),
};

/** A single offsetof() of a plain member. */
const offsetOf = /^offsetof\(\s*(?:struct\s+)?(\w+)\s*,\s*(\w+)\s*\)$/;

function judge({ index }: StateFacts, creation: SetCreation): RawFinding[] {
  const [, owner, member] = offsetOf.exec(creation.frontPad?.text ?? '') ?? [];
  if (owner === undefined || member === undefined || creation.frontPad === null) return [];
  const struct = index.structs(owner)[0]?.item;
  const at = struct?.fields.findIndex(({ name }) => name === member) ?? -1;
  const field = struct?.fields[at];
  if (struct === undefined || field === undefined) return [];
  const found = (what: string, message: string): RawFinding[] => [
    {
      key: `${creation.function}:${creation.set}:${what}`,
      message,
      set: creation.set,
      place: { ...creation, range: creation.frontPad?.range ?? creation.range },
      evidence: [{ path: creation.path, function: null, text: member }],
      related: [],
    },
  ];
  if (field.type !== 'struct bio') {
    return found(
      'type',
      `front_pad of ${creation.set} is the offset of ${owner}.${member}, which is ${field.type} and no struct bio`,
    );
  }
  const behind = struct.fields.at(-1);
  return behind === field || behind === undefined
    ? []
    : found('last', `${owner}.${behind.name} lies behind the bio: it is outside the elements of ${creation.set}`);
}
