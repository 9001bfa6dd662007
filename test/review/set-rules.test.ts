import { expect, test } from 'vitest';
import { bvecsMissing } from '../../server/review/rules/bvecs-missing.js';
import { frontPad } from '../../server/review/rules/front-pad.js';
import { mostCreations, setExit } from '../../server/review/rules/set-exit.js';
import { setForeign } from '../../server/review/rules/set-foreign.js';
import { setNull } from '../../server/review/rules/set-null.js';
import { setUnchecked } from '../../server/review/rules/set-unchecked.js';
import { check, places } from './states.js';

test('a creation whose result nobody looks at is reported', () => {
  const code = 'void set_up(struct veil *v) { bioset_init(&v->split, 4, 0, 0); }';
  expect(places(setUnchecked, code, '5.4')).toEqual(['bioset_init(&v->split, 4, 0, 0)']);
});

test.each([
  'int set_up(struct veil *v) { return bioset_init(&v->split, 4, 0, 0); }',
  'int set_up(struct veil *v) { int ret = bioset_init(&v->split, 4, 0, 0); if (ret) return ret; return 0; }',
])('a creation that is tested or returned is not: %s', (code) => {
  expect(places(setUnchecked, code, '5.4')).toEqual([]);
});

const unwind = (path: string) => `
int set_up(struct veil *v)
{
	int ret;

	ret = bioset_init(&v->split, 4, 0, 0);
	if (ret)
		return ret;
	if (!veil_start())
		${path}
	if (!veil_go()) {
		bioset_exit(&v->split);
		return -EIO;
	}
	return 0;
}
`;

test('an error return is reported where another error path of the function releases the set', () => {
  expect(places(setExit, unwind('return -ENOMEM;'), '5.4')).toEqual(['-ENOMEM']);
});

test('an error return is reported where the path gives back other parts of the owner', () => {
  const code = `
int set_up(struct veil *v)
{
	v->io_pool = mempool_create_page_pool(4, 0);
	if (bioset_init(&v->split, 4, 0, 0))
		goto bad;
	if (veil_start())
		goto bad_split;
	return 0;
bad_split:
bad:
	mempool_destroy(v->io_pool);
	return -ENOMEM;
}`;
  expect(places(setExit, code, '5.4')).toEqual(['-ENOMEM']);
  expect(places(setExit, code.replace('bad_split:', 'bad_split: bioset_exit(&v->split);'), '5.4')).toEqual([]);
});

test('a function that makes more sets than can be followed is left alone', () => {
  const making = (count: number) => {
    const others = Array.from({ length: count }, (_, k) => `\tbioset_init(&v->more${k}, 4, 0, 0);\n`).join('');
    return unwind('return -ENOMEM;').replace('\tint ret;\n', `\tint ret;\n${others}`);
  };
  expect(places(setExit, making(mostCreations - 1), '5.4')).toContain('-ENOMEM');
  expect(places(setExit, making(mostCreations), '5.4')).toEqual([]);
});

test('freeing the owner with its set is reported', () => {
  expect(places(setExit, unwind('{ kfree(v); return ret; }'), '5.4')).toEqual(['kfree(v)']);
});

test('a path that releases the set, or hands the owner to who may, is silent', () => {
  expect(places(setExit, unwind('{ bioset_exit(&v->split); return -ENOMEM; }'), '5.4')).toEqual([]);
  expect(places(setExit, unwind('{ veil_destroy(v); return -ENOMEM; }'), '5.4')).toEqual([]);
});

test('the path on which the creation itself failed has nothing to release', () => {
  const code = `
int set_up(struct veil *v)
{
	v->bs = bioset_create(4, 0, 0);
	if (!v->bs)
		goto bad;
	return 0;
bad:
	if (v->bs)
		bioset_free(v->bs);
	kfree(v);
	return -ENOMEM;
}`;
  expect(places(setExit, code)).toEqual([]);
});

test('a set that is freed twice on one path is an error, one renewed in between is not', () => {
  const twice = (between: string) => `
void tear_down(struct veil *v) { bioset_free(v->bs); ${between} bioset_free(v->bs); }
`;
  expect(check(setExit, twice(''))[0]?.finding).toMatchObject({
    level: 'error',
    key: 'tear_down:struct veil.bs:doubled',
  });
  expect(places(setExit, twice('v->bs = NULL;'))).toEqual([]);
});

