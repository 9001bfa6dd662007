import type { Place } from '../../kernel/types.js';
import { type CoreRules, type Lists, type SubmissionEra, submissionEra } from '../era.js';
import { type CoreSemantics, type Dance, describe, type Finding, type Flush, type Punt } from './semantics.js';

/** What the simulator knows by itself of a kernel version; null for what that version does not have. */
export interface BuiltIn {
  readonly order: SubmissionEra['order'];
  readonly flat: SubmissionEra['order'] | null;
  readonly lists: 'all';
  readonly dance: Dance;
  readonly missing: 'kmalloc' | 'oops';
  readonly punt: Punt | null;
  readonly rescue: 'one at a time' | null;
  readonly flush: Flush;
}

type Part = keyof CoreSemantics;

/** The function that decides each part, for what is said about it. */
const functions: Readonly<Record<Part, string>> = {
  order: 'order of submission',
  flat: 'order of submission to queues',
  lists: 'current->bio_list',
  dance: 'bio_alloc_bioset()',
  missing: 'bio_alloc_bioset() of a NULL set',
  punt: 'punt_bios_to_rescuer()',
  rescue: 'bio_alloc_rescue()',
  flush: 'flush_current_bio_list()',
};

/** What the core functions of a kernel version (`4.14`) do, as the simulator has them. Throws UserError for no version. */
export function builtInOf(version: string): BuiltIn {
  const { order, looks, flatMq, rescuers, optional, nullSetFatal } = submissionEra(version);
  return {
    order,
    flat: flatMq ? 'fifo' : null,
    lists: 'all',
    dance: { looks, always: rescuers && !optional },
    missing: nullSetFatal ? 'oops' : 'kmalloc',
    punt: rescuers ? { takes: 'both', foreign: false, without: optional ? 'returns' : 'queues on NULL' } : null,
    rescue: rescuers ? 'one at a time' : null,
    flush: { takes: 'both', keepsFs: true, without: optional ? 'keeps' : 'queues on NULL' },
  };
}

/** How one part compares with what is built in. */
export interface Comparison {
  readonly part: Part;
  readonly status: 'same' | 'different' | 'not in view' | 'not understood';
  /** One line for a reader. */
  readonly text: string;
}

/** Compares each part with the built-in semantics of a kernel version. */
export function compareCore(core: CoreSemantics, version: string): readonly Comparison[] {
  const known = builtInOf(version);
  const parts = Object.keys(functions) as Part[];
  return parts.map((part): Comparison => {
    const found: Finding<string | Dance | Punt | Flush> = core[part];
    const expected = known[part];
    const name = functions[part];
    if (found.kind === 'not in view') return { part, status: 'not in view', text: `${name} is not in view` };
    const at = `${found.place.function}() ${found.place.path}:${found.place.range.line}`;
    if (found.kind === 'not understood')
      return { part, status: 'not understood', text: `${name} at ${at} is not understood: ${found.reason}` };
    if (JSON.stringify(found.value) === JSON.stringify(expected))
      return { part, status: 'same', text: `${name} at ${at}: ${describe(found.value)}` };
    const otherwise = expected === null ? 'does not have it' : describe(expected);
    return { part, status: 'different', text: `${name} at ${at}: ${describe(found.value)}; ${version}: ${otherwise}` };
  });
}

/** One part of the core functions that does not do what it did before. */
export interface Difference {
  readonly part: Part;
  readonly place: Place;
  /** Whether both are understood. */
  readonly understood: boolean;
  /** One line for a reader. */
  readonly text: string;
}

/** What the core functions do differently in a later state; parts that are in view in only one of them are left out. */
export function differences(before: CoreSemantics, after: CoreSemantics): readonly Difference[] {
  return (Object.keys(functions) as Part[]).flatMap((part): readonly Difference[] => {
    const [was, is]: readonly Finding<string | Dance | Punt | Flush>[] = [before[part], after[part]];
    if (was?.kind !== 'seen' || !is || is.kind === 'not in view') return [];
    if (is.kind === 'seen' && JSON.stringify(is.value) === JSON.stringify(was.value)) return [];
    const now = is.kind === 'seen' ? describe(is.value) : `not understood (${is.reason})`;
    const text = `${functions[part]}: ${now}; before: ${describe(was.value)}`;
    return [{ part, place: is.place, understood: is.kind === 'seen', text }];
  });
}

/** What the simulator is to do differently from its built-in semantics, and what must be said about that. */
export interface CoreUse {
  readonly rules: Partial<CoreRules>;
  readonly remarks: readonly string[];
  /** Why nothing can be proved: the code does what the simulator has no rule for. */
  readonly uncovered: readonly string[];
}

/** Parts that always matter to a program; the flush matters only to dm, whose code is in view with its caller. */
const needed: readonly Part[] = ['order', 'dance', 'punt', 'rescue'];

/** Makes rules of what was observed. */
export function rulesOf(core: CoreSemantics, version: string): CoreUse {
  const compared = compareCore(core, version);
  const known = builtInOf(version);
  const era = submissionEra(version);
  // The simulator has no queues of requests.
  const isModelled = ({ part }: Comparison): boolean => part !== 'flat';
  const uncovered = compared
    .filter((one) => one.status === 'not understood' && isModelled(one))
    .map(({ text }) => text);
  const punt = core.punt.kind === 'seen' ? core.punt.value : known.punt;
  const hidden = core.lists.kind === 'seen' && core.lists.value === 'own only';
  const visible = (lists: Lists): Lists => (hidden && lists === 'both' ? 'first' : lists);
  const rules: Partial<CoreRules> = {
    ...(core.order.kind === 'seen' ? changed('order', core.order.value) : {}),
    ...(core.missing.kind === 'seen' ? changed('nullSetFatal', core.missing.value === 'oops') : {}),
    ...(core.dance.kind === 'seen' ? changed('looks', visible(core.dance.value.looks)) : {}),
    ...(core.dance.kind === 'seen' && punt && era.optional
      ? changed('unguarded', core.dance.value.always && punt.without === 'queues on NULL')
      : {}),
    ...(punt ? { ...changed('takes', visible(punt.takes)), ...changed('foreign', punt.foreign) } : {}),
    ...(core.flush.kind === 'seen' ? changed('flushes', visible(core.flush.value.takes)) : {}),
  };
  const order = rules.order ?? known.order;
  const oneList = order === 'fifo' && known.order !== 'fifo';
  if (oneList && [rules.looks, rules.takes].some((lists) => lists !== undefined))
    uncovered.push('bios are handled first come first served, but not all lists are looked at');
  const absent = compared
    .filter(({ part, status }) => status === 'not in view' && needed.includes(part) && known[part] !== null)
    .map(({ part }) => functions[part]);
  return {
    rules,
    remarks: [
      ...compared.filter(({ status }) => status === 'different' || status === 'not understood').map(({ text }) => text),
      ...(absent.length > 0 ? [`not in view, taken as in ${version}: ${absent.join(', ')}`] : []),
    ],
    uncovered,
  };

  function changed<K extends keyof CoreRules>(key: K, value: CoreRules[K]): Partial<CoreRules> {
    return era[key] === value ? {} : { [key]: value };
  }
}
