import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr } from '../../c/types.js';
import { calleeName, callsIn } from '../../c/walk.js';
import { type Order, orders } from '../era.js';
import { type Choices, explore, type Outcome } from './choices.js';
import { Trouble } from './interpreter.js';
import { namesOn } from './lists.js';
import type { Cell } from './value.js';
import { attempt, submitNames, World } from './world.js';

/** A bio of the plan: the device it is for, and what that device's function submits for it, in order. */
interface Planned {
  readonly device: string;
  readonly submits: readonly string[];
}

/** Lower devices before, between and after remainders for the own one, and drivers below that submit again. */
const plan: Readonly<Record<string, Planned>> = {
  r: { device: 'top', submits: ['a', 'b', 'c', 'd'] },
  a: { device: 'left', submits: ['e', 'f', 'g'] },
  b: { device: 'top', submits: ['h', 'i'] },
  c: { device: 'right', submits: ['j'] },
  d: { device: 'top', submits: ['k'] },
  e: { device: 'left', submits: ['l'] },
  f: { device: 'disk', submits: [] },
  g: { device: 'left', submits: [] },
  h: { device: 'left', submits: [] },
  i: { device: 'top', submits: ['m'] },
  j: { device: 'disk', submits: [] },
  k: { device: 'right', submits: [] },
  l: { device: 'disk', submits: [] },
  m: { device: 'left', submits: [] },
};

/** What a run of the plan shows. */
export interface Observed {
  readonly order: string;
  /** Whether every bio that waited was on a list that current->bio_list led to. */
  readonly visible: boolean;
}

/** The function that drivers submit with, if its body is in view. */
export function submitFunction(index: CIndex): CFunction | null {
  for (const name of submitNames) {
    const fn = index.functionsNamed(name).find(({ body }) => body !== null);
    if (fn) return fn;
  }
  return null;
}

/** Functions that split a bio and submit the rest of it, newest first. */
const splitters = [
  'bio_submit_split_bioset',
  'bio_submit_split',
  '__bio_split_to_limits',
  '__blk_queue_split',
  'blk_queue_split',
];

interface Remainder {
  readonly fn: CFunction;
  readonly args: readonly (Expr | null)[];
  readonly from: CFunction;
}

/** How the rest of a split bio is submitted: a function of its own, or an argument that says so. */
function remainderOf(index: CIndex): Remainder | null {
  for (const name of splitters) {
    const from = index.functionsNamed(name).find(({ body }) => body !== null);
    for (const { call } of callsIn(from?.body ?? [])) {
      const callee = calleeName(call);
      if (!from || callee === null || !/^(?:submit_bio_noacct|generic_make_request)/.test(callee)) continue;
      const fn = index.functionsNamed(callee, from.path).find(({ body }) => body !== null);
      if (fn) return { fn, from, args: call.args };
    }
  }
  return null;
}

/** Runs the plan over a tree's submission function; `submits` is whether its devices have functions of their own. */
export function observeOrder(index: CIndex, entry: CFunction, submits: boolean): Outcome<Observed> {
  const remainder = remainderOf(index);
  return explore((choices) => attempt(() => runPlan(index, entry, remainder, submits, choices))) as Outcome<Observed>;
}

function runPlan(
  index: CIndex,
  entry: CFunction,
  remainder: Remainder | null,
  submits: boolean,
  choices: Choices,
): Observed {
  const world = new World(index, choices);
  const { interpreter } = world;
  const devices = new Map(
    [...new Set(Object.values(plan).map(({ device }) => device))].map((name) => [name, world.device(name, submits)]),
  );
  const bios = new Map(
    Object.entries(plan).map(([name, { device }]) => [name, world.bio(name, devices.get(device) ?? null)]),
  );
  const order: string[] = [];
  const waiting = new Set<string>();
  let visible = true;
  const submit = (bio: Cell, again: boolean): void => {
    waiting.add(bio.name);
    if (!again || !remainder) {
      interpreter.run(entry, [bio]);
      return;
    }
    const { fn, args, from } = remainder;
    const position = Math.max(
      0,
      fn.params.findIndex(({ type }) => /struct bio \*$/.test(type)),
    );
    const values = args.map((arg) => (arg ? (index.evaluate(arg, from) ?? 0) : 0));
    interpreter.run(
      fn,
      values.map((value, at) => (at === position ? bio : value)),
    );
  };
  world.dispatch = (bio) => {
    order.push(bio.name);
    waiting.delete(bio.name);
    const seen = world.visible().flatMap(namesOn);
    visible &&= [...waiting].every((name) => seen.includes(name));
    const planned = plan[bio.name];
    for (const name of planned?.submits ?? []) {
      const child = bios.get(name);
      if (child) submit(child, plan[name]?.device === planned?.device);
    }
  };
  const first = bios.get('r');
  if (first) submit(first, false);
  const lost = [...bios.keys()].filter((name) => !order.includes(name));
  if (lost.length > 0)
    throw new Trouble(`of the bios ${[...bios.keys()].join()} these reach no device: ${lost.join()}`);
  return { order: order.join(''), visible };
}

/** The order that a rule gives for the plan. */
function ordered(rule: Order): string {
  const order: string[] = [];
  const queue = ['r'];
  for (let bio = queue.shift(); bio !== undefined; bio = queue.shift()) {
    order.push(bio);
    const { device, submits } = plan[bio] ?? { device: '', submits: [] };
    const same = submits.filter((child) => plan[child]?.device === device);
    const lower = submits.filter((child) => plan[child]?.device !== device);
    if (rule === 'fifo') queue.push(...submits);
    else queue.unshift(...lower, ...(rule === 'remainder-first' ? same.reverse() : same));
  }
  return order.join('');
}

/** The rule that an order of the plan follows; null for none that is known. */
export function ruleOf(order: string): Order | null {
  return orders.find((rule) => ordered(rule) === order) ?? null;
}