const vectors = (flags: string, nr: string) => `
int set_up(struct veil *v) { v->bs = bioset_create(4, 0, ${flags}); return v->bs ? 0 : -ENOMEM; }
struct bio *take(struct veil *v, int n) { return bio_alloc_bioset(GFP_NOIO, ${nr}, v->bs); }
`;

test('vectors from a set without them are an error, a variable number a warning', () => {
  expect(check(bvecsMissing, vectors('0', '4'))[0]?.finding.level).toBe('error');
  expect(check(bvecsMissing, vectors('0', 'n'))[0]?.finding.level).toBe('warning');
});

test('no vectors, or a set with the flag, are fine', () => {
  expect(places(bvecsMissing, vectors('0', '0'))).toEqual([]);
  expect(places(bvecsMissing, vectors('BIOSET_NEED_BVECS', '4'))).toEqual([]);
});

test('every set had vectors when there was no flag', () => {
  expect(places(bvecsMissing, vectors('0', '4').replace(', 0)', ')'), '4.3')).toEqual([]);
});

const padded = (members: string, pad: string) => `
struct piece { ${members} };
int set_up(struct veil *v) { v->bs = bioset_create(4, ${pad}, 0); return v->bs ? 0 : -ENOMEM; }
`;

test('the offset of the bio at the end of its struct is right', () => {
  expect(places(frontPad, padded('int nr; struct bio clone;', 'offsetof(struct piece, clone)'))).toEqual([]);
});

test('a member behind the bio is reported by name', () => {
  const [only] = check(frontPad, padded('struct bio clone; int nr;', 'offsetof(struct piece, clone)'));
  expect(only?.finding.message).toBe('piece.nr lies behind the bio: it is outside the elements of struct veil.bs');
});

test('the offset of something that is no bio is reported', () => {
  expect(places(frontPad, padded('int nr; struct bio clone;', 'offsetof(struct piece, nr)'))).toEqual([
    'offsetof(struct piece, nr)',
  ]);
});

const split = 'struct bio *cut(struct bio *bio) { return bio_split(bio, 8, GFP_NOIO, NULL); }';

test('a split from no set oopses since 5.12 and was a risk before', () => {
  expect(check(setNull, split, '5.15')[0]?.finding.level).toBe('error');
  expect(check(setNull, split, '4.14')[0]?.finding.level).toBe('note');
});

test('bio_kmalloc() has no set on purpose', () => {
  expect(places(setNull, 'struct bio *take(void) { return bio_kmalloc(1, GFP_NOIO); }', '6.1')).toEqual([]);
});

test('a driver that clones from the set of the filesystems is reported', () => {
  const code = 'struct bio *copy(struct bio *bio) { return bio_clone_fast(bio, GFP_NOIO, fs_bio_set); }';
  expect(places(setForeign, code)).toEqual(['bio_clone_fast(bio, GFP_NOIO, fs_bio_set)']);
});

test('bio_alloc() is reported only where bios are handled', () => {
  const code = (register: string) => `
static blk_qc_t veil_make_request(struct request_queue *q, struct bio *bio) { return submit_bio(bio_alloc(GFP_NOIO, 1)); }
void set_up(struct request_queue *q) { ${register} }
`;
  expect(places(setForeign, code(''))).toEqual([]);
  expect(places(setForeign, code('blk_queue_make_request(q, veil_make_request);'))).toEqual(['bio_alloc(GFP_NOIO, 1)']);
});

test('a clone of fs_bio_set is foreign below the filesystems, named or implied', () => {
  const named = 'static void bounce(struct bio *bio) { bio = bio_clone_bioset(bio, GFP_NOIO, fs_bio_set); }';
  const implied = 'static struct bio *veil_range(struct bio *bio) { return bio_clone(bio, GFP_NOIO); }';
  expect(places(setForeign, named, '4.12')).toEqual(['bio_clone_bioset(bio, GFP_NOIO, fs_bio_set)']);
  expect(places(setForeign, implied, '4.12')).toEqual(['bio_clone(bio, GFP_NOIO)']);
  const given =
    'void prepare(struct bio *bio, struct bio_set *bs) { if (!bs) bs = fs_bio_set; bio_clone_fast(bio, GFP_NOIO, bs); }';
  expect(places(setForeign, given, '4.17')).toEqual([]);
});
