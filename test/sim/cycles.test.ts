import { expect, test } from 'vitest';
import { simulate } from '../../server/sim/simulate.js';

test('a program that can try again is proved to end where no state comes back, however many states there are', async () => {
  const result = await simulate('bcache', { strategy: 'rescuer', parameters: { tasks: 2 } });
  expect(result.verdict).toBe('proved');
});

test('a program that can try again for ever is a livelock', async () => {
  expect((await simulate('flush', { strategy: 'nowait-retry' })).verdict).toBe('livelock');
});
