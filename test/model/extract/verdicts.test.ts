import { expect, test } from 'vitest';
import { printScenario } from '../../../server/model/print.js';
import { readScenario } from '../../../server/model/read.js';
import { simulate } from '../../../server/sim/simulate.js';
import { extracted, type Given, trim } from './extraction.js';

const verdict = async (
  name: string,
  parameters: Readonly<Record<string, number>>,
  given: Given = {},
): Promise<string> => (await simulate(extracted(name, given).scenario, { parameters })).verdict;

const withRescuer = (text: string): string => text.replace('BIOSET_NEED_BVECS', 'BIOSET_NEED_RESCUER');

test('clones that are parked in a loop eat up the set, unless it has a rescuer', async () => {
  expect(await verdict('loop.c', { reserve: 2, pieces: 3 })).toBe('deadlock');
  expect(await verdict('loop.c', { reserve: 2, pieces: 3 }, { edit: withRescuer })).toBe('proved');
  expect(await verdict('loop.c', { reserve: 3, pieces: 3 })).toBe('proved');
});

test('a remainder ahead of its front needs two lists; behind it, one is enough', async () => {
  const bounds = { reserve: 1, pieces: 3 };
  expect(await verdict('split.c', bounds, { version: '4.10' })).toBe('deadlock');
  expect(await verdict('split.c', bounds, { version: '4.14' })).toBe('proved');
  expect(await verdict('swapped.c', bounds, { version: '4.10' })).toBe('proved');
});

test('all or none without waiting, then one task at a time', async () => {
  const bounds = { reserve: 2, tasks: 3 };
  expect(await verdict('nowait.c', bounds)).toBe('proved');
  const unlocked = (text: string): string => text.replace(/mutex_(?:un)?lock\(&w->lock\);/g, '');
  expect(await verdict('nowait.c', bounds, { edit: unlocked })).toBe('deadlock');
});

test('a bio that is not freed on the way out is a leak', async () => {
  expect(await verdict('unwind.c', { reserve: 1 })).toBe('proved');
  const forgotten = (text: string): string => text.replace('bio_put(first);', ';');
  expect(await verdict('unwind.c', { reserve: 1 }, { edit: forgotten })).toBe('leak');
});

test('a lock is kept only if somebody waits while holding it', () => {
  expect([...extracted('lock.c').scenario.locks.keys()]).toEqual([]);
  expect([...extracted('held.c').scenario.locks.keys()]).toEqual(['weft.lock']);
});

test('who waits for bios is woken by their end', async () => {
  const notes = `
variables: {busy: {max: 4, balanced: true}}
functions:
  weft_is_busy: {returns: busy > 0}
  weft_track: {does: [{set: busy = busy + 1}]}
  weft_untrack: {does: [{set: busy = busy - 1}]}
`;
  const given = { notes, runs: ['weft_wait'] };
  expect(await verdict('wait.c', {}, given)).toBe('proved');
  const forgotten = (text: string): string => text.replace('weft_untrack(bio->bi_private, clone);', ';');
  expect(await verdict('wait.c', {}, { ...given, edit: forgotten })).toBe('deadlock');
});

test('a loop goes round only as long as its bound leaves a way on', () => {
  const { scenario } = extracted('rounds.c');
  const text = printScenario(scenario);
  expect(text.slice(text.indexOf('  device:'), text.indexOf('  disk:'))).toBe(
    `${trim(`
      |  device:
      |    submit:
      |      - { let: round1 = 0, max: pieces }
      |      - { label: l0 }
      |      - { alloc: clone, from: weft.bs, left: 1, at: weft_make_request() rounds.c:9 }
      |      - { chain: clone, to: bio, at: weft_make_request() rounds.c:12 }
      |      - { submit: clone, to: disk, at: weft_make_request() rounds.c:13 }
      |      - at: weft_make_request() rounds.c:14
      |        choose:
      |          - when: round1 + 1 < pieces
      |            about: "not: w->dead"
      |            do:
      |              - { choose: [ { when: round1 + 1 < pieces, do: [] } ] }
      |              - { let: round1 = round1 + 1, max: pieces }
      |              - { goto: l0, counted: true }
      |          - { about: w->dead, do: [] }
      |      - { end: bio, at: weft_make_request() rounds.c:15 }`)}\n`,
  );
});

test.each(['loop.c', 'split.c', 'unwind.c', 'nowait.c', 'switch.c', 'rounds.c'])(
  'the scenario of %s is the same when it is read from its text',
  async (name) => {
    const { scenario } = extracted(name);
    const again = readScenario('printed.yaml', printScenario(scenario));
    expect(again).toEqual(scenario);
    const [one, other] = [await simulate(scenario), await simulate(again)];
    expect([other.verdict, other.states, other.replay]).toEqual([one.verdict, one.states, one.replay]);
  },
);

test('whoever takes from the set that the bios above come from waits for them', async () => {
  const bounds = { reserve: 2, pieces: 2, tasks: 2 };
  expect(await verdict('split.c', bounds)).toBe('proved');
  expect(await verdict('split.c', bounds, { from: 'weft.bs' })).toBe('deadlock');
});

test('a bio that comes back is known by its completion function, and gives back what that frees', async () => {
  const bounds = { reserve: 2, pieces: 3, tasks: 2 };
  expect(await verdict('again.c', bounds)).toBe('proved');
  const forgetful = (text: string): string => text.replace('bio->bi_end_io != weft_end_io', 'w->mode');
  expect(await verdict('again.c', bounds, { edit: forgetful })).toBe('deadlock');
});

test('what is left of a bio that fits the queue fits as well, if it was cut before it was marked', async () => {
  const bounds = { reserve: 2, pieces: 3, tasks: 2 };
  const late = (text: string): string =>
    text
      .replace('\tblk_queue_split(q, &bio);\n', '')
      .replace('\tif (bio_sectors(bio) > w->chunk)', '\tblk_queue_split(q, &bio);\n\tif (bio_sectors(bio) > w->chunk)');
  const again = extracted('again.c').scenario;
  const cutLate = extracted('again.c', { edit: late }).scenario;
  expect(printScenario(again)).toContain('bio.tag = 2');
  expect(printScenario(cutLate)).toContain('bio.tag = 1');
  expect((await simulate(cutLate, { parameters: bounds })).verdict).toBe('proved');
});
