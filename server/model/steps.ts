import { referencesOf } from './references.js';
import type { Assignment, Branch, Step } from './scenario.js';
import { type Field, together } from './yaml.js';

/** Where steps stand in their files. Kept beside them: two steps that say the same are the same wherever they stand. */
const lines = new WeakMap<Step, number>();

/** The line of a step that was read from a file, 1-based; null for any other. */
export function lineOfStep(step: Step): number | null {
  return lines.get(step) ?? null;
}

/** `tracked = tracked + 1`: the variable, an optional field of it, and the value. */
export function readAssignment(field: Field): Assignment {
  const match = /^\s*([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?\s*=(?!=)(.*)$/.exec(field.text());
  if (!match) return field.fail(`expected "NAME = EXPRESSION"`);
  return { variable: match[1] ?? '', field: match[2] ?? null, to: field.expressionOf(match[3] ?? '') };
}

type Reader = (step: Field, at: string) => Step;

const optional = (field: Field): string | null => (field.present ? field.text() : null);

/** Per verb: the other keys that a step may have, and how it is read. */
const readers: Readonly<Record<string, { readonly keys: readonly string[]; readonly read: Reader }>> = {
  alloc: {
    keys: ['from', 'gfp', 'fail', 'left', 'tag', 'ending'],
    read: (step, at) => ({
      do: 'alloc',
      at,
      bio: step.get('alloc').text(),
      set: step.get('from').text(),
      gfp: step.get('gfp').choice(['NOIO', 'NOWAIT', 'KERNEL'], 'NOIO'),
      fail: readSteps(step.get('fail')),
      left: step.get('left').expression(0),
      tag: step.get('tag').expression(0),
      ending: optional(step.get('ending')),
    }),
  },
  new: {
    keys: ['left', 'tag', 'ending'],
    read: (step, at) => ({
      do: 'new',
      at,
      bio: step.get('new').text(),
      left: step.get('left').expression(0),
      tag: step.get('tag').expression(0),
      ending: optional(step.get('ending')),
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
  hold: { keys: [], read: (step, at) => ({ do: 'hold', at, bio: step.get('hold').text() }) },
  end: { keys: [], read: (step, at) => ({ do: 'end', at, bio: step.get('end').text() }) },
  free: { keys: [], read: (step, at) => ({ do: 'free', at, bio: step.get('free').text() }) },
  await: { keys: [], read: (step, at) => ({ do: 'await', at, bio: step.get('await').text() }) },
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
  pop: {
    keys: ['from', 'fail'],
    read: (step, at) => ({
      do: 'pop',
      at,
      bio: step.get('pop').text(),
      list: step.get('from').text(),
      fail: readSteps(step.get('fail')),
    }),
  },
  take: {
    keys: ['gfp', 'fail'],
    read: (step, at) => ({
      do: 'take',
      at,
      pool: step.get('take').text(),
      gfp: step.get('gfp').choice(['NOIO', 'NOWAIT'], 'NOIO'),
      fail: readSteps(step.get('fail')),
    }),
  },
  give: { keys: [], read: (step, at) => ({ do: 'give', at, pool: step.get('give').text() }) },
  carry: {
    keys: ['by', 'from'],
    read: (step, at) => ({
      do: 'carry',
      at,
      pool: step.get('carry').text(),
      bio: step.get('by').text(),
      from: optional(step.get('from')),
    }),
  },
  lock: {
    keys: ['mode'],
    read: (step, at) => ({
      do: 'lock',
      at,
      lock: step.get('lock').text(),
      mode: step.get('mode').choice(['write', 'read'], 'write'),
    }),
  },
  trylock: {
    keys: ['fail'],
    read: (step, at) => ({ do: 'trylock', at, lock: step.get('trylock').text(), fail: readSteps(step.get('fail')) }),
  },
  unlock: {
    keys: ['mode'],
    read: (step, at) => ({
      do: 'unlock',
      at,
      lock: step.get('unlock').text(),
      mode: step.get('mode').choice(['write', 'read'], 'write'),
    }),
  },
  wait: { keys: ['for', 'also', 'meanwhile'], read: (step, at) => readWait(step, at, 'wait') },
  idle: { keys: ['for', 'also', 'meanwhile'], read: (step, at) => readWait(step, at, 'idle') },
  set: { keys: [], read: (step, at) => ({ do: 'set', at, assignments: step.get('set').list().map(readAssignment) }) },
  let: {
    keys: ['max'],
    read: (step, at) => {
      const { variable, to } = readAssignment(step.get('let'));
      return { do: 'let', at, variable, to, max: step.get('max').expression(15) };
    },
  },
  queue: {
    keys: ['with'],
    read: (step, at) => ({ do: 'queue', at, work: step.get('queue').text(), bio: optional(step.get('with')) }),
  },
  flush: { keys: [], read: (step, at) => ({ do: 'flush', at, work: step.get('flush').text(), queue: null }) },
  flushqueue: { keys: [], read: (step, at) => ({ do: 'flush', at, work: null, queue: step.get('flushqueue').text() }) },
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
      yes: readSteps(step.get('then')),
      no: readSteps(step.get('else')),
    }),
  },
  choose: {
    keys: [],
    read: (step, at) => ({ do: 'choose', at, branches: step.get('choose').items().map(readBranch) }),
  },
  label: { keys: [], read: (step, at) => ({ do: 'label', at, name: step.get('label').text() }) },
  goto: {
    keys: ['counted'],
    read: (step, at) => ({ do: 'goto', at, label: step.get('goto').text(), counted: step.get('counted').flag(false) }),
  },
  plug: {
    keys: ['to', 'do'],
    read: (step, at) => ({
      do: 'plug',
      at,
      list: step.get('plug').text(),
      to: step.get('to').text(),
      steps: readSteps(step.get('do')),
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
  arm: { keys: ['guard'], read: (step, at) => ({ do: 'arm', at, guard: step.get('guard').expression(1) }) },
  disarm: { keys: [], read: (_step, at) => ({ do: 'disarm', at }) },
  bug: { keys: [], read: (step, at) => ({ do: 'bug', at, text: step.get('bug').text() }) },
};

/** The verbs of steps with the further keys that each may have; the JSON Schema is tested against it. */
export const stepKeys: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(readers).map(([verb, { keys }]) => [verb, keys]),
);

function readWait(step: Field, at: string, verb: 'wait' | 'idle'): Step {
  const meanwhile = step.get('meanwhile');
  if (meanwhile.present) meanwhile.only(['when', 'do']);
  return {
    do: 'wait',
    at,
    until: step.get(verb).expression(),
    text: step.get('for').text(step.get(verb).text()),
    also: step.get('also').list().map(readAssignment),
    idle: verb === 'idle',
    ...(meanwhile.present
      ? { meanwhile: { when: meanwhile.get('when').expression(), steps: readSteps(meanwhile.get('do')) } }
      : {}),
  };
}

/** `[STEP, …]`, or `{when: CONDITION, about: TEXT, do: [STEP, …]}`. */
function readBranch(field: Field): Branch {
  if (field.isList) return { when: null, about: '', steps: readSteps(field) };
  field.only(['when', 'about', 'do']);
  const when = field.get('when');
  return {
    when: when.present ? when.expression() : null,
    about: field.get('about').text(''),
    steps: readSteps(field.get('do')),
  };
}

/** Reads a list of steps; an absent list is empty. Throws ScenarioError. */
export function readSteps(field: Field): Step[] {
  return together(field.items().map((step) => () => readStep(step)));
}

/** Reads one step. Names must be those of the file's sections, unless `inScenario` is false. Throws ScenarioError. */
export function readStep(step: Field, inScenario = true): Step {
  const keys = step.entries().map(([key]) => key);
  const verb = keys.find((key) => Object.hasOwn(readers, key));
  const kind = verb === undefined ? undefined : readers[verb];
  if (verb === undefined || !kind)
    return step.fail(`unknown step "${keys[0] ?? ''}": expected one of ${Object.keys(readers).join(', ')}`);
  step.only([verb, ...kind.keys, 'at']);
  for (const [key, section] of inScenario ? Object.entries(referencesOf(verb)) : [])
    if (step.get(key).present) step.get(key).reference(section);
  const read = kind.read(step, step.get('at').text(''));
  lines.set(read, step.range.line);
  return read;
}
