import { submissionEra } from '../../model/era.js';
import { constantValue, type Expression } from '../../model/expression.js';
import type { Scenario, Step } from '../../model/scenario.js';
import { UserError } from '../../text.js';
import type { Machine, Place } from '../machine.js';
import { MachineBuilder } from './builder.js';
import { checkedAssign, lowerExpression } from './expressions.js';
import {
  type BioFields,
  type DeviceLayout,
  endioProcedure,
  type Kernel,
  type SetLayout,
  submitName,
} from './kernel.js';
import { type BioList, Lists } from './lists.js';
import { allSteps, emitSteps, lastMentions, type Scope } from './steps.js';
import { type Current, emitDispatch, writeLeaf, writeSubmitter } from './submit.js';

/** Where a process keeps bios. */
export interface ProcessLayout {
  readonly name: string;
  readonly parked: readonly BioList[];
  readonly bio: Place | null;
  readonly bios: readonly { readonly name: string; readonly place: Place }[];
}

/** A machine together with what its slots mean. */
export interface Model {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly processes: readonly ProcessLayout[];
  readonly constants: ReadonlyMap<string, number>;
  /** First id of the bios that belong to no set. */
  readonly firstOwnBio: number;
}

/** Values of parameters and options; `chosen` are the caller's, which must be in range. */
export function constantsOf(
  scenario: Scenario,
  strategyName: string,
  chosen: Readonly<Record<string, number>>,
): Map<string, number> {
  const strategy = scenario.strategies.get(strategyName);
  if (!strategy)
    throw new UserError(
      `${scenario.name}: no strategy is called "${strategyName}"; it has ${[...scenario.strategies.keys()].join(', ')}`,
    );
  for (const name of Object.keys(chosen))
    if (!scenario.parameters.has(name))
      throw new UserError(
        `${scenario.name}: no parameter is called "${name}"; it has ${[...scenario.parameters.keys()].join(', ')}`,
      );
  const constants = new Map<string, number>();
  const evaluate = (name: string, expression: Expression): number => {
    const value = constantValue(expression, constants);
    if (value === null) throw new UserError(`${scenario.name}: the value of ${name} is not known where it is needed`);
    return value;
  };
  for (const [name, parameter] of scenario.parameters) {
    const value = chosen[name] ?? evaluate(name, parameter.default);
    if (!Number.isInteger(value) || value < parameter.min || value > parameter.max)
      throw new UserError(`${scenario.name}: ${name}=${value} is out of range ${parameter.min}..${parameter.max}`);
    constants.set(name, value);
  }
  for (const [name, value] of scenario.options)
    constants.set(name, evaluate(name, strategy.options.get(name) ?? value));
  return constants;
}

const usesBio = (step: Step): step is Extract<Step, { do: 'alloc' | 'new' }> =>
  step.do === 'alloc' || step.do === 'new';

