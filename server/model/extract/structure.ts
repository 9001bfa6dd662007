import type { Step } from '../scenario.js';
import { type Block, type Graph, successors, type TryStep } from './graph.js';

/** A program as text has it: one thing after the other, with what belongs together nested. */
export type Part =
  | { readonly kind: 'step'; readonly step: Step }
  /** Ways that come to their end go on after the choice. */
  | { readonly kind: 'choose'; readonly at: string; readonly ways: readonly PartWay[] }
  /** Both outcomes go on after it. */
  | {
      readonly kind: 'try';
      readonly step: TryStep;
      readonly done: readonly Part[];
      readonly fail: readonly Part[];
    }
  /** Somebody jumps here. */
  | { readonly kind: 'label'; readonly block: number }
  /** Goes round by a jump to its block; whoever comes to the end of the parts leaves it. */
  | { readonly kind: 'loop'; readonly block: number; readonly parts: readonly Part[] }
  /** To a label or the head of a loop; null for the end of the program. */
  | { readonly kind: 'jump'; readonly to: number | null };

export interface PartWay {
  readonly when: string | null;
  readonly about: string;
  readonly parts: readonly Part[];
}

/**
 * Nests a control-flow graph, after Ramsey, "Beyond Relooper" (ICFP 2022): what several ways lead to comes behind the
 * block that dominates it, so that jumps lead forward and out, or back to the head of a loop around them.
 */
export function structure(graph: Graph): readonly Part[] {
  const shape = shapeOf(graph);
  const parts = new Writer(graph, shape).tree(0, null);
  const targets = new Set<number | null>();
  collectJumps(parts, targets);
  return withoutLabels(parts, targets);
}

interface Shape {
  readonly order: readonly number[];
  readonly loops: ReadonlyMap<number, ReadonlySet<number>>;
  /** Blocks that stand behind another one and what is nested in it, instead of where a way leads to them. */
  readonly owned: ReadonlyMap<number, readonly number[]>;
  readonly placed: ReadonlySet<number>;
}

class Writer {
  constructor(
    private readonly graph: Graph,
    private readonly shape: Shape,
  ) {}

  /** A block with all that stands behind it; `next` is what follows in the text, null for the end. */
  tree(id: number, next: number | null): readonly Part[] {
    const owned = this.shape.owned.get(id) ?? [];
    const body = this.shape.loops.get(id);
    const inside = body ? owned.filter((other) => body.has(other)) : owned;
    const behind = body ? owned.filter((other) => !body.has(other)) : [];
    const afterLoop = behind[0] ?? next;
    const own = [...this.block(id, inside[0] ?? afterLoop), ...this.chain(inside, afterLoop)];
    return [...(body ? [{ kind: 'loop', block: id, parts: own } as const] : own), ...this.chain(behind, next)];
  }

  private chain(ids: readonly number[], next: number | null): readonly Part[] {
    return ids.flatMap((id, i) => {
      const label: readonly Part[] = this.shape.loops.has(id) ? [] : [{ kind: 'label', block: id }];
      return [...label, ...this.tree(id, ids[i + 1] ?? next)];
    });
  }

  private block(id: number, next: number | null): readonly Part[] {
    const block = this.graph[id];
    if (!block) return [];
    const steps = block.steps.map((step): Part => ({ kind: 'step', step }));
    return [...steps, ...this.leave(block, id, next)];
  }

  private leave({ exit }: Block, id: number, next: number | null): readonly Part[] {
    switch (exit.kind) {
      case 'end':
        return jumpTo(null, next);
      case 'go':
        return this.go(id, exit.to, next);
      case 'try': {
        const [done, fail] = [this.go(id, exit.to, next), this.go(id, exit.fail, next)];
        if (goesOn(fail)) return [{ kind: 'try', step: exit.step, done, fail }];
        return [{ kind: 'try', step: exit.step, done: [], fail }, ...done];
      }
      case 'choose': {
        const ways = exit.ways.map(({ when, about, to }) => ({ when, about, parts: this.go(id, to, next) }));
        return chooseAmong(ways, exit.at, next);
      }
    }
  }

  private go(from: number, to: number, next: number | null): readonly Part[] {
    if (isEnd(this.graph, to)) return jumpTo(null, next);
    const back = (this.shape.order[to] ?? 0) <= (this.shape.order[from] ?? 0);
    return back || this.shape.placed.has(to) ? jumpTo(to, next) : this.tree(to, next);
  }
}

/** Ways that lead away are nested; if one alone goes on, it stands behind the choice. */
function chooseAmong(ways: readonly PartWay[], at: string, next: number | null): readonly Part[] {
  const staying = ways.filter(({ parts }) => goesOn(parts));
  const [main] = [...(staying.length > 0 ? staying : ways)].sort((a, b) => sizeOf(b.parts) - sizeOf(a.parts));
  // At the end of the program whoever goes on may as well return.
  if (!main || (staying.length > 1 && (next !== null || sizeOf(main.parts) === 0)))
    return [{ kind: 'choose', at, ways }];
  const apart = ways.map((way): PartWay => {
    if (way === main) return { ...way, parts: [] };
    return { ...way, parts: goesOn(way.parts) ? [...way.parts, { kind: 'jump', to: null }] : way.parts };
  });
  return [{ kind: 'choose', at, ways: apart }, ...main.parts];
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + nested(part).reduce((inner, one) => inner + sizeOf(one), 1), 0);
}

