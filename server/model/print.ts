import { Document, isCollection, isMap, isScalar, isSeq, visit } from 'yaml';
import { printExpression } from './expression.js';
import { flag, oneOrMany, type Plain, several, stepOf, steps, unless, unlessNumber, value } from './print-steps.js';
import type { Device, Ending, Scenario, Strategy } from './scenario.js';

/** Columns of the text, and the longest thing that is written on one line. */
const width = 120;
const longestLine = 96;

/**
 * The text of a scenario file that `readScenario` reads back to the same value. What a file may leave out is left out.
 * `heading` becomes a comment at the top.
 */
export function printScenario(scenario: Scenario, heading = ''): string {
  const document = new Document(compact(fileOf(scenario)), { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_, node, path) => {
      node.flow = path.length > sectionDepth && isShort(node);
      return node.flow ? visit.SKIP : undefined;
    },
    // Lines of a text stay lines.
    Value: (key, node) => {
      if (key === 'value' && isScalar(node) && /\n/.test(String(node.value))) node.type = 'BLOCK_LITERAL';
    },
    Pair: (_, { key }, path) => {
      if (path.length === pairDepth && isScalar(key)) key.spaceBefore = !headKeys.includes(String(key.value));
    },
  });
  if (heading !== '') document.commentBefore = heading.replace(/^(?=.)/gm, ' ');
  return document.toString({ lineWidth: width });
}

/** Ancestors of a pair at the top of the file, and of a whole section. */
const pairDepth = 2;
const sectionDepth = 3;
const headKeys: readonly string[] = ['scenario', 'title', 'about', 'era'];

/** Whether a collection goes on one line: it fits, and holds no list of several steps. */
function isShort(node: unknown): boolean {
  return isFlat(node, 0) && lengthOf(node) <= longestLine;
}

function isFlat(node: unknown, depth: number): boolean {
  if (isSeq(node)) {
    if (node.items.some(isCollection) && (node.items.length > 1 || depth === 0)) return false;
    return node.items.every((item) => isFlat(item, depth + 1));
  }
  if (!isMap(node)) return true;
  return node.items.every(({ key, value }) => !isProgram(key, value) && isFlat(value, depth + 1));
}

function isProgram(key: unknown, value: unknown): boolean {
  return isScalar(key) && /^(?:do|submit)$/.test(String(key.value)) && isSeq(value) && value.items.length > 0;
}

/** Characters of a value in flow style, about. */
function lengthOf(node: unknown): number {
  if (isSeq(node)) return node.items.reduce<number>((sum, item) => sum + lengthOf(item) + 2, 2);
  if (isMap(node)) return node.items.reduce((sum, { key, value }) => sum + lengthOf(key) + lengthOf(value) + 4, 4);
  return isScalar(node) ? String(node.value).length : 0;
}

function compact(value: Plain): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, compact(entry)] as const])),
  );
}

function fileOf(scenario: Scenario): Plain {
  return {
    scenario: scenario.name,
    title: unless(scenario.title, ''),
    about: unless(scenario.about, ''),
    era: scenario.era,
    core: scenario.core && { ...scenario.core },
    parameters: table(scenario.parameters, (parameter) => ({
      default: value(parameter.default),
      min: parameter.min,
      max: parameter.max,
      about: unless(parameter.about, ''),
    })),
    options: table(scenario.options, (option) => flag(option, null)),
    strategies: table(scenario.strategies, strategyOf),
    sets: table(scenario.sets, (set) => ({
      reserve: value(set.reserve),
      rescuer: flag(set.rescuer, 0),
      missing: flag(set.missing, 0),
      bvecs: unlessNumber(set.bvecs, 0),
      cache: flag(set.cache, 0),
    })),
    pools: table(scenario.pools, value),
    locks: table(scenario.locks, ({ kind, count, max }) => ({
      kind,
      count: unlessNumber(count, 1),
      max: max && value(max),
    })),
    variables: table(scenario.variables, ({ initial, max, balanced }) => ({
      initial: unlessNumber(initial, 0),
      max: unlessNumber(max, 15),
      balanced: balanced || undefined,
    })),
    lists: scenario.lists.length > 0 ? scenario.lists : undefined,
    queues: table(scenario.queues, (queue) => ({
      maxActive: unlessNumber(queue.maxActive, 1),
      reclaim: flag(queue.reclaim, 1),
      spare: flag(queue.spare, 0),
      missing: flag(queue.missing, 0),
    })),
    works: table(scenario.works, ({ queue, program }) => ({ queue, do: program.map(stepOf) })),
    endings: table(scenario.endings, endingOf),
    devices: table(scenario.devices, deviceOf),
    reclaim: steps(scenario.reclaim),
    tasks: scenario.tasks.map(({ name, count, daemon, program }) => ({
      name,
      count: unlessNumber(count, 1),
      daemon: daemon || undefined,
      do: program.map(stepOf),
    })),
  };
}

function table<T>(entries: ReadonlyMap<string, T>, print: (entry: T) => Plain | undefined): Plain | undefined {
  return entries.size === 0 ? undefined : Object.fromEntries([...entries].map(([name, entry]) => [name, print(entry)]));
}

function strategyOf({ about, era, core, options, expect }: Strategy): Plain {
  const expectations = expect.map(({ verdict, condition }) =>
    condition.kind === 'number' && condition.value === 1 ? verdict : `${verdict} if ${printExpression(condition)}`,
  );
  return {
    about: unless(about, ''),
    era: unless(era, null),
    core: core && { ...core },
    with: table(options, (option) => flag(option, null)),
    expect: expectations.length > 0 ? oneOrMany(expectations) : undefined,
  };
}

function endingOf({ assignments, work }: Ending): Plain {
  return { set: several(assignments), queue: unless(work, null) };
}

function deviceOf({ leaf, inFlight, program }: Device): Plain {
  return {
    leaf: leaf || undefined,
    inFlight: unlessNumber(inFlight, 0),
    submit: leaf && program.length === 0 ? undefined : program.map(stepOf),
  };
}
