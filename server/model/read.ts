import type { Assignment, Expectation, Scenario, Step, Strategy } from './scenario.js';
import { Field } from './yaml.js';

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
  field.only(['about', 'era', 'with', 'expect']);
  field.get('with').only(options);
  return {
    about: field.get('about').text(''),
    era: field.get('era').present ? field.get('era').text() : null,
    options: new Map(
      field
        .get('with')
        .entries()
        .map(([name, value]) => [name, value.expression()]),
    ),
    expect: field.get('expect').list().map(readExpectation),
  };
}

/** `tracked = tracked + 1`: the variable, an optional field of it, and the value. */
function readAssignment(field: Field): { variable: string; field: string | null; to: Assignment['to'] } {
  const match = /^\s*([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?\s*=(?!=)(.*)$/.exec(field.text());
  if (!match) return field.fail(`expected "NAME = EXPRESSION"`);
  return { variable: match[1] ?? '', field: match[2] ?? null, to: field.expressionOf(match[3] ?? '') };
}

const steps: Readonly<Record<string, { keys: readonly string[]; read: (step: Field, at: string) => Step }>> = {
  alloc: {
    keys: ['from', 'gfp', 'fail', 'left', 'ending'],
    read: (step, at) => ({
      do: 'alloc',
      at,
      bio: step.get('alloc').text(),
      set: step.get('from').text(),
      gfp: step.get('gfp').choice(['NOIO', 'NOWAIT'], 'NOIO'),
      fail: readSteps(step.get('fail')),
      left: step.get('left').expression(0),
      ending: step.get('ending').present ? step.get('ending').text() : null,
    }),
  },
  new: {
    keys: ['left', 'tag'],
    read: (step, at) => ({
      do: 'new',
      at,
      bio: step.get('new').text(),
      left: step.get('left').expression(0),
      tag: step.get('tag').expression(0),
    }),
  },
  submit: {
    keys: ['to'],
    read: (step, at) => ({ do: 'submit', at, bio: step.get('submit').text(), device: step.get('to').text() }),
  },
  chain: {
    keys: ['to'],
    read: (step, at) => ({ do: 'chain', at, bio: step.get('chain').text(), parent: step.get('to').text() }),
  },
  end: { keys: [], read: (step, at) => ({ do: 'end', at, bio: step.get('end').text() }) },
  free: { keys: [], read: (step, at) => ({ do: 'free', at, bio: step.get('free').text() }) },
  keep: {
    keys: ['on'],
    read: (step, at) => ({ do: 'keep', at, bio: step.get('keep').text(), list: step.get('on').text() }),
  },
  each: {
    keys: ['of', 'do'],
    read: (step, at) => ({
      do: 'each',
      at,
      bio: step.get('each').text(),
      list: step.get('of').text(),
      steps: readSteps(step.get('do')),
    }),
  },
  let: {
    keys: ['max'],
    read: (step, at) => {
      const { variable, to } = readAssignment(step.get('let'));
      return { do: 'let', at, variable, to, max: step.get('max').expression(15) };
    },
  },
  await: { keys: [], read: (step, at) => ({ do: 'await', at, bio: step.get('await').text() }) },
  lock: { keys: [], read: (step, at) => ({ do: 'lock', at, lock: step.get('lock').text() }) },
  unlock: { keys: [], read: (step, at) => ({ do: 'unlock', at, lock: step.get('unlock').text() }) },
  wait: {
    keys: ['for'],
    read: (step, at) => ({
      do: 'wait',
      at,
      until: step.get('wait').expression(),
      text: step.get('for').text(step.get('wait').text()),
    }),
  },
  set: { keys: [], read: (step, at) => ({ do: 'set', at, ...readAssignment(step.get('set')) }) },
  repeat: {
    keys: ['as', 'do'],
    read: (step, at) => ({
      do: 'repeat',
      at,
      count: step.get('repeat').expression(),
      as: step.get('as').text(''),
      steps: readSteps(step.get('do')),
    }),
  },
  while: {
    keys: ['do'],
    read: (step, at) => ({
      do: 'while',
      at,
      condition: step.get('while').expression(),
      steps: readSteps(step.get('do')),
    }),
  },
  if: {
    keys: ['then', 'else'],
    read: (step, at) => ({
      do: 'if',
      at,
      condition: step.get('if').expression(),
      then: readSteps(step.get('then')),
      else: readSteps(step.get('else')),
    }),
  },
  offload: {
    keys: ['guard', 'do'],
    read: (step, at) => ({
      do: 'offload',
      at,
      enabled: step.get('offload').expression(),
      guard: step.get('guard').expression(1),
      steps: readSteps(step.get('do')),
    }),
  },
};

function readSteps(field: Field): Step[] {
  return field.items().map((step) => {
    const keys = step.entries().map(([key]) => key);
    const verb = keys.find((key) => Object.hasOwn(steps, key));
    const kind = verb === undefined ? undefined : steps[verb];
    if (verb === undefined || !kind)
      return step.fail(`unknown step "${keys[0] ?? ''}": expected one of ${Object.keys(steps).join(', ')}`);
    step.only([verb, ...kind.keys, 'at']);
    return kind.read(step, step.get('at').text(''));
  });
}

/**
 * Reads a scenario file. Throws ScenarioError with file, line, column and what was expected there. Names that the
 * programs use are resolved when the scenario is built.
 */
export function readScenario(file: string, text: string): Scenario {
  const root = Field.document(file, text);
  root.only([
    'scenario',
    'title',
    'about',
    'era',
    'parameters',
    'options',
    'strategies',
    'sets',
    'locks',
    'variables',
    'endings',
    'devices',
    'tasks',
  ]);
  const table = <T>(name: string, read: (field: Field) => T): Map<string, T> =>
    new Map(
      root
        .get(name)
        .entries()
        .map(([key, value]) => [key, read(value)]),
    );
  const options = table('options', (field) => field.expression());
  return {
    name: root.get('scenario').text(),
    title: root.get('title').text(''),
    about: root.get('about').text('').trim(),
    era: root.get('era').text('4.14'),
    parameters: table('parameters', (field) => {
      field.only(['default', 'min', 'max', 'about']);
      return {
        default: field.get('default').expression(),
        min: field.get('min').integer(1),
        max: field.get('max').integer(16),
        about: field.get('about').text(''),
      };
    }),
    options,
    strategies: table('strategies', (field) => readStrategy(field, [...options.keys()])),
    sets: table('sets', (field) => {
      field.only(['reserve', 'rescuer', 'missing']);
      return {
        reserve: field.get('reserve').expression(),
        rescuer: field.get('rescuer').expression(0),
        missing: field.get('missing').expression(0),
      };
    }),
    locks: table('locks', (field) => {
      field.only(['kind']);
      return { kind: field.get('kind').choice(['mutex'], 'mutex') };
    }),
    variables: table('variables', (field) => {
      field.only(['initial', 'max', 'balanced']);
      return {
        initial: field.get('initial').expression(0),
        max: field.get('max').expression(15),
        balanced: field.get('balanced').flag(false),
      };
    }),
    endings: table('endings', (field) => field.items().map((item) => readAssignment(item))),
    devices: table('devices', (field) => {
      field.only(['leaf', 'submit']);
      return { leaf: field.get('leaf').flag(false), program: readSteps(field.get('submit')) };
    }),
    tasks: root
      .get('tasks')
      .items()
      .map((field) => {
        field.only(['name', 'count', 'do']);
        return {
          name: field.get('name').text(),
          count: field.get('count').expression(1),
          program: readSteps(field.get('do')),
        };
      }),
  };
}
