import { expect, test } from 'vitest';
import { flowOf } from '../../server/c/flow.js';
import { openParser } from '../../server/c/parser.js';
import { canFollow } from '../../server/c/paths.js';
import { callsIn, covers } from '../../server/c/walk.js';

const parser = await openParser();

/** Whether the call of again() can be followed by itself in a function with this body. */
function repeats(body: string): boolean {
  const [fn] = parser.parse('x.c', `void f(int a, int b, struct s *p)\n{\n${body}\n}\n`).functions;
  if (fn === undefined) throw new Error('no function');
  const flow = flowOf(fn);
  const call = callsIn(fn.body ?? []).find((one) => one.call.text === 'again()')?.call;
  const node = flow.nodes.find(({ expr }) => call !== undefined && expr !== null && covers(expr.range, call.range));
  if (node === undefined) throw new Error('no call of again()');
  return canFollow(flow, node.id, node.id);
}

test.each([
  ['again();', false],
  ['while (b) again();', true],
  ['retry: again(); if (a) goto retry;', true],
  ['while (b) { again(); break; }', false],
  ['while (b) { again(); if (b) break; }', false],
  ['while (b) { again(); b = next(p); if (a) break; }', true],
  ['while (a && b) { again(); if (a && b) return; }', false],
  ['if (a) while (b) { again(); if (a) break; }', true],
  ['while (p->left) { again(); if (p->left) break; }', false],
  ['while (p->left) { again(); if (p->left) break; p->left = 3; }', true],
  ['again: again(); if (a == ONE) if (a == TWO) goto again;', false],
  ['again: again(); if (a == ONE) { a = next(p); if (a == TWO) goto again; }', true],
  ['again: again(); if (a == ONE) if (b == TWO) goto again;', true],
] as const)('%s → %s', (body, expected) => {
  expect(repeats(body)).toBe(expected);
});
