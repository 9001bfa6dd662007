import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import type { Lists } from '../era.js';
import { explore, type Outcome } from './choices.js';
import { Trouble } from './interpreter.js';
import { namesOn } from './lists.js';
import type { Dance, Flush, Punt } from './semantics.js';
import type { Cell, Value } from './value.js';
import { attempt, World } from './world.js';

/** Bios by list, as a function of the world that they live in. */
type Parked = (world: World, own: Cell) => readonly (readonly Cell[])[] | null;

interface AllocProbe {
  readonly rescuer: boolean;
  readonly parked: Parked;
  readonly gfp?: 'NOWAIT';
  /** More than fit into the bio itself. */
  readonly vectors?: number;
  /** The pool of bios has one. */
  readonly full?: boolean;
}

const noio = 3;
const nowait = 2;
const manyVectors = 64;

/** What bio_alloc_bioset() does in one situation: `tries bio_pool; punts x; waits bio_pool`. */
function allocate(index: CIndex, fn: CFunction, probe: AllocProbe): Outcome<string> {
  return explore((choices) =>
    attempt(() => {
      const world = new World(index, choices);
      const own = world.set('bs', probe.rescuer);
      const lists = probe.parked(world, own);
      if (lists) world.park(lists);
      if (probe.full) world.full.add('bio_pool');
      const result = world.interpreter.run(
        fn,
        argumentsOf(fn, own, probe.gfp === 'NOWAIT' ? nowait : noio, probe.vectors ?? 0),
      );
      if (result === 0 && probe.gfp !== 'NOWAIT') throw new Trouble(`${fn.name}() returns NULL`);
      // Whether a slab or the pool is tried first for vectors is not ours to judge; both say no.
      const events = world.events.filter((event) => event !== 'tries bvec_pool');
      return [...events, ...(result === 0 ? ['fails'] : [])].join('; ');
    }),
  );
}

function argumentsOf(fn: CFunction, set: Value, gfp: number, vectors: number): Value[] {
  return fn.params.map(({ name, type }): Value => {
    if (/\bgfp_t\b/.test(type)) return gfp;
    if (/struct bio_set \*/.test(type)) return set;
    if (/vec/.test(name)) return vectors;
    return 0;
  });
}

/** What it does with a NULL set. */
export function observeMissing(index: CIndex, fn: CFunction): Outcome<'kmalloc' | 'oops'> {
  return explore((choices) =>
    attempt(() => {
      const world = new World(index, choices);
      try {
        const result = world.interpreter.run(fn, argumentsOf(fn, 0, noio, 0));
        if (result === 0) throw new Trouble(`${fn.name}() returns NULL`);
      } catch (error) {
        if (error instanceof Trouble && error.message.endsWith('is NULL')) return 'oops';
        throw error;
      }
      return world.events.includes('kmalloc') ? 'kmalloc' : 'oops';
    }),
  );
}

const tried = 'tries bio_pool; punts x; waits bio_pool';
const waited = 'waits bio_pool';

/** How bio_alloc_bioset() behaves with bios on `count` lists. */
export function observeDance(index: CIndex, fn: CFunction, count: number): Outcome<Dance> {
  const on = (position: number): Parked => {
    return (world, own) =>
      Array.from({ length: count }, (_, at) => (at === position ? [world.bio('x', null, own)] : []));
  };
  const none: Parked = () => null;
  const nothing: Parked = () => Array.from({ length: count }, () => []);
  const problems: string[] = [];
  const see = (what: string, probe: AllocProbe): string => {
    const outcome = allocate(index, fn, probe);
    if (outcome.kind === 'seen') return outcome.value;
    problems.push(`${what}: ${outcome.reason}`);
    return '';
  };
  const expect = (what: string, probe: AllocProbe, wanted: readonly string[]): string => {
    const seen = see(what, probe);
    if (problems.length === 0 && !wanted.includes(seen)) problems.push(`${what} it does "${seen}"`);
    return seen;
  };
  expect('outside any driver', { rescuer: true, parked: none }, [waited]);
  expect('with empty lists', { rescuer: true, parked: nothing }, [waited]);
  expect('with GFP_NOWAIT', { rescuer: true, parked: on(0), gfp: 'NOWAIT' }, ['tries bio_pool; fails']);
  const looked = Array.from({ length: count }, (_, position) => {
    const wanted = [tried, `tries bio_pool; punts ; ${waited}`, waited];
    return expect(`with a bio on list ${position}`, { rescuer: true, parked: on(position) }, wanted) !== waited;
  });
  const [first, second] = looked;
  const looks: Lists = first ? (count === 1 || second ? 'both' : 'first') : second ? 'second' : 'none';
  const parked = on(first || !second ? 0 : 1);
  const bare = expect('for a set without rescuer', { rescuer: false, parked }, [
    waited,
    `tries bio_pool; ${waited}`,
    `tries bio_pool; queues on NULL; ${waited}`,
  ]);
  const punted = looks === 'none' ? [] : ['punts x'];
  expect('for a bio with many vectors', { rescuer: true, parked, vectors: manyVectors, full: true }, [
    ['takes bio_pool', ...punted, 'waits bvec_pool'].join('; '),
  ]);
  const [reason] = problems;
  if (reason !== undefined) return { kind: 'not understood', reason };
  return { kind: 'seen', value: { looks, always: looks !== 'none' && bare !== waited } };
}

