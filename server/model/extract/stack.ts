import type { CFunction } from '../../c/types.js';
import type { SetFacts } from '../../kernel/set-facts.js';
import type { Inventory } from '../../kernel/types.js';
import { versionOf } from '../era.js';
import { parseExpression, printExpression } from '../expression.js';
import type { Assignment, Device, Ending, Lock, Queue, Scenario, Step, Task, Work } from '../scenario.js';
import { bound } from './bounds.js';
import { toSteps } from './emit.js';
import { entryOf } from './entry.js';
import { type Graph, successors } from './graph.js';
import { withoutHarmlessLocks } from './locks.js';
import type { Library, Stack } from './notes.js';
import { inSequence, type Program, programOf, type Subject } from './program.js';
import { setsOf } from './sets.js';

/** A scenario made from code, and what it rests on. */
export interface Extracted {
  readonly scenario: Scenario;
  readonly programs: readonly Program[];
  readonly remarks: readonly string[];
  /** What is known of each set, the real size of its reserve among it. */
  readonly facts: ReadonlyMap<string, SetFacts>;
}

/** The code; what is said about it comes from the library and the stack. */
export interface StackSubject extends Pick<Subject, 'index' | 'era' | 'parser'> {
  readonly inventory: Inventory;
  readonly setFacts: (set: string) => SetFacts;
}

const number = (value: number) => parseExpression(String(value));

/**
 * Builds the devices of a stack from the code in view, and the tasks that use them. Null when the code does not have
 * the stack's entry point. Throws UserError when a program is too much to extract.
 */
