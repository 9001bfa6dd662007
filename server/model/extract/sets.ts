import type { SetFacts } from '../../kernel/set-facts.js';
import { parseExpression } from '../expression.js';
import type { BioSet } from '../scenario.js';
import { bound } from './bounds.js';
import { plainMemory } from './call-primitives.js';

export interface SetsInUse {
  readonly sets: ReadonlyMap<string, BioSet>;
  /** What is known of each of them, but for plain memory. */
  readonly facts: ReadonlyMap<string, SetFacts>;
  readonly remarks: readonly string[];
}

/** The sets of a scenario, by the names that programs allocate from. */
export function setsOf(names: Iterable<string>, setFacts: (set: string) => SetFacts): SetsInUse {
  const sets = new Map<string, BioSet>();
  const known = new Map<string, SetFacts>();
  const remarks: string[] = [];
  for (const name of names) {
    if (name === plainMemory) {
      sets.set(name, setOf(plenty, false));
      continue;
    }
    const facts = setFacts(name);
    known.set(name, facts);
    if (facts.rescuer === 'unknown' || facts.rescuer === 'conditional')
      remarks.push(`whether ${name} has a rescuer is ${facts.rescuer}; taken for no`);
    sets.set(name, setOf('reserve', facts.rescuer === 'yes'));
  }
  return { sets, facts: known, remarks };
}

/** As many as a place in the code makes in each round of a loop for each piece of a bio. */
const plenty = `${bound} * ${bound} * tasks`;

function setOf(reserve: string, rescuer: boolean): BioSet {
  const none = parseExpression('0');
  return {
    reserve: parseExpression(reserve),
    rescuer: parseExpression(rescuer ? '1' : '0'),
    missing: none,
    bvecs: none,
    cache: none,
  };
}