/** What punt_bios_to_rescuer() takes from `count` lists. */
export function observePunt(index: CIndex, fn: CFunction, count: number): Outcome<Punt> {
  const run = (rescuer: boolean): Outcome<{ left: string[]; rescued: string; events: string }> =>
    explore((choices) =>
      attempt(() => {
        const world = new World(index, choices);
        const own = world.set('bs', rescuer);
        const other = world.set('other', true);
        const lists = world.park(
          Array.from({ length: count }, (_, at) => [
            world.bio(`a${at}`, null, own),
            world.bio(`f${at}`, null, other),
            world.bio(`b${at}`, null, own),
            world.bio(`n${at}`, null, null),
          ]),
        );
        world.interpreter.run(fn, [own]);
        const left = lists.map((list) => namesOn(list).join());
        return { left, rescued: namesOn(own.part('rescue_list')).join(), events: world.events.join() };
      }),
    );
  const served = run(true);
  if (served.kind !== 'seen') return served;
  const { left, rescued, events } = served.value;
  const takes = listsOf(left.map((names) => !names.includes('a')));
  const foreign = !left.join().includes('f') && !left.join().includes('n');
  const expected = left.flatMap((names, at) =>
    names.includes('a') ? [] : [foreign ? `a${at},f${at},b${at},n${at}` : `a${at},b${at}`],
  );
  const stays = left.every((names, at) =>
    [`a${at},f${at},b${at},n${at}`, `f${at},n${at}`, foreign ? '' : null].includes(names),
  );
  if (!stays || rescued !== expected.join() || (takes !== 'none' && !events.startsWith('punts')))
    return {
      kind: 'not understood',
      reason: `of the lists [${left.join('] [')}] is left, [${rescued}] goes to the rescuer, it does "${events}"`,
    };
  const bare = run(false);
  if (bare.kind === 'not understood') return bare;
  const nulls = bare.kind === 'trouble' || bare.value.events.includes('NULL');
  return { kind: 'seen', value: { takes, foreign, without: nulls ? 'queues on NULL' : 'returns' } };
}

/** bio_alloc_rescue(): whether a bio and all it leads to is submitted before the next bio is taken. */
export function observeRescue(index: CIndex, fn: CFunction, submit: CFunction | null): Outcome<'one at a time'> {
  const seen = explore((choices) =>
    attempt(() => {
      const world = new World(index, choices);
      const { interpreter } = world;
      const device = world.device('disk', true);
      const own = world.set('bs', true);
      const lists = world.park([['x', 'y'].map((name) => world.bio(name, device, own))]);
      own.part('rescue_list').set(lists[0]?.value ?? 0);
      interpreter.current.part('bio_list').set(0);
      const order: string[] = [];
      world.dispatch = (bio) => {
        order.push(bio.name);
        if (bio.name === 'x' && submit) interpreter.run(submit, [world.bio('child', device, own)]);
      };
      interpreter.run(fn, [own.part('rescue_work')]);
      if (!order.includes('y')) throw new Trouble('a punted bio reaches no device');
      return order.join();
    }),
  );
  if (seen.kind !== 'seen') return seen;
  if (seen.value === (submit ? 'x,child,y' : 'x,y')) return { kind: 'seen', value: 'one at a time' };
  return { kind: 'not understood', reason: `bios reach their devices as ${seen.value}` };
}

/** What flush_current_bio_list() takes from `count` lists. */
export function observeFlush(index: CIndex, fn: CFunction, count: number): Outcome<Flush> {
  const seen = explore((choices) =>
    attempt(() => {
      const world = new World(index, choices);
      const { interpreter } = world;
      const served = world.set('served', true);
      const bare = world.set('bare', false);
      const variable = interpreter.global('fs_bio_set');
      const isPointer = index.variables('fs_bio_set').every(({ item }) => item.type.includes('*'));
      const fs = isPointer ? world.set('fs', true) : world.set('fs', true, variable);
      if (isPointer) variable.set(fs);
      const lists = world.park(
        Array.from({ length: count }, (_, at) => [
          world.bio(`n${at}`, null, null),
          world.bio(`a${at}`, null, served),
          world.bio(`f${at}`, null, fs),
          world.bio(`b${at}`, null, bare),
        ]),
      );
      interpreter.run(fn, [interpreter.global('offload').part('cb'), 1]);
      return {
        left: lists.map((list) => namesOn(list).join('')),
        served: namesOn(served.part('rescue_list')).join(''),
        fs: namesOn(fs.part('rescue_list')).join(''),
        nulls: world.events.some((event) => event.includes('NULL')),
      };
    }),
  );
  if (seen.kind !== 'seen') return seen;
  const { left, served, fs, nulls } = seen.value;
  const takes = listsOf(left.map((names) => !names.includes('a')));
  const keepsFs = fs === '';
  const kept = left.every(
    (names, at) => names.includes(`n${at}`) && (names.includes('a') || names.includes('f') === keepsFs),
  );
  const position = takes === 'second' ? 1 : 0;
  if (!kept || (takes !== 'none' && !served.startsWith(`a${position}`)))
    return {
      kind: 'not understood',
      reason: `of the lists [${left.join('] [')}] is left, [${served}] goes to the rescuer`,
    };
  return { kind: 'seen', value: { takes, keepsFs, without: nulls ? 'queues on NULL' : 'keeps' } };
}

function listsOf(taken: readonly boolean[]): Lists {
  if (taken.every((one) => one)) return 'both';
  return taken[0] ? 'first' : taken[1] ? 'second' : 'none';
}
