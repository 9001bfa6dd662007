import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Port, watchPulse } from '../../src/pulse.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A worker that answers at once, until it is stopped. */
function worker() {
  let lives = true;
  const port: Port = {
    onmessage: null,
    postMessage: () => {
      if (lives) port.onmessage?.({} as never);
    },
  };
  const died = vi.fn();
  const end = watchPulse(port, died);
  return { died, end, stop: () => (lives = false), revive: () => (lives = true) };
}

test('a worker that answers lives', () => {
  const { died } = worker();
  vi.advanceTimersByTime(3_600_000);
  expect(died).not.toHaveBeenCalled();
});

test('one that has not answered for a minute is dead, which is told once', () => {
  const { died, stop } = worker();
  vi.advanceTimersByTime(20_000);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(died).not.toHaveBeenCalled();
  vi.advanceTimersByTime(300_000);
  expect(died).toHaveBeenCalledTimes(1);
});

test('one that was busy for less than that lives on', () => {
  const { died, stop, revive } = worker();
  stop();
  vi.advanceTimersByTime(50_000);
  revive();
  vi.advanceTimersByTime(5000);
  stop();
  vi.advanceTimersByTime(50_000);
  expect(died).not.toHaveBeenCalled();
});

test('after the end of the watch nothing is told', () => {
  const { died, end, stop } = worker();
  stop();
  end();
  vi.advanceTimersByTime(3_600_000);
  expect(died).not.toHaveBeenCalled();
});
