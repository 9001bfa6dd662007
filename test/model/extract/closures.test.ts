import { expect, test } from 'vitest';
import { simulate } from '../../../server/sim/simulate.js';
import { extracted, type Given, programText, trim } from './extraction.js';

test('a closure calls a function at once, and one when all has ended; a clone in a structure needs no set', () => {
  const made = extracted('closure.c');
  expect(programText(made)).toBe(
    trim(`
      takes an element of weft.requests, GFP_NOIO: waits for one
      makes clone out of plain memory
      loop 1, at most n rounds:
        if a reason to split [clone.left > 1]:
          allocates part from weft.bs, GFP_NOIO: waits for one
          sets clone.left = clone.left - 1
          makes bio wait for part
          submits part to the disk
          next round of loop 1
      makes bio wait for clone
      submits clone to the disk
      ends bio`),
  );
  expect(made.remarks).toEqual([
    'weft_parts() closure.c:33: weft_done(), which runs later, is taken to come to its end',
  ]);
});

test('parts that are submitted one by one need a rescuer', async () => {
  const verdict = async (given: Given): Promise<string> =>
    (await simulate(extracted('closure.c', given).scenario, { parameters: { reserve: 2, pieces: 4 } })).verdict;
  expect(await verdict({})).toBe('deadlock');
  expect(await verdict({ edit: (text) => text.replace('NEED_BVECS', 'NEED_RESCUER') })).toBe('proved');
});

test('a body in C stands for that of the function', () => {
  const notes = 'functions: { weft_parts: { body: "submit_bio(container_of(ws, struct request, cl.work)->orig);" } }';
  expect(programText(extracted('closure.c', { notes }))).toContain('submits bio to the device itself');
});

test('a call of the completion function that a bio came with ends the bio', () => {
  const edit = (text: string): string =>
    text.replace('closure_call(&r->cl, weft_parts, NULL, NULL)', 'bio->bi_end_io(bio)');
  const made = extracted('closure.c', { edit });
  expect(programText(made)).toContain('ends bio');
  expect(made.remarks).toEqual([]);
});
