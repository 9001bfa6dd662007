import { expect, test } from 'vitest';
import { bioGone } from '../../server/review/rules/bio-gone.js';
import { check, places } from './states.js';

const handler = (body: string) => `
static int veil_end(struct veil *v, struct bio *bio, int error)
{
	${body}
}
`;
const uses = (body: string): string[] => places(bioGone, handler(body));

test('a bio is read after its last reference was given back', () => {
  expect(uses('bio_put(bio); return blk_status_to_errno(bio->bi_status);')).toEqual(['bio->bi_status']);
  expect(check(bioGone, handler('bio_put(bio); return bio->bi_status;')).map(({ finding }) => finding.message)).toEqual(
    ['veil_end() uses bio->bi_status, but bio_put(bio) has given the bio away: it may be free'],
  );
});

test('a bio is used after it was ended', () => {
  expect(uses('bio_endio(bio); v->sector = bio->bi_iter.bi_sector; return 0;')).toEqual(['bio->bi_iter']);
  expect(uses('if (error) bio_io_error(bio); submit_bio(bio); return 0;')).toEqual(['submit_bio(bio)']);
});

test('a bio is ended twice, for want of a return', () => {
  expect(uses('if (error) bio_io_error(bio); bio_endio(bio); return 0;')).toEqual(['bio_endio(bio)']);
});

test('what comes before, on another way, or of another bio is no use', () => {
  expect(uses('int s = bio->bi_status; bio_put(bio); return s;')).toEqual([]);
  expect(uses('if (error) { bio_io_error(bio); return 0; } bio_endio(bio); return 0;')).toEqual([]);
  expect(uses('if (error) bio_io_error(bio); if (!error) bio_endio(bio); return 0;')).toEqual([]);
  expect(
    uses('while ((bio = bio_list_pop(&v->bios))) { v->sector = bio->bi_private; bio_endio(bio); } return 0;'),
  ).toEqual([]);
  expect(
    uses('switch (error) { case VEIL_BAD: bio_io_error(bio); } if (error == VEIL_DONE) bio_endio(bio); return 0;'),
  ).toEqual([]);
  expect(uses('bio_put(bio); bio = next(v); return bio->bi_status;')).toEqual([]);
});

test('who took a reference may use the bio, and give it back after the end', () => {
  expect(uses('bio_get(bio); bio_endio(bio); error = bio->bi_status; bio_put(bio); return error;')).toEqual([]);
  expect(uses('bio_endio(bio); bio_put(bio); return 0;')).toEqual([]);
});

test('the next of a list is taken from the bio that went', () => {
  expect(uses('while (bio) { bio_endio(bio); bio = bio->bi_next; } return 0;')).toEqual(['bio->bi_next']);
});

test('a function of a thousand tests and uses takes no time to speak of', () => {
  const many = Array.from({ length: 1000 }, (_, at) => `if (veil_test${at}(v)) v->sector += bio->bi_opf;`).join('\n');
  const begin = performance.now();
  expect(uses(`bio_put(bio);\n${many}\nreturn 0;`)).toEqual(['bio->bi_opf']);
  expect(performance.now() - begin).toBeLessThan(5000);
});
