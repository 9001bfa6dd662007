import { expect, test } from 'vitest';
import { newestVersionAt } from '../../server/kernel/releases.js';

test('while 5.10 is tested, patches are for 5.11 at most', () => {
  expect(newestVersionAt('2020-11-19T16:49:22Z')).toBe('5.11');
});

test('from the day of a release on, patches may be for the version after the next', () => {
  expect(newestVersionAt('2022-07-30T23:59:59Z')).toBe('6.0');
  expect(newestVersionAt('2022-07-31T00:00:00Z')).toBe('6.1');
});

test('nothing is said of days after the last release that is known', () => {
  expect(newestVersionAt('2099-01-01T00:00:00Z')).toBeNull();
});
