import type { CIndex } from '../../c/index.js';
import type { CVariable, Expr } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { type Counters, counterAt } from './counters.js';
import type { Fixed } from './notes.js';
import { type Frame, isOwned, isSummary, type State } from './state.js';
import { bioValue, model, number, pointer, target, term, type Value } from './value.js';

/** What memory the code works on: the files in view, and the operation tables that the stack under study uses. */
export interface Memory {
  readonly index: CIndex;
  /** By structure: `target_type` → the variable `snapshot_target`. */
  readonly tables: ReadonlyMap<string, CVariable>;
  /** Values of shared memory that the stack under study is set up with. */
  readonly fields: ReadonlyMap<string, Fixed>;
  readonly counters: Counters;
  /** Runs below generic_make_request(): current->bio_list is not NULL. */
  readonly nested: boolean;
}

/** What current->bio_list points to. */
export const bioList = '@bio_list';

/** The structure that an expression is, or points to; null when the files do not show it. */
export function tagOf({ index }: Memory, expr: Expr, frame: Frame): string | null {
  const type = index.typeOf(expr, frame.fn);
  return type === null ? null : structTag(index.resolve(type));
}

/** The field of what a pointer points to. */
export function fieldPlace(base: Value, tag: string | null, field: string): string {
  if (base.kind !== 'term') return within(target(base), field);
  // What a function finds for a bio (`dm_per_bio_data($clone, …)`) belongs to the bio; other pointers lead to what is shared.
  return /^\w+\(\$[^)]*\)$/.test(base.origin) || tag === null ? `${base.origin}->${field}` : `${tag}.${field}`;
}

/** A member of the structure at a place. The structure that a bio is embedded in is `$bio^member`. */
export function within(place: string, field: string): string {
  if (place.endsWith(`^${field}`)) return place.slice(0, -field.length - 1);
  // `bi_bdev` up to 4.13 and from 5.12, `bi_disk` between: where the bio goes.
  if (/^\$[\w']+$/.test(place) && (field === 'bi_bdev' || field === 'bi_disk')) return `${place}.@dev`;
  return `${place}.${field}`;
}

/** `container_of(pointer, …, member)`. */
export function container(inner: Value, member: string): Value {
  if (inner.kind === 'number' || inner.kind === 'function' || inner.kind === 'model') return inner;
  if (inner.kind === 'term') return term(`container_of(${inner.text})`, `container_of(${inner.origin})`);
  const place = target(inner);
  const suffix = `.${member}`;
  return pointer(place.endsWith(suffix) ? place.slice(0, -suffix.length) : `${place}^${member}`);
}

/** A pointer to a place, which is the bio itself when the place is one. */
export function addressOf(place: string): Value {
  return /^\$[\w']+$/.test(place) ? bioValue(place.slice(1)) : pointer(place);
}

/** What a stack says of the memory at a place. */
export function fixedValue(fixed: Fixed, place: string): Value {
  if (typeof fixed === 'number') return number(fixed);
  return fixed === 'NOT NULL' ? term(`&${place}`, place) : { kind: 'function', name: fixed };
}

/** What stands at a place. */
export function load(memory: Memory, state: State, place: string): Value {
  const stored = state.store.get(place);
  if (stored) return stored;
  if (/^(?:task_struct\.|current->)bio_list$/.test(place)) return memory.nested ? pointer(bioList) : number(0);
  const counter = counterAt(memory, place);
  if (counter !== undefined) return model(counter);
  const fixed = memory.fields.get(place);
  if (fixed !== undefined) return fixedValue(fixed, place);
  const fact = state.facts.get(place);
  if (typeof fact === 'number') return number(fact);
  if (fact === false) return number(0);
  const entry = /^([a-z]\w*)\.(\w+)$/.exec(place);
  const table = entry ? memory.tables.get(entry[1] ?? '') : undefined;
  if (table && entry) return tableEntry(memory, table, entry[2] ?? '');
  const field = /^\$([\w']+)\.(.+)$/.exec(place);
  const like = field ? state.store.get(`$${field[1]}.@like`) : undefined;
  // A clone has the flags, the private data and the size of what it was cloned from.
  if (field && like?.kind === 'bio' && !field[2]?.startsWith('bi_io_vec'))
    return load(memory, state, `$${like.name}.${field[2]}`);
  return term(place);
}

/**
 * Stores a value. What others share is not followed: they may store as well. Of what a bio or an element holds, only
 * pointers are, as `links`: its sizes, states and errors decide nothing that matters.
 */
export function save(state: State, place: string, value: Value, links = true): void {
  for (const text of state.facts.keys()) if (text.includes(place)) state.facts.delete(text);
  if (!isOwned(place) || isSummary(place)) return;
  const unknown = `~${place}`;
  for (const [other, held] of state.store) {
    // Whoever still has what stood here before has something else from now on.
    if (held.kind === 'term' && held.text.includes(unknown) && other !== place)
      state.store.set(other, { ...held, text: `~${other}` });
  }
  // Of a bio's device it only matters whether it is the one that the bio came to.
  if (place.endsWith('.@dev')) {
    state.store.set(place, value.kind === 'term' && value.text.endsWith('.@dev') ? value : term('LOWER'));
    return;
  }
  if (!/^\d+:/.test(place) && (!links || (value.kind === 'number' && value.value !== 0 && value.value !== 1)))
    state.store.delete(place);
  else state.store.set(place, isComputed(value) ? term(unknown) : value);
}

/** `bios = pool->deferred`, lists both: what is on the other is on this one; of a list that others use it is taken as it is needed. */
export function takeOver(state: State, list: string, from: string): void {
  state.store.delete(`${list}.@from`);
  state.store.set(`${list}.@items`, state.store.get(`${from}.@items`) ?? term(''));
  if (!isOwned(from)) state.store.set(`${list}.@from`, term(from));
}

/** A pointer that is followed further and further, as along a list, is unknown from here on. */
const longestPlace = 160;

/** The result of arithmetic on something unknown: another unknown, or texts would grow without end. */
function isComputed(value: Value): boolean {
  if (value.kind === 'place') return value.place.length > longestPlace;
  return (
    value.kind === 'term' && (/ (?:[-+*/%&|^]|<<|>>) |\(.*\(|^(?:min|max)/.test(value.text) || value.text.length > 100)
  );
}

/** A function of an operations table; 0 for a hook that the table leaves out. */
function tableEntry({ index }: Memory, table: CVariable, field: string): Value {
  const item = table.init?.kind === 'list' ? table.init.items.find((one) => one.field === field) : undefined;
  if (!item) return number(0);
  const value = item.value.kind === 'unary' && item.value.op === '&' ? item.value.arg : item.value;
  if (value.kind !== 'name') return term(value.text);
  const constant = index.constant(value.name);
  return constant === null ? { kind: 'function', name: value.name } : number(constant);
}
