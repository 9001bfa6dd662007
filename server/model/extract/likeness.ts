import type { Expr } from '../../c/types.js';
import { calleeName, walkExpr } from '../../c/walk.js';
import { evaluate } from './evaluate.js';
import type { Memory } from './memory.js';
import { fork, type State, top } from './state.js';
import { bioValue, type Value } from './value.js';

/** A bio whose operation is set from that of another (`clone->bi_opf = bio->bi_opf`) reads or writes as that one does. */
export function resemble(memory: Memory, state: State, bio: string, operation: Expr): void {
  if (state.store.has(`$${bio}.@like`)) return;
  walkExpr(operation, (inner) => {
    const from =
      inner.kind === 'field' && /^bi_(?:opf|rw)$/.test(inner.field) && inner.arrow
        ? inner.base
        : inner.kind === 'call' && calleeName(inner) === 'bio_op'
          ? inner.args[0]
          : undefined;
    const value = from && evaluate(memory, fork(state), from);
    if (value?.kind !== 'bio' || value.name === bio) return;
    const root = state.store.get(`$${value.name}.@like`);
    state.store.set(`$${bio}.@like`, root?.kind === 'bio' ? root : bioValue(value.name));
  });
}

/** `clone->bi_io_vec[i].bv_page = page`: the page belongs to the bio from now on. */
export function holdPage(state: State, place: string, page: Value, at: Expr): void {
  const bio = /^\$([\w']+)\./.exec(place)?.[1];
  const pool = page.kind === 'place' ? state.store.get(`${page.place}.@pool`) : undefined;
  if (bio === undefined || page.kind !== 'place' || pool?.kind !== 'term') return;
  const { fn } = top(state);
  const source = `${fn.name}() ${fn.path}:${at.range.line}`;
  state.store.set(`${page.place}.@carried`, bioValue(bio));
  state.steps.push({ do: 'carry', at: source, pool: pool.text, bio, from: null });
}
