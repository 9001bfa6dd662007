import { expect, test } from 'vitest';
import { simulate } from '../../../server/sim/simulate.js';
import { extracted, type Given, programText, trim } from './extraction.js';

const verdict = async (given: Given = {}): Promise<string> =>
  (await simulate(extracted('works.c', given).scenario, { parameters: { reserve: 2, pieces: 2, tasks: 2 } })).verdict;

test('bios are queued with items of their own, or wait on a list for one that all share', () => {
  const made = extracted('works.c');
  expect(programText(made)).toBe(
    trim(`
      if !(bio_data_dir(bio) == READ):
        queues weft_copy with bio
        return
      puts bio on weft_queues.deferred
      queues weft_queues.late`),
  );
  const { works, queues } = made.scenario;
  expect([...works].map(([name, { queue }]) => [name, queue])).toEqual([
    ['weft_copy', 'weft_queues.copy_wq'],
    ['weft_queues.late', 'weft_queues.late_wq'],
  ]);
  expect([...queues].map(([name, { maxActive }]) => [name, maxActive])).toEqual([
    ['weft_queues.copy_wq', { kind: 'number', value: 2 }],
    ['weft_queues.late_wq', { kind: 'number', value: 1 }],
  ]);
});

test('the work function knows the bio that its item belongs to; its pages go with the copy', () => {
  expect(programText(extracted('works.c'), 'weft_copy')).toBe(
    trim(`
      allocates copy from weft.bs, GFP_NOIO: waits for one
      if left:
        loop 1, at most n rounds:
          takes an element of weft_queues.pages, without waiting
          if it succeeds:
            lets copy carry its elements of weft_queues.pages to its end
            if !left:
              go to label 1
            next round of loop 1
        frees copy, which was never submitted
        takes weft.lock
        allocates copy from weft.bs, GFP_NOIO: waits for one
        if left:
          loop 2, at most n rounds:
            takes an element of weft_queues.pages, GFP_NOIO: waits for one
            lets copy carry its elements of weft_queues.pages to its end
            if left:
              next round of loop 2
        releases weft.lock
      label 1:
      makes bio wait for copy
      submits copy to the disk
      ends bio`),
  );
});

test('a worker takes bios from the shared list', () => {
  expect(programText(extracted('works.c'), 'weft_late')).toBe(
    trim(`
      loop 1, at most n rounds:
        takes bio_2 from weft_queues.deferred
        if it succeeds:
          submits bio_2 to the disk
          next round of loop 1`),
  );
});

test('bios that worker and list get on with end, as long as one at a time waits for pages', async () => {
  expect(await verdict()).toBe('proved');
  expect(await verdict({ edit: (text) => text.replace(/mutex_(?:un)?lock\(&w->lock\);/g, ';') })).toBe('deadlock');
});

test('a bio on a list that nobody serves is lost', async () => {
  const edit = (text: string): string => text.replace('queue_work(q->late_wq, &q->late);', '');
  expect(await verdict({ edit })).toBe('deadlock');
});

test('a reference that is handed on with a bio is not dropped by the function as well', async () => {
  expect(await verdict({ edit: (text) => text.replace('atomic_inc(&io->pending);', '') })).toBe('crash');
});

test('an item of unknown function is said not to be followed', () => {
  const edit = (text: string): string => text.replace('INIT_WORK(&q->late, weft_late);', '');
  expect(extracted('works.c', { edit }).remarks).toContain(
    'weft_make_request() works.c:81: weft_queues.late on weft_queues.late_wq is not followed',
  );
});
