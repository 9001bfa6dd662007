import { expect, test } from 'vitest';
import { simulate } from '../../../server/sim/simulate.js';
import { extracted, programText, trim } from './extraction.js';

test('an entry point that gives a bio back prepares it for a disk', () => {
  expect(programText(extracted('prepared.c'))).toBe(
    trim(`
      if !(bio_sectors(bio) > w->chunk):
        makes copy out of plain memory
        makes bio wait for copy
        ends bio
        submits copy to the disk
        return
      makes front out of plain memory
      sets bio.left = bio.left - 1
      makes bio wait for front
      submits bio to the device itself
      makes copy out of plain memory
      makes front wait for copy
      ends front
      submits copy to the disk`),
  );
});

test('… in the place that it was found, if what it returns is true', () => {
  const edit = (text: string): string =>
    text
      .replace('struct bio *weft_make_request(struct bio *bio,', 'bool weft_make_request(struct bio **place,')
      .replace('struct bio *copy;', 'struct bio *copy, *bio = *place;\n\n\tif (w->dead)\n\t\treturn false;')
      .replace('return copy;', '*place = copy;\n\treturn true;');
  expect(programText(extracted('prepared.c', { edit }))).toContain('submits copy to the disk');
});

test('bios out of plain memory are made while those before are under way', async () => {
  const { scenario } = extracted('prepared.c');
  const { verdict } = await simulate(scenario, { parameters: { reserve: 1, pieces: 3, tasks: 2 } });
  expect(verdict).toBe('proved');
});