export function scenarioOf(subject: StackSubject, library: Library, stack: Stack): Extracted | null {
  const { index, era } = subject;
  const find = (name: string): CFunction | undefined => index.functionsNamed(name).find(({ body }) => body !== null);
  const found = stack.entry.map(find).find((fn) => fn !== undefined);
  if (!found || stack.needs?.some((name) => !find(name))) return null;
  const entry = entryOf(subject, found);
  const notes = library.functions;
  const counters = new Map(
    [...library.variables].flatMap(([name, { places }]) => places.map((place) => [place, name])),
  );
  const own: Subject = {
    ...subject,
    notes,
    counters,
    tables: stack.tables,
    fields: stack.fields,
    ...(stack.most && { most: stack.most }),
  };
  const programs: Program[] = [];
  const devices = new Map<string, Device>();
  const tasks: Task[] = [];
  const workloads = [...new Set(stack.tasks.flatMap(({ workload }) => workload ?? []))];
  for (const workload of workloads) {
    const assume = library.workloads.get(workload) ?? [];
    programs.push(programOf(own, entry, { nested: true, assume, given: new Map() }));
  }
  for (const { runs, next = [], given } of stack.tasks) {
    const parts = [...(runs === null ? [] : [runs]), ...next].flatMap((name) => find(name) ?? []);
    const [first, ...others] = parts.map((fn) => programOf(own, fn, { nested: false, assume: [], given }));
    if (first) programs.push(others.reduce(inSequence, first));
  }
  const threads = worksOf(own, library, programs, find);
  programs.push(...threads.values());
  const device = (workload: string): string => (workloads.length === 1 ? 'device' : `device_${workload}`);
  const graphs = withoutHarmlessLocks(programs.map(({ bounded }) => bounded));
  const takes = graphs.flatMap((graph) => graph.flatMap(({ steps: own }) => own)).filter((step) => step.do === 'carry');
  const carrier = stack.carried ?? (takes[0]?.do === 'carry' ? takes[0].pool : null);
  const endings = new Map<string, Ending>();
  const endingOf = endingNames(own, endings);
  const steps = new Map(
    programs.map((program, i) => {
      const self = device(workloads[i] ?? '');
      return [program, finish(toSteps(graphs[i] ?? []), program, endingOf(program), { carrier, self, works: threads })];
    }),
  );
  for (const [i, workload] of workloads.entries()) {
    const program = programs[i];
    if (program) devices.set(device(workload), { leaf: false, inFlight: number(0), program: steps.get(program) ?? [] });
  }
  devices.set('disk', { leaf: true, inFlight: number(0), program: [] });
  for (const task of stack.tasks) {
    const program = task.runs === null ? undefined : programs.find(({ fn }) => fn.name === task.runs);
    if (task.runs !== null && !program) continue;
    const target = device(task.workload ?? '');
    const made = { at: '', bio: 'b', left: parseExpression(task.pieces), tag: number(0), ending: null };
    const does: readonly Step[] = program
      ? (steps.get(program) ?? [])
      : [
          task.from === null
            ? { do: 'new', ...made }
            : { do: 'alloc', ...made, at: 'bio_alloc()', set: task.from, gfp: 'NOIO', fail: [] },
          { do: 'submit', at: 'submit_bio()', bio: 'b', device: target },
          { do: 'await', at: 'submit_bio_wait()', bio: 'b' },
        ];
    tasks.push({ name: task.name, count: parseExpression(task.count), daemon: false, program: does });
  }
  const used = usedNames(
    [...devices.values()]
      .flatMap(({ program }) => program)
      .concat(tasks.flatMap(({ program }) => program))
      .concat([...threads.values()].flatMap((program) => steps.get(program) ?? [])),
  );
  const { sets, facts, remarks: unsure } = setsOf(used.sets, subject.setFacts);
  const remarks = new Set([...programs.flatMap((program) => program.remarks), ...unsure]);
  const kinds = new Map(programs.flatMap(({ locks }) => [...locks]));
  const locks = new Map(
    [...used.locks].map((name): [string, Lock] => [name, { kind: kinds.get(name) ?? 'mutex', count: number(1) }]),
  );
  const variables = new Map(
    [...library.variables].filter(
      ([name]) =>
        used.names.has(name) ||
        [...endings.values()].some(({ assignments }) => assignments.some(({ variable }) => variable === name)),
    ),
  );
  const items = new Map(programs.flatMap((program) => [...program.works]));
  const works = new Map<string, Work>();
  const queues = new Map<string, Queue>();
  for (const [name, program] of threads) {
    const item = items.get(name);
    const queue = item?.queue ?? library.works.get(name)?.queue ?? name;
    works.set(name, { queue, program: steps.get(program) ?? [] });
    queues.set(queue, {
      maxActive: number(item?.active ?? 1),
      reclaim: number(1),
      spare: number(0),
      missing: number(0),
    });
  }
  const scenario: Scenario = {
    name: stack.name,
    title: stack.about,
    about: '',
    era: versionOf(era),
    parameters: new Map([
      ['reserve', { default: number(2), min: 1, max: 16, about: 'elements of each set' }],
      [
        bound,
        {
          default: parseExpression('reserve + 1'),
          min: 1,
          max: 17,
          about: 'pieces of each bio, and rounds of each loop',
        },
      ],
      ['tasks', { default: number(1), min: 1, max: 4, about: 'tasks of each kind' }],
    ]),
    options: new Map(),
    strategies: new Map([['tree', { about: 'the code as it is', era: null, options: new Map(), expect: [] }]]),
    sets,
    pools: new Map([...used.pools].map((name) => [name, parseExpression('reserve')])),
    locks,
    variables,
    lists: [...used.lists],
    queues,
    works,
    endings,
    devices,
    tasks,
    reclaim: used.reclaims ? writeToSwap : [],
  };
  return { scenario, programs, remarks: [...remarks].sort(), facts };
}

/** What reclaim may do for an allocation that lets it start I/O, while none other has been submitted to that disk. */
const writeToSwap: readonly Step[] = [
  { do: 'new', at: 'swap_writepage()', bio: 'swap', left: number(1), tag: number(0), ending: null },
  { do: 'submit', at: 'swap_writepage()', bio: 'swap', device: 'disk' },
  { do: 'await', at: 'folio_wait_writeback()', bio: 'swap' },
];

interface Used {
  readonly sets: Set<string>;
  readonly pools: Set<string>;
  readonly locks: Set<string>;
  readonly lists: Set<string>;
  readonly names: Set<string>;
  /** Whether an allocation may start I/O. */
  readonly reclaims: boolean;
}

