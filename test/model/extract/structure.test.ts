import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toSteps } from '../../../server/model/extract/emit.js';
import type { Block, Exit, Graph } from '../../../server/model/extract/graph.js';
import type { Step } from '../../../server/model/scenario.js';

const mark = (at: number): Step => ({ do: 'disarm', at: `${at}` });
const trylock = { do: 'trylock', at: '', lock: 'l', fail: [] } as const;

const graphs = (size: number): fc.Arbitrary<Graph> => {
  const to = fc.integer({ min: 0, max: size - 1 });
  const exit: fc.Arbitrary<Exit> = fc.oneof(
    fc.constant<Exit>({ kind: 'end' }),
    to.map((target): Exit => ({ kind: 'go', to: target })),
    fc.array(to, { minLength: 1, maxLength: 3 }).map(
      (targets): Exit => ({
        kind: 'choose',
        at: '',
        ways: targets.map((one) => ({ when: null, about: '', to: one })),
      }),
    ),
    fc.tuple(to, to).map(([done, fail]): Exit => ({ kind: 'try', step: trylock, to: done, fail })),
  );
  return fc
    .array(fc.record({ exit, empty: fc.boolean() }), { minLength: size, maxLength: size })
    .map((blocks) => blocks.map((block, i): Block => ({ steps: block.empty ? [] : [mark(i)], exit: block.exit })));
};

/** The marks on the way that the choices decide, in at most so many moves; `end` if it gets there. */
function walkGraph(graph: Graph, choices: readonly number[]): readonly string[] {
  const seen: string[] = [];
  const left = [...choices];
  let at = 0;
  for (let moves = 0; moves < 200; moves++) {
    const block = graph[at];
    if (!block) break;
    seen.push(...block.steps.map((step) => step.at));
    const { exit } = block;
    if (exit.kind === 'end') return [...seen, 'end'];
    if (exit.kind === 'go') at = exit.to;
    else {
      const choice = left.shift();
      if (choice === undefined) return seen;
      if (exit.kind === 'choose') at = exit.ways[choice % exit.ways.length]?.to ?? 0;
      else at = choice % 2 === 0 ? exit.to : exit.fail;
    }
  }
  return seen;
}

/** The same of steps with jumps, run as the simulator does. */
function walkSteps(steps: readonly Step[], choices: readonly number[]): readonly string[] {
  const code: ({ mark: string } | { jump: number } | { choose: number[] })[] = [];
  const labels = new Map<string, number>();
  const jumps: { at: number; label: string }[] = [];
  const write = (list: readonly Step[]): void => {
    for (const step of list) {
      if (step.do === 'label') labels.set(step.name, code.length);
      else if (step.do === 'goto') jumps.push({ at: code.push({ jump: 0 }) - 1, label: step.label });
      else if (step.do === 'trylock') several([[], step.fail]);
      else if (step.do === 'choose') several(step.branches.map((branch) => branch.steps));
      else code.push({ mark: step.at });
    }
  };
  const several = (branches: readonly (readonly Step[])[]): void => {
    const starts: number[] = [];
    const ends: { jump: number }[] = [];
    code.push({ choose: starts });
    for (const branch of branches) {
      starts.push(code.length);
      write(branch);
      const end = { jump: 0 };
      ends.push(end);
      code.push(end);
    }
    for (const end of ends) end.jump = code.length;
  };
  write(steps);
  for (const { at, label } of jumps) code[at] = { jump: labels.get(label) ?? Number.NaN };
  const seen: string[] = [];
  const left = [...choices];
  let at = 0;
  for (let moves = 0; moves < 5000; moves++) {
    const next = code[at];
    if (!next) return [...seen, 'end'];
    if ('mark' in next) {
      seen.push(next.mark);
      at++;
    } else if ('jump' in next) at = next.jump;
    else {
      const choice = left.shift();
      if (choice === undefined) return seen;
      at = next.choose[choice % next.choose.length] ?? 0;
    }
  }
  return seen;
}

test('steps go the ways of the graph, with whatever jumps it has', () => {
  const problem = fc.integer({ min: 1, max: 9 }).chain(graphs);
  const choices = fc.array(fc.nat(5), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(problem, choices, (graph, chosen) => {
      const [expected, found] = [walkGraph(graph, chosen), walkSteps(toSteps(graph), chosen)];
      const length = Math.min(expected.length, found.length, 100);
      // Rounds without a choice go on for ever in both.
      if (expected.at(-1) === 'end' || found.at(-1) === 'end') expect(found).toEqual(expected);
      else expect(found.slice(0, length)).toEqual(expected.slice(0, length));
    }),
    { numRuns: 500 },
  );
});

const steps = (...blocks: readonly [Exit, ...Exit[]]): readonly Step[] =>
  toSteps(blocks.map((exit, i) => ({ steps: [mark(i)], exit })));
const choose = (...targets: readonly number[]): Exit => ({
  kind: 'choose',
  at: '',
  ways: targets.map((to) => ({ when: null, about: `${to}`, to })),
});

test('what several ways lead to stands once, behind them, without a jump', () => {
  const text = steps(choose(1, 2), { kind: 'go', to: 3 }, { kind: 'go', to: 3 }, { kind: 'end' });
  expect(text.map((step) => step.do)).toEqual(['disarm', 'choose', 'disarm']);
});

test('the way that goes on after early returns is not nested', () => {
  const text = steps(choose(1, 2), { kind: 'end' }, choose(3, 4), { kind: 'end' }, { kind: 'end' });
  expect(text.map((step) => step.do)).toEqual(['disarm', 'choose', 'disarm', 'choose', 'disarm', 'label']);
});
