import { expect, test } from 'vitest';
import { type Flow, flowOf, reachable } from '../../server/c/flow.js';
import { guardsOf } from '../../server/c/guards.js';
import { enclosing } from '../../server/c/walk.js';
import { call, fn, parse } from './helpers.js';

function flow(body: string): Flow {
  return flowOf(fn(parse(`static void f(void)\n{\n${body}\n}\n`), 'f'));
}

/** The calls that each path through a function makes, loops taken once. */
function paths(body: string): string[] {
  const graph = flow(body);
  const found = new Set<string>();
  const walk = (id: number, seen: ReadonlySet<number>, trail: string) => {
    const node = graph.nodes[id];
    if (!node || seen.has(id)) return;
    const here = node.kind === 'step' && node.expr?.kind === 'call' ? `${trail} ${node.expr.callee.text}` : trail;
    if (id === graph.exit) found.add(here.trim());
    for (const edge of node.next) walk(edge.to, new Set([...seen, id]), here);
  };
  walk(graph.entry, new Set(), '');
  return [...found].sort();
}

test.each([
  ['if and else', 'if (x) a(); else b(); c();', ['a c', 'b c']],
  ['goto and label', 'if (x) goto out; a(); out: b();', ['a b', 'b']],
  ['return', 'if (x) return; a();', ['', 'a']],
  [
    'switch with fall-through',
    'switch (x) { case 1: a(); case 2: b(); break; default: c(); } d();',
    ['a b d', 'b d', 'c d'],
  ],
  ['switch without default', 'switch (x) { case 1: a(); } b();', ['a b', 'b']],
  ['break out of an endless loop', 'for (;;) { if (x) break; a(); } b();', ['b']],
  ['do once', 'do { a(); if (x) break; b(); } while (0); c();', ['a b c', 'a c']],
  ['#if', '#ifdef X\na();\n#else\nb();\n#endif\nc();', ['a c', 'b c']],
  ['#if without #else', '#ifdef X\na();\n#endif\nc();', ['a c', 'c']],
  ['no return from panic', 'if (x) { panic("x"); a(); } b();', ['b', 'panic']],
  ['loop body and update', 'for (i = 0; i < 2; i++) { if (x) continue; a(); }', ['']],
])('%s', (_, body, expected) => {
  expect(paths(body)).toEqual(expected);
});

test('takes && and || apart', () => {
  const graph = flow('if (a && (!b || c)) x();');
  const tests = graph.nodes.filter((node) => node.kind === 'test');
  expect(tests.map((node) => node.expr?.text)).toEqual(['a', 'b', 'c']);
});

test('says what holds on the edge to a case', () => {
  const edges = flow('switch (x) { case A: a(); }').nodes.flatMap((node) => node.next);
  expect(edges.flatMap((edge) => (edge.when ? [edge.when.expr.text] : []))).toEqual(['x == A']);
});

test('knows dead code', () => {
  const graph = flow('return; a();');
  const dead = graph.nodes.filter((node) => !reachable(graph, graph.entry).has(node.id));
  expect(dead.map((node) => node.expr?.text)).toEqual(['a()']);
});

/** What holds at the call of `use` in a function with this body, as `x` or `!x`. */
function facts(body: string): string[] {
  const f = fn(parse(`static void f(void)\n{\n${body}\n}\n`), 'f');
  return guardsOf(f)
    .at(call(f, 'use').range)
    .map((fact) => (fact.holds ? fact.text : `!${fact.text}`));
}

test('knows what is left after an early continue', () => {
  const body = `while ((bio = pop(&list))) {
    struct bio_set *bs = bio->bi_pool;
    if (unlikely(!bs) || bs == fs_bio_set || !bs->rescue_workqueue) { add(bio); continue; }
    use(bs->rescue_workqueue);
  }`;
  expect(facts(body)).toEqual(['bio', 'bs', '!bs == fs_bio_set', 'bs->rescue_workqueue']);
});

test.each([
  ['a test', 'if (x) use();', ['x']],
  ['the other arm', 'if (x) a(); else use();', ['!x']],
  ['compared with NULL', 'if (x != NULL) use();', ['x']],
  ['zero compared', 'if (0 == x) use();', ['!x']],
  ['both of &&', 'if (a && !b) use();', ['a', '!b']],
  ['neither of ||', 'if (a || b) return; use();', ['!a', '!b']],
  ['not after one of ||', 'if (a || b) use();', []],
  ['inside an expression', 'y = x && use();', ['x']],
  ['inside a conditional', 'y = x ? 1 : use();', ['!x']],
  ['in the test itself', 'if (x && use()) a();', ['x']],
  ['joined paths', 'if (x) a(); use();', []],
  ['assigned since', 'if (!x) return; x = y; use();', []],
  ['its pointer assigned since', 'if (!x->y) return; x = z; use();', []],
  ['the field assigned through another pointer', 'if (!x->y) return; z->y = 0; use();', []],
  ['its address handed out', 'if (!x) return; set(&x); use();', []],
  ['another call in between', 'if (!x->y) return; lock(&x->lock); use();', ['x->y']],
  ['changed in the loop', 'if (!x) return; while (y) { use(); x = next(x); }', ['y']],
  ['set by an iterator', 'if (!x) return; list_for_each(x, &l) { use(); }', []],
  ['an error path', 'x = a(); if (!x) goto out; use(); return; out: b();', ['x']],
  ['a case', 'switch (x) { case 1: use(); }', ['x == 1']],
])('%s', (_, body, expected) => {
  expect(facts(body)).toEqual(expected);
});

test('finds the statements around a place', () => {
  const f = fn(parse('static void f(void)\n{\nif (x) { while (y) use(); }\n}\n'), 'f');
  const around = enclosing(f.body ?? [], call(f, 'use').range);
  expect(around.map((stmt) => stmt.kind)).toEqual(['if', 'loop', 'expr']);
});
