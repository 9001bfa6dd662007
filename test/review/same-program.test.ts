import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import type { Scenario } from '../../server/model/scenario.js';
import { simulateOnce } from '../../server/review/same-program.js';
import { simulate } from '../../server/sim/simulate.js';

/** Two allocations from a set of one, with the places that a tree gives them. */
function scenario(first: string, second: string, reserve = 1): Scenario {
  return readScenario(
    'moved.yaml',
    `scenario: moved
title: one after the other
about: from a set that is too small
era: "4.14"
strategies:
  plain: {}
sets:
  bs: { reserve: ${reserve} }
devices:
  dm:
    submit:
      - { alloc: a, from: bs, gfp: NOIO, at: "${first}" }
      - { submit: a, to: disk, at: "map() drivers/md/dm.c:15" }
      - { alloc: b, from: bs, gfp: NOIO, at: "${second}" }
      - { submit: b, to: disk, at: "map() drivers/md/dm.c:17" }
      - { end: bio, at: "map() drivers/md/dm.c:18" }
  disk: { leaf: true }
tasks:
  - { name: T, do: [{ new: x }, { submit: x, to: dm }, { await: x }] }
`,
  );
}

const at = (line: number): string => `map() drivers/md/dm.c:${line}`;

test('a program whose lines moved has the answer of the one before, with the lines as they are now', async () => {
  const before = await simulateOnce(scenario(at(10), at(20)), {}, {});
  const after = await simulateOnce(scenario(at(11), at(21)), {}, {});
  const { seconds: _, ...alone } = await simulate(scenario(at(11), at(21)), {});
  expect(before.verdict).toBe('deadlock');
  expect(after).toEqual({ ...alone, seconds: before.seconds });
});

test('another program has an answer of its own', async () => {
  await simulateOnce(scenario(at(10), at(20)), {}, {});
  expect((await simulateOnce(scenario(at(10), at(20), 2), {}, {})).verdict).toBe('proved');
});

test('two places that were one are told apart', async () => {
  await simulateOnce(scenario(at(30), at(30)), {}, {});
  const { cycle } = await simulateOnce(scenario(at(31), at(32)), {}, {});
  expect(cycle.flatMap((node) => ('task' in node ? [node.source] : []))).toEqual([at(32)]);
});
