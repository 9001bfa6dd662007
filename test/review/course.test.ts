import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeCourse, judgeEvents } from '../../server/review/course.js';
import type { Level } from '../../server/review/types.js';

test('a finding that only the last state has was introduced there', () => {
  expect(judgeCourse([null, null, 'error'])).toEqual({ status: 'introduced', at: 2, goneAt: null });
});

test('a finding that comes, goes and comes back belongs to the patch after which it stays', () => {
  expect(judgeCourse([null, 'error', null, 'error'])).toEqual({ status: 'introduced', at: 3, goneAt: null });
});

test('a finding between base and end is introduced and gone again: the series cannot be bisected there', () => {
  expect(judgeCourse([null, 'error', 'error', null])).toEqual({ status: 'introduced', at: 1, goneAt: 3 });
});

test('a finding that the base has and the end has not is fixed by the patch that removes it last', () => {
  expect(judgeCourse(['error', null, 'error', null, null])).toEqual({ status: 'fixed', at: 3, goneAt: null });
});

test('a finding that is in base and end is pre-existing whatever lies between', () => {
  expect(judgeCourse(['error', null, 'error'])).toEqual({ status: 'preexisting', at: 0, goneAt: null });
});

test('a finding that gets a higher level is worsened by the patch that raises it', () => {
  expect(judgeCourse(['note', 'note', 'error', 'error'])).toEqual({ status: 'worsened', at: 2, goneAt: null });
});

test('a finding that gets a lower level is still only pre-existing', () => {
  expect(judgeCourse(['error', 'note'])).toEqual({ status: 'preexisting', at: 0, goneAt: null });
});

test('the status follows from the base and the last state alone', () => {
  const level = fc.constantFrom<Level | null>(null, 'note', 'warning', 'error');
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 8 }), (course) => {
      const verdict = judgeCourse(course);
      const [before, after] = [course[0] ?? null, course.at(-1) ?? null];
      if (before === null && after === null) expect(verdict === null).toBe(course.every((one) => one === null));
      else if (before === null) expect(verdict?.status).toBe('introduced');
      else if (after === null) expect(verdict?.status).toBe('fixed');
      else expect(['preexisting', 'worsened']).toContain(verdict?.status);
    }),
  );
});

test('an introduced finding is in the state it is tied to and not in the one before', () => {
  const level = fc.constantFrom<Level | null>(null, 'error');
  fc.assert(
    fc.property(fc.array(level, { minLength: 2, maxLength: 8 }), (course) => {
      const verdict = judgeCourse(course);
      fc.pre(verdict?.status === 'introduced');
      expect([course[(verdict?.at ?? 0) - 1], course[verdict?.at ?? 0]]).toEqual([null, 'error']);
    }),
  );
});

test('a change that a later patch takes back is introduced and gone again', () => {
  const events = [
    { at: 1, undone: false },
    { at: 3, undone: true },
  ];
  expect(judgeEvents(events)).toEqual({ status: 'introduced', at: 1, goneAt: 3 });
});

test('a repair that a later patch takes back leaves nothing to report', () => {
  const events = [
    { at: 1, undone: true },
    { at: 2, undone: false },
  ];
  expect(judgeEvents(events)).toBeNull();
});

test('a repair alone is fixed', () => {
  expect(judgeEvents([{ at: 2, undone: true }])).toEqual({ status: 'fixed', at: 2, goneAt: null });
});