function usedNames(steps: readonly Step[]): Used {
  const text = JSON.stringify(steps);
  const reclaims = text.includes('"gfp":"KERNEL"');
  const used: Used = {
    sets: new Set(),
    pools: new Set(),
    locks: new Set(),
    lists: new Set(),
    names: new Set(),
    reclaims,
  };
  for (const [, key, value] of text.matchAll(/"(set|pool|lock|list|name|variable)":"([^"]*)"/g)) {
    const into = {
      set: used.sets,
      pool: used.pools,
      lock: used.locks,
      list: used.lists,
      name: used.names,
      variable: used.names,
    }[key ?? ''];
    into?.add(value ?? '');
  }
  return used;
}

interface Surroundings {
  /** The one pool whose elements bios carry. */
  readonly carrier: string | null;
  /** The device that the program belongs to. */
  readonly self: string;
  readonly works: ReadonlyMap<string, unknown>;
}

/** The programs of the threads and work items that programs wake or queue, and of those that these do. */
function worksOf(
  subject: Subject,
  library: Library,
  programs: readonly Program[],
  find: (name: string) => CFunction | undefined,
): ReadonlyMap<string, Program> {
  const works = new Map<string, Program>();
  const todo = [...programs];
  for (let program = todo.pop(); program; program = todo.pop()) {
    for (const [work, item] of program.works) {
      if (works.has(work)) continue;
      const own = withOwnBios(programOf(subject, item.fn, { nested: false, assume: [], given: new Map(), item }));
      works.set(work, own);
      todo.push(own);
    }
    for (const [, work] of JSON.stringify(program.graph).matchAll(/"do":"queue"[^}]*"work":"([^"]*)"/g)) {
      const fn = library.works
        .get(work ?? '')
        ?.runs.map(find)
        .find((one) => one !== undefined);
      if (work === undefined || works.has(work) || !fn) continue;
      const own = programOf(subject, fn, { nested: false, assume: [], given: new Map() });
      works.set(work, own);
      todo.push(own);
    }
  }
  return works;
}

/** A work item takes one bio along; what its function does with others that the queueing one had is left out, and noted. */
function withOwnBios(program: Program): Program {
  const steps = program.graph.flatMap(({ steps: own, exit }) => (exit.kind === 'try' ? [...own, exit.step] : own));
  const own = new Set(['bio']);
  for (const step of steps)
    if (step.do === 'alloc' || step.do === 'new' || step.do === 'pop' || step.do === 'each') own.add(step.bio);
  const left = new Set<string>();
  const keep = (step: Step): boolean => {
    const bios = 'bio' in step && step.bio !== null ? [step.bio, ...(step.do === 'chain' ? [step.parent] : [])] : [];
    const isOwn = bios.every((bio) => own.has(bio));
    if (!isOwn) left.add(`${step.at}: ${bios.join(', ')} of the function that queued the work is left out`);
    return isOwn;
  };
  const trimmed = (graph: Graph): Graph => graph.map((block) => ({ ...block, steps: block.steps.filter(keep) }));
  const [graph, bounded] = [trimmed(program.graph), trimmed(program.bounded)];
  return { ...program, graph, bounded, remarks: [...new Set([...program.remarks, ...left])].sort() };
}

/**
 * Fills in what only the whole program knows: the device's name, what the end of a bio does, who carries an element.
 * `carrier` is the one pool whose elements bios can carry; others are taken to be large enough.
 */
