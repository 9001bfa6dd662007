import { type CoreRules, listChoices, orders } from './era.js';
import type { Expectation, Scenario, Strategy } from './scenario.js';
import { readAssignment, readSteps } from './steps.js';
import { allOf, Field, together } from './yaml.js';

const verdicts = ['proved', 'deadlock', 'crash', 'livelock', 'leak'] as const;

/** `deadlock if tasks * (pieces - 1) >= reserve`, `proved`. */
function readExpectation(field: Field): Expectation {
  const text = field.text();
  const [verdict = '', condition] = text.split(/\s+if\s+/);
  if (!verdicts.some((known) => known === verdict))
    field.fail(`"${text}": expected "VERDICT" or "VERDICT if CONDITION" with one of ${verdicts.join(', ')}`);
  return { verdict, condition: condition === undefined ? { kind: 'number', value: 1 } : field.expressionOf(condition) };
}

function readStrategy(field: Field, options: readonly string[]): Strategy {
  field.only(['about', 'era', 'core', 'with', 'expect']);
  field.get('with').only(options);
  return {
    about: field.get('about').text(''),
    era: field.get('era').present ? field.get('era').text() : null,
    ...readCore(field.get('core')),
    options: new Map(
      field
        .get('with')
        .entries()
        .map(([name, value]) => [name, value.expression()]),
    ),
    expect: field.get('expect').list().map(readExpectation),
  };
}

/** What the core functions do, where it is not what the era says. */
function readCore(field: Field): { core?: Partial<CoreRules> } {
  if (!field.present) return {};
  field.only(['order', 'looks', 'unguarded', 'takes', 'foreign', 'flushes', 'nullSetFatal']);
  const given = <K extends keyof CoreRules>(key: K, read: (rule: Field) => CoreRules[K]): Partial<CoreRules> =>
    field.get(key).present ? { [key]: read(field.get(key)) } : {};
  const lists = (rule: Field) => rule.choice(listChoices, 'both');
  const flag = (rule: Field) => rule.flag(false);
  return {
    core: {
      ...given('order', (rule) => rule.choice(orders, 'two-lists')),
      ...given('looks', lists),
      ...given('unguarded', flag),
      ...given('takes', lists),
      ...given('foreign', flag),
      ...given('flushes', lists),
      ...given('nullSetFatal', flag),
    },
  };
}

const sections = {
  parameters: ['default', 'min', 'max', 'about'],
  sets: ['reserve', 'rescuer', 'missing', 'bvecs', 'cache'],
  locks: ['kind', 'count', 'max'],
  variables: ['initial', 'max', 'balanced'],
  queues: ['maxActive', 'reclaim', 'spare', 'missing'],
  works: ['queue', 'do'],
  devices: ['leaf', 'inFlight', 'submit'],
} as const;

const topKeys = [
  'scenario',
  'title',
  'about',
  'era',
  'core',
  'options',
  'strategies',
  'pools',
  'lists',
  'endings',
  'tasks',
  'reclaim',
  ...Object.keys(sections),
];

/**
 * Reads a scenario file. Throws ScenarioError with file, line, column and what was expected there, of every mistake that
 * does not follow from another. Names that expressions use are resolved when the scenario is built.
 */
export function readScenario(file: string, text: string): Scenario {
  const root = Field.document(file, text);
  const items = <T>(name: string, read: (field: Field) => T): T[] =>
    together(
      root
        .get(name)
        .items()
        .map((item) => () => read(item)),
    );
  const table = <T>(name: string, read: (field: Field) => T): Map<string, T> =>
    new Map(
      together(
        root
          .get(name)
          .entries()
          .map(([key, value]) => (): [string, T] => [key, read(value)]),
      ),
    );
  const section = <T>(name: keyof typeof sections, read: (field: Field) => T): Map<string, T> =>
    table(name, (field) => {
      field.only(sections[name]);
      return read(field);
    });
  const read = allOf({
    keys: () => root.only(topKeys),
    name: () => root.get('scenario').text(),
    title: () => root.get('title').text(''),
    about: () => root.get('about').text('').trim(),
    era: () => root.get('era').text('4.14'),
    core: () => readCore(root.get('core')),
    parameters: () =>
      section('parameters', (field) => ({
        default: field.get('default').expression(),
        min: field.get('min').integer(1),
        max: field.get('max').integer(16),
        about: field.get('about').text(''),
      })),
    options: () => table('options', (field) => field.expression()),
    strategies: () => readStrategies(root),
    sets: () =>
      section('sets', (field) => ({
        reserve: field.get('reserve').expression(),
        rescuer: field.get('rescuer').expression(0),
        missing: field.get('missing').expression(0),
        bvecs: field.get('bvecs').expression(0),
        cache: field.get('cache').expression(0),
      })),
    pools: () => table('pools', (field) => field.expression()),
    locks: () =>
      section('locks', (field) => ({
        kind: field.get('kind').choice(['mutex', 'rwsem', 'spinlock', 'semaphore'], 'mutex'),
        count: field.get('count').expression(1),
        ...(field.get('max').present ? { max: field.get('max').expression() } : {}),
      })),
    variables: () =>
      section('variables', (field) => ({
        initial: field.get('initial').expression(0),
        max: field.get('max').expression(15),
        balanced: field.get('balanced').flag(false),
      })),
    lists: () => items('lists', (field) => field.text()),
    queues: () =>
      section('queues', (field) => ({
        maxActive: field.get('maxActive').expression(1),
        reclaim: field.get('reclaim').expression(1),
        spare: field.get('spare').expression(0),
        missing: field.get('missing').expression(0),
      })),
    works: () =>
      section('works', (field) => ({
        queue: field.get('queue').reference('queues'),
        program: readSteps(field.get('do')),
      })),
    endings: () =>
      table('endings', (field) => {
        field.only(['set', 'queue']);
        return {
          assignments: field.get('set').list().map(readAssignment),
          work: field.get('queue').present ? field.get('queue').reference('works') : null,
        };
      }),
    devices: () =>
      section('devices', (field) => ({
        leaf: field.get('leaf').flag(false),
        inFlight: field.get('inFlight').expression(0),
        program: readSteps(field.get('submit')),
      })),
    tasks: () =>
      items('tasks', (field) => {
        field.only(['name', 'count', 'daemon', 'do']);
        return {
          name: field.get('name').text(),
          count: field.get('count').expression(1),
          daemon: field.get('daemon').flag(false),
          program: readSteps(field.get('do')),
        };
      }),
    reclaim: () => readSteps(root.get('reclaim')),
  });
  const { keys: _keys, core, ...scenario } = read;
  return { ...scenario, ...core };
}

function readStrategies(root: Field): Map<string, Strategy> {
  const options = root
    .get('options')
    .entries()
    .map(([name]) => name);
  const strategies = root.get('strategies').entries();
  if (strategies.length === 0) root.get('strategies').fail('strategies: expected at least one');
  return new Map(
    together(
      strategies.map(([name, field]) => (): [string, Strategy] => [name, readStrategy(field, options)]),
    ),
  );
}
