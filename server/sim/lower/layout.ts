import type { SubmissionEra } from '../../model/era.js';
import { constantValue } from '../../model/expression.js';
import type { BioSet, Scenario, Step } from '../../model/scenario.js';
import { UserError } from '../../text.js';
import { allSteps } from './analysis.js';
import { type MachineBuilder, TooLarge } from './builder.js';
import { known } from './constants.js';
import { checkedAssign, lowerExpression } from './expressions.js';
import {
  type BioFields,
  type DeviceLayout,
  endioProcedure,
  field,
  type Kernel,
  type LockLayout,
  type QueueLayout,
  type SetLayout,
  type WorkLayout,
} from './kernel.js';
import { Lists } from './lists.js';
import { mostReads } from './locks.js';

/** Far beyond what can be searched to an end. */
const mostBios = 1000;

/** Bio ids of a scenario: 0 is NULL, then the elements of each set, then bios without a set, then work items. */
export interface BioIds {
  readonly names: readonly string[];
  readonly ranges: ReadonlyMap<string, { readonly first: number; readonly last: number }>;
  /** First id that belongs to no set. */
  readonly firstOwn: number;
  /** Per process, then per variable: the bios that `new` makes there. */
  readonly own: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly workItems: ReadonlyMap<string, number>;
}

/** Numbers all bios. `submitters` are the processes that can run a device's program, with their own program. */
export function numberBios(
  scenario: Scenario,
  constants: ReadonlyMap<string, number>,
  submitters: readonly { readonly name: string; readonly program: readonly Step[] }[],
): BioIds {
  const names: string[] = [];
  const add = (name: string): number => {
    if (names.length >= mostBios) throw new TooLarge(`${mostBios} bios`);
    return names.push(name);
  };
  const ranges = new Map(
    [...scenario.sets].map(([name, set]) => {
      const first = names.length + 1;
      const missing = known(scenario, constants, `${name}.missing`, set.missing) !== 0;
      const reserve = missing ? 0 : known(scenario, constants, `${name}.reserve`, set.reserve);
      for (let element = 1; element <= reserve; element++) add(`${name}#${element}`);
      return [name, { first, last: names.length }];
    }),
  );
  const firstOwn = names.length + 1;
  const shared = allSteps([...[...scenario.devices.values()].flatMap((device) => device.program), ...scenario.reclaim]);
  const own = new Map(
    submitters.map(({ name, program }) => {
      const made = new Set([...allSteps(program), ...shared].flatMap((step) => (step.do === 'new' ? [step.bio] : [])));
      return [name, new Map([...made].map((bio) => [bio, add(`${name}.${bio}`)]))];
    }),
  );
  const workItems = new Map([...scenario.works.keys()].map((work) => [work, add(work)]));
  return { names, ranges, firstOwn, own, workItems };
}

/** True if a program releases the semaphore and does not take it. */
function isHanded(scenario: Scenario, lock: string): boolean {
  const programs = [...scenario.devices.values(), ...scenario.tasks, ...scenario.works.values()];
  return programs.some(({ program }) => {
    const steps = allSteps(program);
    const takes = (step: Step): boolean =>
      (step.do === 'lock' && step.lock === lock) || (step.do === 'trylock' && step.lock === lock);
    return steps.some((step) => step.do === 'unlock' && step.lock === lock) && !steps.some(takes);
  });
}

/** Every step of every program. */
function stepsOf({ devices, tasks, works, reclaim }: Scenario): Step[] {
  const programs = [...devices.values(), ...tasks, ...works.values()].map(({ program }) => program);
  return [...programs, reclaim].flatMap(allSteps);
}

/** Largest value that a field of a bio is given; 15 if that is not known beforehand. */
function largest(scenario: Scenario, constants: ReadonlyMap<string, number>, key: 'left' | 'tag'): number {
  const values = stepsOf(scenario).flatMap((step) => {
    if (step.do === 'alloc' || step.do === 'new') {
      const given = step[key];
      // A value taken over from another bio is no larger than that one's.
      return given.kind === 'name' && given.field === key ? [] : [constantValue(given, constants) ?? 15];
    }
    if (step.do !== 'set') return [];
    return step.assignments.flatMap(({ field, to }) => {
      const shrinks = to.kind === 'binary' && to.op === '-';
      return field === key && !shrinks ? [constantValue(to, constants) ?? 15] : [];
    });
  });
  return Math.max(0, ...values);
}

