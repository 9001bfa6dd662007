import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLibrary, shippedLibrary } from '../../../server/model/extract/library.js';

test('the examples of docs/annotations.md are annotations', () => {
  const text = readFileSync('docs/annotations.md', 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block ?? '');
  const read = blocks.map((block) => readLibrary({ 'annotations.md': block }));
  expect(read.flatMap(({ stacks }) => stacks.map(({ name }) => name))).toEqual(['dm-snapshot']);
  expect(new Set(read.flatMap(({ functions }) => [...functions.keys()]))).toEqual(
    new Set(['track_chunk', '__chunk_is_tracked', 'alloc_completed_exception', 'dm_get_live_table', 'dec_pending']),
  );
});

test('the workloads of shipped stacks exist, and no stack has the name of another', () => {
  const { stacks, workloads } = shippedLibrary();
  const missing = stacks.flatMap(({ name, tasks }) =>
    tasks.flatMap(({ workload }) => (workload === null || workloads.has(workload) ? [] : `${name}: ${workload}`)),
  );
  expect(missing).toEqual([]);
  expect(new Set(stacks.map(({ name }) => name)).size).toBe(stacks.length);
});

test.each([
  ['functions: {f: {do: []}}', 'a.yaml:1:17: unknown key "do": expected one of does, first, body, returns'],
  ['stacks: {s: {tasks: [{name: T}]}}', 'a.yaml:1:22: a task needs a workload, or a function that it runs'],
  ['functions: {f: {does: [{ended: bio}]}}', 'a.yaml:1:24: unknown step "ended": expected one of alloc, '],
])('a mistake in an annotation says where it is: %s', (text, message) => {
  expect(() => readLibrary({ 'a.yaml': text })).toThrow(message);
});