function finish(
  steps: readonly Step[],
  { carried: held }: Program,
  ending: ReadonlyMap<string, string>,
  { carrier, self, works }: Surroundings,
): readonly Step[] {
  const gives = new Set(
    [...JSON.stringify(steps).matchAll(/"do":"give"[^}]*"pool":"([^"]*)"/g)].map(([, pool]) => pool),
  );
  const carried = new Set([
    ...held,
    ...[...JSON.stringify(steps).matchAll(/"do":"carry"[^}]*"pool":"([^"]*)"/g)].map(([, pool = '']) => pool),
  ]);
  const isLarge = (pool: string): boolean => pool !== carrier && (carried.has(pool) || !gives.has(pool));
  const inside = (list: readonly Step[]): readonly Step[] =>
    list.flatMap((step): readonly Step[] => {
      switch (step.do) {
        case 'alloc':
          return [{ ...step, ending: ending.get(step.bio) ?? null, fail: inside(step.fail) }];
        case 'new':
          return [{ ...step, ending: ending.get(step.bio) ?? null }];
        case 'queue':
          return works.has(step.work) ? [step] : [];
        case 'submit':
          return [step.device === 'self' ? { ...step, device: self } : step];
        case 'take':
          if (isLarge(step.pool)) return [];
          // What the program neither gives back nor hands on goes with the bio.
          return carried.has(step.pool) || gives.has(step.pool)
            ? [{ ...step, fail: inside(step.fail) }]
            : [
                { ...step, fail: inside(step.fail) },
                { do: 'carry', at: step.at, pool: step.pool, bio: 'bio', from: null },
              ];
        case 'carry':
        case 'give':
          return isLarge(step.pool) ? [] : [step];
        case 'trylock':
        case 'pop':
          return [{ ...step, fail: inside(step.fail) }];
        case 'choose':
          return [{ ...step, branches: step.branches.map((branch) => ({ ...branch, steps: inside(branch.steps) })) }];
        default:
          return [step];
      }
    });
  return inside(steps);
}

/** What each program's bios do at their end, as names of endings, which are added to `endings`. */
function endingNames(
  subject: Subject,
  endings: Map<string, Ending>,
): (program: Program) => ReadonlyMap<string, string> {
  const known = new Map<string, string | null>();
  const ending = (name: string): string | null => {
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    const [fn] = subject.index.functionsNamed(name);
    const assignments = fn?.body
      ? effectsOf(programOf(subject, fn, { nested: false, assume: [], given: new Map(), completes: true }).graph)
      : [];
    const result = assignments.length > 0 ? name : null;
    if (result !== null) endings.set(name, { assignments, work: null });
    known.set(name, result);
    return result;
  };
  return (program) => {
    const released = [...program.releases].flatMap(([bio, assignments]) => {
      if (assignments.length === 0) return [];
      const same = [...endings].find(([, known]) => JSON.stringify(known.assignments) === JSON.stringify(assignments));
      const name = same?.[0] ?? `${bio}_released${endings.size === 0 ? '' : endings.size}`;
      endings.set(name, { assignments, work: null });
      return [[bio, name] as const];
    });
    return new Map([
      ...released,
      ...[...program.endings].flatMap(([bio, functions]) => {
        const named = [...functions].map(ending).find((one) => one !== null);
        return named ? [[bio, named] as const] : [];
      }),
    ]);
  };
}

/** The assignments that a completion function makes, each under the conditions of the ways that lead to it. */
function effectsOf(graph: Graph): readonly Assignment[] {
  // What several ways lead to happens once.
  const made = new Map<string, Assignment>();
  const follow = (id: number, guard: string, seen: ReadonlySet<number>): void => {
    const block = graph[id];
    if (!block || seen.has(id) || made.size > 64) return;
    for (const step of block.steps) {
      if (step.do !== 'set') continue;
      for (const { variable, field, to } of step.assignments) {
        if (field !== null) continue;
        const value = printExpression(to);
        const text = guard === '' ? value : `${variable} + (${guard}) * (${value} - ${variable})`;
        made.set(`${step.at} ${text}`, { variable, field, to: parseExpression(text) });
      }
    }
    const inside = new Set([...seen, id]);
    if (block.exit.kind !== 'choose') for (const to of successors(block.exit)) follow(to, guard, inside);
    else {
      for (const { when, to } of block.exit.ways) {
        const also = when === null ? guard : guard === '' ? `(${when}) != 0` : `(${guard}) && (${when})`;
        follow(to, also, inside);
      }
    }
  };
  follow(0, '', new Set());
  return [...made.values()];
}