/** Writes the programs of a scenario under one strategy and one era as a machine. */
export function buildModel(scenario: Scenario, constants: ReadonlyMap<string, number>, eraName: string): Model {
  const era = submissionEra(eraName);
  const machine = new MachineBuilder();
  const constant = (what: string, expression: Expression): number => {
    const value = constantValue(expression, constants);
    if (value === null) throw new UserError(`${scenario.name}: ${what} must be made of parameters and options only`);
    return value;
  };

  // Bio ids: 0 is NULL, then the elements of each set, then the bios that tasks bring along.
  const bioNames: string[] = [];
  const ranges = [...scenario.sets].map(([name, set]) => {
    const first = bioNames.length + 1;
    const missing = constant(`${name}.missing`, set.missing) !== 0;
    const reserve = missing ? 0 : constant(`${name}.reserve`, set.reserve);
    for (let element = 1; element <= reserve; element++) bioNames.push(`${name}#${element}`);
    return {
      name,
      first,
      last: bioNames.length,
      missing,
      rescuer: era.rescuers && constant(`${name}.rescuer`, set.rescuer) !== 0,
    };
  });
  const firstOwnBio = bioNames.length + 1;
  const instances = scenario.tasks.flatMap((task) => {
    const count = constant(`the count of task ${task.name}`, task.count);
    return Array.from({ length: count }, (_, index) => {
      const name = count === 1 ? task.name : `${task.name}${index + 1}`;
      const own = new Map<string, number>();
      for (const step of allSteps(task.program))
        if (step.do === 'new' && !own.has(step.bio)) own.set(step.bio, bioNames.push(`${name}.${step.bio}`));
      return { task, name, own };
    });
  });
  const bios = bioNames.length;

  const programs = [
    ...[...scenario.devices.values()].map((device) => device.program),
    ...scenario.tasks.map((task) => task.program),
  ];
  const everyStep = programs.flatMap(allSteps);
  const largest = (key: 'left' | 'tag'): number =>
    Math.max(
      0,
      ...everyStep.map((step) =>
        usesBio(step) && key in step
          ? (constantValue((step as { [k in typeof key]: Expression })[key], constants) ?? 15)
          : 0,
      ),
    );
  const fields: BioFields = {
    used: machine.array('used', bios, 1, 'number'),
    next: machine.array('bi_next', bios, bios, 'bio'),
    parent: machine.array('parent', bios, bios, 'bio'),
    remaining: machine.array('bi_remaining', bios, bios + 1, 'number'),
    device: machine.array('device', bios, scenario.devices.size, 'number'),
    flying: machine.array('flying', bios, scenario.devices.size, 'number'),
    left: machine.array('left', bios, largest('left'), 'number'),
    tag: machine.array('tag', bios, largest('tag'), 'number'),
    ending: machine.array('ending', bios, scenario.endings.size, 'number'),
  };
  const lists = new Lists(machine, fields.next);
  const sets: SetLayout[] = ranges.map(({ rescuer, ...range }) => {
    const reserve = range.last - range.first + 1;
    return {
      ...range,
      available: { slot: machine.slot(`${range.name}.curr_nr`, reserve, 'number', reserve) },
      rescue: rescuer ? lists.create(`${range.name}.rescue_list`, bios) : null,
    };
  });
  const processCount = instances.length + sets.length + 2 * scenario.devices.size;
  const locks = [...scenario.locks.keys()].map((name) => ({
    name,
    owner: { slot: machine.slot(`${name}.owner`, processCount, 'process') },
  }));
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
  const devices: DeviceLayout[] = [...scenario.devices].map(([name, device], index) => ({
    name,
    number: index + 1,
    leaf: device.leaf,
    queue: queuePunt ? lists.create(`${name}.queue`, bios) : null,
  }));
  const variable = (name: string) => {
    const known = variables.find((candidate) => candidate.name === name);
    if (!known) throw new UserError(`${scenario.name}: an ending uses "${name}", which is no variable`);
    return known;
  };
  const endings = [...scenario.endings.values()].map((assignments) =>
    assignments.flatMap(({ variable: name, to }) => {
      const { place, max } = variable(name);
      return checkedAssign(
        machine,
        name,
        place,
        max,
        lowerExpression(to, constants, (other) => variable(other).place),
      );
    }),
  );
  const kernel: Kernel = {
    machine,
    era,
    bios,
    bioNames,
    fields,
    lists,
    sets,
    locks,
    devices,
    variables,
    endings: [...scenario.endings.keys()],
    endio: endioProcedure(machine, fields, sets, endings),
  };
  const processes: ProcessLayout[] = [];

  const scopeOf = (
    current: Current,
    where: string,
    nested: boolean,
    program: readonly Step[],
    own: ReadonlyMap<string, number>,
  ): Scope => {
    const all = allSteps(program);
    const names = new Set(all.flatMap((step) => (usesBio(step) ? [step.bio] : [])));
    const bioPlaces = new Map(
      [...names].map((name) => [name, { slot: machine.slot(`${where}.${name}`, bios, 'bio') }] as const),
    );
    if (nested) bioPlaces.set('bio', current.bio);
    return {
      kernel,
      current,
      constants,
      where,
      nested,
      bios: bioPlaces,
      numbers: new Map(),
      last: lastMentions(program),
      batches: new Map(),
      own,
      queuePunt,
    };
  };

  /** A process that can submit: its own steps, then the one copy of every device's program that they call. */
  const addSubmitter = (name: string, group: string, write: (current: Current) => Scope | null): void => {
    machine.process(name, group, (process) => {
      const current: Current = {
        process,
        index: processes.length,
        bio: { slot: machine.slot(`${name}.bio`, bios, 'bio') },
        fresh: lists.create(`${name}.bio_list[0]`, era.lists === 'two' ? bios : 0),
        older: lists.create(`${name}.bio_list${era.lists === 'two' ? '[1]' : ''}`, bios),
        back: { slot: machine.slot(`${name}.return`, 0, 'number') },
        returns: [],
        dispatch: process.label(),
        hook: everyStep.some((step) => step.do === 'offload' && constantValue(step.enabled, constants) !== 0)
          ? { slot: machine.slot(`${name}.plug`, 2, 'number') }
          : null,
      };
      const scopes = [write(current)];
      emitDispatch(kernel, current, (device) => {
        const program = scenario.devices.get(device.name)?.program ?? [];
        const scope = scopeOf(current, `${name} in ${device.name}`, true, program, new Map());
        scopes.push(scope);
        emitSteps(scope, program);
      });
      machine.limit(current.back.slot, current.returns.length - 1);
      processes.push({
        name,
        parked: [current.fresh, current.older],
        bio: current.bio,
        bios: scopes.flatMap((scope) => (scope ? [...scope.bios].map(([bio, place]) => ({ name: bio, place })) : [])),
      });
    });
  };

  for (const { task, name, own } of instances)
    addSubmitter(name, task.name, (current) => {
      const scope = scopeOf(current, name, false, task.program, own);
      emitSteps(scope, task.program);
      current.process.emit({ alternatives: [], source: '', rest: true });
      return scope;
    });
  for (const set of sets) {
    const { rescue } = set;
    if (!rescue) continue;
    addSubmitter(`${set.name} rescuer`, `${set.name} rescuer`, (current) => {
      writeSubmitter(kernel, current, rescue, 'bio_alloc_rescue()');
      return null;
    });
  }
  for (const device of devices) {
    const { queue } = device;
    if (!queue) continue;
    addSubmitter(`${device.name} worker`, `${device.name} worker`, (current) => {
      writeSubmitter(kernel, current, queue, submitName(era));
      return null;
    });
  }
  for (const device of devices) {
    if (!device.leaf) continue;
    machine.process(device.name, device.name, (process) => {
      writeLeaf(kernel, device, process);
      processes.push({ name: device.name, parked: [], bio: null, bios: [] });
    });
  }
  return { machine: machine.finish(), kernel, processes, constants, firstOwnBio };
}
