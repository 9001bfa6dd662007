import { expect, test } from 'vitest';
import { endIoCalled } from '../../server/review/rules/end-io-called.js';
import { exitKeeps } from '../../server/review/rules/exit-keeps.js';
import { setCopied } from '../../server/review/rules/set-copied.js';
import { statusOverwritten } from '../../server/review/rules/status-overwritten.js';
import { check, places } from './states.js';

const completion = (store: string) => `
static void veil_split(struct bio *part, struct bio *bio) { bio_chain(part, bio); }
static void veil_done(struct veil_io *io, struct bio *bio)
{
	blk_status_t status = io->status;

	${store}
	bio_endio(bio);
}
`;

test('a status that may be success is stored in a bio that ends', () => {
  expect(places(statusOverwritten, completion('bio->bi_status = status;'))).toEqual(['bio->bi_status = status']);
  expect(places(statusOverwritten, completion('bio->bi_status = io->status;'))).toEqual([
    'bio->bi_status = io->status',
  ]);
});

test('an error is stored, or a status where there is none yet', () => {
  expect(places(statusOverwritten, completion('if (status) bio->bi_status = status;'))).toEqual([]);
  expect(places(statusOverwritten, completion('if (!bio->bi_status) bio->bi_status = status;'))).toEqual([]);
  expect(places(statusOverwritten, completion('if (status != BLK_STS_OK) bio->bi_status = status;'))).toEqual([]);
  expect(places(statusOverwritten, completion('bio->bi_status = BLK_STS_IOERR;'))).toEqual([]);
});

test('where no bios are chained, a status has nothing to overwrite', () => {
  const code = completion('bio->bi_status = status;').replace('bio_chain(part, bio);', '');
  expect(places(statusOverwritten, code)).toEqual([]);
});

test('calling bi_end_io of a bio from somewhere else is reported', () => {
  expect(places(endIoCalled, 'static void veil_fail(struct bio *bio) { bio->bi_end_io(bio); }')).toEqual([
    'bio->bi_end_io(bio)',
  ]);
});

test('in a handler that puts back the one it replaced, it is a note', () => {
  const handsOn = 'static void veil_end(struct bio *bio) { bio->bi_end_io = saved(bio); bio->bi_end_io(bio); }';
  expect(check(endIoCalled, handsOn).map(({ finding }) => finding.level)).toEqual(['note']);
});

test('bio_endio() itself, and the own bio of a structure, are left alone', () => {
  expect(places(endIoCalled, 'void bio_endio(struct bio *bio) { bio->bi_end_io(bio); }')).toEqual([]);
  expect(places(endIoCalled, 'void veil_fail(struct veil_buffer *b) { b->bio.bi_end_io(&b->bio); }')).toEqual([]);
});

const teardown = (after: string) => `
static void cache_destroy(struct bio_set *bs) { if (!bs->cache) return; free_percpu(bs->cache); ${after} }
void bioset_exit(struct bio_set *bs) { cache_destroy(bs); }
`;

test('a pointer that bioset_exit() frees and keeps is reported', () => {
  expect(places(exitKeeps, teardown(''), '5.17')).toEqual(['free_percpu(bs->cache)']);
  expect(places(exitKeeps, teardown('bs->cache = NULL;'), '5.17')).toEqual([]);
});

const bind = (integrity: string) => `
struct veil_pools { struct bio_set split; };
int prepare(struct veil_pools *p) { ${integrity} return 0; }
int bind(struct veil *v, struct veil_pools *p) { return bioset_init_from_src(&v->split, &p->split); }
`;

test('a set made from one with integrity pools, which are not made again', () => {
  const made = bind('if (bioset_integrity_create(&p->split, 4)) return -ENOMEM;');
  expect(places(setCopied, made, '5.17')).toEqual(['bioset_init_from_src(&v->split, &p->split)']);
  expect(places(setCopied, bind(''), '5.17')).toEqual([]);
});
