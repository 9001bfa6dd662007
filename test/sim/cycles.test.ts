import { expect, test } from 'vitest';
import { readScenario } from '../../server/model/read.js';
import { simulate } from '../../server/sim/simulate.js';

test('a program that can try again is proved to end where no state comes back, however many states there are', async () => {
  const result = await simulate('bcache', { strategy: 'rescuer', parameters: { tasks: 2 } });
  expect(result.verdict).toBe('proved');
});

test('a program that can try again for ever is a livelock', async () => {
  expect((await simulate('flush', { strategy: 'nowait-retry' })).verdict).toBe('livelock');
});

test('a thread whose idle wait is over at once goes round for ever, although it could rest there', async () => {
  const text =
    'scenario: t\nstrategies: {only: {}}\nvariables: {x: {}}\ntasks: [{name: T, daemon: true, do: [{idle: x == 0}]}]';
  expect((await simulate(readScenario('t.yaml', text))).verdict).toBe('livelock');
});

test('a livelock beyond the states that are searched for one is not proved away', async () => {
  const { verdict, sentence, bounds } = await simulate('flush', {
    strategy: 'nowait-retry',
    limits: { livelockStates: 10 },
  });
  expect([verdict, bounds.livelockStates]).toEqual(['incomplete', 10]);
  expect(sentence).toMatch(
    /^Nothing gets stuck, but whether tasks can go round for ever was decided within \d+ states only\.$/,
  );
});

test('of a space that is too large, the part that was visited shows its livelock', async () => {
  const result = await simulate('flush', { strategy: 'nowait-retry', limits: { livelockStates: 3000 } });
  expect(result.verdict).toBe('livelock');
});