/** Declares all variables that the processes of a scenario share. */
export function layOut(
  scenario: Scenario,
  constants: ReadonlyMap<string, number>,
  era: SubmissionEra,
  machine: MachineBuilder,
  ids: BioIds,
  processes: number,
): Kernel {
  const bios = ids.names.length;
  const constant = (what: string, expression: Parameters<typeof known>[3]): number =>
    known(scenario, constants, what, expression);
  const everyStep = stepsOf(scenario);
  const pools = [...scenario.pools].map(([name, reserve]) => {
    const size = constant(`${name}.reserve`, reserve);
    return { name, available: { slot: machine.slot(`${name}.curr_nr`, size, 'number', size) } };
  });
  const carried = everyStep.find((step) => step.do === 'carry');
  const carriedPool = carried ? (pools.find((pool) => pool.name === carried.pool) ?? null) : null;
  // bio_alloc_bioset() looks into the cache only for bios whose vectors are inside them.
  const isCached = (name: string, set: BioSet): boolean =>
    era.perCpuCache && constant(`${name}.cache`, set.cache) !== 0 && constant(`${name}.bvecs`, set.bvecs) === 0;
  const caching = [...scenario.sets].some(([name, set]) => isCached(name, set));
  const deviceCount = scenario.devices.size;
  const counts = everyStep.some((step) => step.do === 'hold');
  const fields: BioFields = {
    used: machine.array('used', bios, 1, 'number'),
    next: machine.array('bi_next', bios, bios, 'bio'),
    parent: machine.array('parent', bios, bios, 'bio'),
    // One for each child and for itself, and for each of the pieces that a program may count in it.
    remaining: machine.array('bi_remaining', bios, Math.max(bios + 1, counts ? 31 : 0), 'number'),
    device: machine.array('device', bios, deviceCount, 'number'),
    flying: machine.array('flying', bios, deviceCount, 'number'),
    left: machine.array('left', bios, largest(scenario, constants, 'left'), 'number'),
    tag: machine.array('tag', bios, largest(scenario, constants, 'tag'), 'number'),
    ending: machine.array('ending', bios, scenario.endings.size, 'number'),
    work: machine.array('work', bios, scenario.works.size, 'number'),
    kept: machine.array('kept', bios, everyStep.some((step) => step.do === 'keep') ? 1 : 0, 'number'),
    carried: machine.array(
      'carried',
      bios,
      carriedPool ? (machine.slots[carriedPool.available.slot]?.max ?? 0) : 0,
      'number',
    ),
    cpu: machine.array('cpu', bios, caching ? processes : 0, 'process'),
  };
  const lists = new Lists(machine, fields.next);
  const sets = [...scenario.sets].map(([name, set]): SetLayout => {
    const { first, last } = ids.ranges.get(name) ?? { first: 1, last: 0 };
    const reserve = last - first + 1;
    const bvecs = constant(`${name}.bvecs`, set.bvecs);
    const rescuer = era.rescuers && constant(`${name}.rescuer`, set.rescuer) !== 0;
    return {
      name,
      first,
      last,
      missing: constant(`${name}.missing`, set.missing) !== 0,
      available: { slot: machine.slot(`${name}.curr_nr`, reserve, 'number', reserve) },
      bvecs: bvecs > 0 ? { slot: machine.slot(`${name}.bvec_pool`, bvecs, 'number', bvecs) } : null,
      rescue: rescuer ? lists.create(`${name}.rescue_list`, bios) : null,
      cache: isCached(name, set) ? machine.array(`${name}.cache`, processes, reserve, 'number') : null,
    };
  });
  const locks = [...scenario.locks].map(([name, { kind, count, max }]): LockLayout => {
    const semaphore = kind === 'semaphore' ? constant(`${name}.count`, count) : 0;
    const most = max === undefined ? Math.max(semaphore, 1) : constant(`${name}.max`, max);
    return {
      name,
      kind,
      handed: kind === 'semaphore' && isHanded(scenario, name),
      owner: { slot: machine.slot(`${name}.owner`, kind === 'semaphore' ? 0 : processes, 'process') },
      count: {
        slot: machine.slot(
          `${name}.count`,
          kind === 'rwsem' ? processes * mostReads : kind === 'semaphore' ? most : 0,
          'number',
          semaphore,
        ),
      },
      writers: { slot: machine.slot(`${name}.writers`, kind === 'rwsem' ? processes : 0, 'number') },
    };
  });
  const variables = [...scenario.variables].map(([name, variable]) => {
    const initial = constant(`${name}.initial`, variable.initial);
    const max = constant(`${name}.max`, variable.max);
    return {
      name,
      place: { slot: machine.slot(name, max, 'number', initial) },
      initial,
      max,
      balanced: variable.balanced,
    };
  });
  const queuePunt = (constants.get('queuePunt') ?? 0) !== 0;
  const devices = [...scenario.devices].map(([name, device], index): DeviceLayout => {
    const limit = device.leaf ? constant(`${name}.inFlight`, device.inFlight) : 0;
    return {
      name,
      number: index + 1,
      leaf: device.leaf,
      inFlight: limit > 0 ? { count: { slot: machine.slot(`${name}.tags`, limit, 'number') }, limit } : null,
      queue: queuePunt ? lists.create(`${name}.queue`, bios) : null,
    };
  });
  const queues = [...scenario.queues].map(
    ([name, queue]): QueueLayout => ({
      name,
      missing: constant(`${name}.missing`, queue.missing) !== 0,
      items: lists.create(`${name}.worklist`, bios),
      running: { slot: machine.slot(`${name}.running`, constant(`${name}.maxActive`, queue.maxActive), 'number') },
    }),
  );
  const works = [...scenario.works].map(([name, work], index): WorkLayout => {
    const queue = queues.findIndex((candidate) => candidate.name === work.queue);
    if (queue < 0)
      throw new UserError(`${scenario.name}: the work ${name} is for the queue "${work.queue}", which does not exist`);
    const most = machine.slots[queues[queue]?.running.slot ?? 0]?.max ?? 1;
    return {
      name,
      number: index + 1,
      queue,
      item: ids.workItems.get(name) ?? 0,
      running: { slot: machine.slot(`${name}.running`, most, 'number') },
    };
  });
  const variable = (name: string) => {
    const found = variables.find((candidate) => candidate.name === name);
    if (!found) throw new UserError(`${scenario.name}: an ending uses "${name}", which is no variable`);
    return found;
  };
  const ending = machine.temp();
  const endings = [...scenario.endings].map(([name, { assignments, work }]) => ({
    name,
    effect: assignments.flatMap(({ variable: target, to }) => {
      const { place, max } = variable(target);
      return checkedAssign(
        machine,
        target,
        place,
        max,
        lowerExpression(to, constants, (other, bioField) => {
          if (bioField === null) return variable(other).place;
          if (bioField !== 'left' && bioField !== 'tag')
            throw new UserError(`${scenario.name}: a bio has the fields left and tag`);
          return field(fields[bioField], ending);
        }),
      );
    }),
    work: work === null ? null : (works.find((candidate) => candidate.name === work) ?? unknownWork(scenario, work)),
  }));
  const shared = new Map(scenario.lists.map((name) => [name, lists.create(name, bios)]));
  const kernel = {
    machine,
    era,
    bios,
    bioNames: ids.names,
    fields,
    lists,
    sets,
    pools,
    carriedPool,
    locks,
    devices,
    variables,
    shared,
    queues,
    works,
    endings,
  };
  return { ...kernel, endio: endioProcedure(kernel, ending) };
}

function unknownWork(scenario: Scenario, work: string): never {
  throw new UserError(`${scenario.name}: an ending queues "${work}", which is no work`);
}