function jumpTo(to: number | null, next: number | null): readonly Part[] {
  return to === next ? [] : [{ kind: 'jump', to }];
}

/** Whether some way leads to what comes after the parts. */
function goesOn(parts: readonly Part[]): boolean {
  const last = parts.at(-1);
  switch (last?.kind) {
    case 'jump':
      return false;
    case 'choose':
      return last.ways.some((way) => goesOn(way.parts));
    case 'try':
      return goesOn(last.done) || goesOn(last.fail);
    default:
      return true;
  }
}

function collectJumps(parts: readonly Part[], into: Set<number | null>): void {
  for (const part of parts) {
    if (part.kind === 'jump') into.add(part.to);
    else for (const inner of nested(part)) collectJumps(inner, into);
  }
}

function nested(part: Part): readonly (readonly Part[])[] {
  switch (part.kind) {
    case 'choose':
      return part.ways.map((way) => way.parts);
    case 'try':
      return [part.done, part.fail];
    case 'loop':
      return [part.parts];
    default:
      return [];
  }
}

/** Without the labels that nobody jumps to. */
function withoutLabels(parts: readonly Part[], targets: ReadonlySet<number | null>): readonly Part[] {
  const inside = (list: readonly Part[]): readonly Part[] => withoutLabels(list, targets);
  return parts.flatMap((part): readonly Part[] => {
    switch (part.kind) {
      case 'label':
        return targets.has(part.block) ? [part] : [];
      case 'choose':
        return [{ ...part, ways: part.ways.map((way) => ({ ...way, parts: inside(way.parts) })) }];
      case 'try':
        return [{ ...part, done: inside(part.done), fail: inside(part.fail) }];
      case 'loop':
        return [{ ...part, parts: inside(part.parts) }];
      default:
        return [part];
    }
  });
}

function shapeOf(graph: Graph): Shape {
  const sequence = reversePostorder(graph);
  const order: number[] = [];
  for (const [position, id] of sequence.entries()) order[id] = position;
  const position = (id: number): number => order[id] ?? 0;
  const before: number[][] = graph.map(() => []);
  for (const id of sequence) for (const to of targetsOf(graph, id)) before[to]?.push(id);
  const forward = (id: number): number[] => (before[id] ?? []).filter((from) => position(from) < position(id));
  const loops = new Map<number, ReadonlySet<number>>();
  for (const id of sequence) {
    const latches = (before[id] ?? []).filter((from) => position(from) >= position(id));
    if (latches.length > 0) loops.set(id, loopBody(id, latches, before));
  }
  const dominator = dominators(sequence, forward, position);
  const dominates = (above: number, below: number): boolean => {
    for (let at: number | undefined = below; at !== undefined; at = dominator.get(at)) if (at === above) return true;
    return false;
  };
  const owned = new Map<number, number[]>();
  const placed = new Set<number>();
  for (const id of sequence.slice(1)) {
    const parent = dominator.get(id);
    if (parent === undefined) continue;
    // The outermost loop that is left on the way from the dominator.
    const left = [...loops].find(([head, body]) => body.has(parent) && !body.has(id) && dominates(head, id));
    if (!left && forward(id).length < 2) continue;
    const owner = left?.[0] ?? parent;
    owned.set(owner, [...(owned.get(owner) ?? []), id]);
    placed.add(id);
  }
  return { order, loops, owned, placed };
}

/** A block that does nothing but end. */
function isEnd(graph: Graph, id: number): boolean {
  const block = graph[id];
  return block?.exit.kind === 'end' && block.steps.length === 0;
}

function targetsOf(graph: Graph, id: number): readonly number[] {
  return successors(graph[id]?.exit ?? { kind: 'end' }).filter((to) => !isEnd(graph, to));
}

function reversePostorder(graph: Graph): readonly number[] {
  const done: number[] = [];
  const seen = new Set([0]);
  const stack = [{ id: 0, next: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    // Last way first, so that the first way comes first in the text.
    const to = [...targetsOf(graph, top.id)].reverse()[top.next++];
    if (to === undefined) {
      done.push(top.id);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ id: to, next: 0 });
    }
  }
  return done.reverse();
}

function loopBody(
  head: number,
  latches: readonly number[],
  before: readonly (readonly number[])[],
): ReadonlySet<number> {
  const body = new Set([head]);
  const todo = [...latches];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (body.has(id)) continue;
    body.add(id);
    todo.push(...(before[id] ?? []));
  }
  return body;
}

/** Immediate dominators, after Cooper, Harvey and Kennedy; forward edges alone decide, since every way has some. */
function dominators(
  sequence: readonly number[],
  forward: (id: number) => readonly number[],
  position: (id: number) => number,
): ReadonlyMap<number, number> {
  const above = new Map<number, number>();
  const common = (a: number, b: number): number => {
    let [one, other] = [a, b];
    while (one !== other) {
      if (position(one) > position(other)) one = above.get(one) ?? 0;
      else other = above.get(other) ?? 0;
    }
    return one;
  };
  for (const id of sequence.slice(1)) {
    const [first, ...rest] = forward(id);
    if (first !== undefined) above.set(id, rest.reduce(common, first));
  }
  return above;
}
