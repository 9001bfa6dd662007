import { expect, test } from 'vitest';
import { eraMismatch } from '../../server/review/rules/era-mismatch.js';
import { gfpRecursion } from '../../server/review/rules/gfp-recursion.js';
import { nullCheckDead } from '../../server/review/rules/null-check-dead.js';
import { nullCheckMissing } from '../../server/review/rules/null-check-missing.js';
import { poolDouble } from '../../server/review/rules/pool-double.js';
import { wqMemReclaim } from '../../server/review/rules/wq-mem-reclaim.js';
import { factsOf, places } from './states.js';

const entry = (body: string, more = '') => `
${more}
static blk_qc_t veil_make_request(struct request_queue *q, struct bio *bio) { struct veil *v = q->queuedata; ${body} }
void set_up(struct request_queue *q) { blk_queue_make_request(q, veil_make_request); }
`;

test('GFP_KERNEL and GFP_NOFS are reported where bios are handled, GFP_NOIO is not', () => {
  const body = (gfp: string) => entry(`mempool_alloc(v->io_pool, ${gfp});`);
  expect(places(gfpRecursion, body('GFP_KERNEL'))).toEqual(['GFP_KERNEL']);
  expect(places(gfpRecursion, body('GFP_NOFS'))).toEqual(['GFP_NOFS']);
  expect(places(gfpRecursion, body('GFP_NOIO'))).toEqual([]);
});

test('a direct callee is on the path as well', () => {
  const helper = 'static void take(struct veil *v) { mempool_alloc(v->io_pool, GFP_KERNEL); }';
  expect(places(gfpRecursion, entry('take(v);', helper))).toEqual(['GFP_KERNEL']);
});

test('memalloc_noio_save() makes it safe', () => {
  const body = 'unsigned f = memalloc_noio_save(); mempool_alloc(v->io_pool, GFP_KERNEL); memalloc_noio_restore(f);';
  expect(places(gfpRecursion, entry(body))).toEqual([]);
});

const taken = (gfp: string, then: string) => `
void use(struct veil *v) { struct io *io = mempool_alloc(v->io_pool, ${gfp}); ${then} io->nr = 1; }
`;

test('a test after an allocation that may sleep is dead', () => {
  expect(places(nullCheckDead, taken('GFP_NOIO', 'if (!io) return;'))).toEqual(['io']);
});

test('an assertion is no dead error path, and a gfp that is not known says nothing', () => {
  expect(places(nullCheckDead, taken('GFP_NOIO', 'BUG_ON(!io);'))).toEqual([]);
  expect(places(nullCheckDead, taken('gfp', 'if (!io) return;'))).toEqual([]);
});

test('a test outside the loop that allocates is about whether the loop ran', () => {
  const code = `
void use(struct veil *v, int n)
{
	struct io *io = NULL;
	while (n--)
		io = mempool_alloc(v->io_pool, GFP_NOIO);
	if (io)
		io->nr = 1;
}`;
  expect(places(nullCheckDead, code)).toEqual([]);
});

test('a missing test after an allocation that may fail is reported, a test of any shape counts', () => {
  expect(places(nullCheckMissing, taken('GFP_NOWAIT', ''))).toEqual(['mempool_alloc(v->io_pool, GFP_NOWAIT)']);
  for (const tested of ['if (!io) return;', 'if (io == NULL) return;', 'if (WARN_ON(!io)) return;']) {
    expect(places(nullCheckMissing, taken('GFP_NOWAIT', tested))).toEqual([]);
  }
});

test('bio_split_to_limits() may return NULL since 6.2', () => {
  const code = 'void go(struct bio *b) { struct bio *bio = bio_split_to_limits(b); bio->bi_private = 0; }';
  expect(places(nullCheckMissing, code, '6.1')).toEqual([]);
  expect(places(nullCheckMissing, code, '6.2')).toEqual(['bio_split_to_limits(b)']);
});

const collect = (inside: string, gfp = 'GFP_NOIO', before = '') => `
void set_up(struct veil *v) { v->bs = bioset_create(2, 0, 0); }
void fan_out(struct veil *v, int n)
{
	struct bio_list list = BIO_EMPTY_LIST;
	${before}
	while (n--) {
		struct bio *bio = bio_alloc_bioset(${gfp}, 0, v->bs);
		${inside}
	}
}
`;

test('a loop that gathers bios of one set on a local list is reported', () => {
  expect(places(poolDouble, collect('bio_list_add(&list, bio);'))).toEqual(['bio_alloc_bioset(GFP_NOIO, 0, v->bs)']);
});

test.each([
  ['submitted', 'generic_make_request(bio);', 'GFP_NOIO', ''],
  ['on a list of somebody else', 'bio_list_add(&v->pending, bio);', 'GFP_NOIO', ''],
  ['handed to a function', 'bio_list_add(&list, bio); give(bio);', 'GFP_NOIO', ''],
  ['without waiting', 'bio_list_add(&list, bio);', 'GFP_NOWAIT', ''],
  ['one task at a time', 'bio_list_add(&list, bio);', 'GFP_NOIO', 'mutex_lock(&v->lock);'],
  ['once only', 'bio_list_add(&list, bio); break;', 'GFP_NOIO', ''],
])('a loop that allocates is silent when the bio is %s', (_, inside, gfp, before) => {
  expect(places(poolDouble, collect(inside, gfp, before))).toEqual([]);
});

const deferring = (flags: string, handler: string) =>
  entry(
    'queue_work(v->wq, &v->work);',
    `
static void veil_work(struct work_struct *w) { ${handler} }
void start(struct veil *v) { v->wq = alloc_workqueue("veil", ${flags}, 0); INIT_WORK(&v->work, veil_work); }`,
  );

test('work that submits bios needs a workqueue with WQ_MEM_RECLAIM', () => {
  expect(places(wqMemReclaim, deferring('WQ_UNBOUND', 'submit_bio(next());'))).toEqual(['queue_work(v->wq, &v->work)']);
  expect(places(wqMemReclaim, deferring('WQ_UNBOUND | WQ_MEM_RECLAIM', 'submit_bio(next());'))).toEqual([]);
});

test('a split is taken at its word: it fails where its code says so, or where that is out of view', () => {
  const code = (definition: string) => `
${definition}
static void veil_submit(struct bio *bio) { struct bio *part = bio_split_to_limits(bio); part->bi_private = bio; }
`;
  const found = ['bio_split_to_limits(bio)'];
  expect(places(nullCheckMissing, code(''), '6.2')).toEqual(found);
  const definition = 'struct bio *bio_split_to_limits(struct bio *bio) { if (!fits(bio)) return NULL; return bio; }';
  expect(places(nullCheckMissing, code(definition), '6.2')).toEqual(found);
  expect(places(nullCheckMissing, code(definition.replace('return NULL', 'cut(bio)')), '6.2')).toEqual([]);
});

test('a clone of a bio from above with GFP_KERNEL is reported wherever it is called from', () => {
  const code = (gfp: string) => `
int veil_read(struct veil *v, struct bio *bio) { struct bio *own = bio_clone_fast(bio, ${gfp}, v->bs); return send(own); }
`;
  expect(places(gfpRecursion, code('GFP_KERNEL'))).toEqual(['GFP_KERNEL']);
  expect(places(gfpRecursion, code('GFP_NOIO'))).toEqual([]);
});

test('a closure that submits bios is not left to a workqueue of the kernel', () => {
  const code = (wq: string) => `
static void veil_write(struct closure *cl) { submit_bio(next(cl)); }
static void veil_unlock(struct closure *cl) { continue_at(cl, veil_write, ${wq}); }
`;
  expect(places(wqMemReclaim, code('system_wq'))).toEqual(['continue_at(cl, veil_write, system_wq)']);
  expect(places(wqMemReclaim, code('veil_wq'))).toEqual([]);
});

test('work that no bio waits for needs no such workqueue', () => {
  expect(places(wqMemReclaim, deferring('0', 'sysfs_notify();'))).toEqual([]);
});

test('a call with the arguments of another kernel is reported with what this tree declares', () => {
  const facts = factsOf({
    'include/linux/bio.h': 'struct bio_set *bioset_create(unsigned int, unsigned int, int flags);',
    'drivers/md/veil.c':
      'void *make(void) { return bioset_create(4, 0); }\nvoid *ok(void) { return bioset_create(4, 0, 0); }',
  });
  const found = 'check' in eraMismatch ? eraMismatch.check(facts) : [];
  expect(found.map(({ message }) => message)).toEqual(['bioset_create() takes 3 arguments in this tree, not 2']);
});

test('a call that this kernel has no more is reported', () => {
  const facts = factsOf(
    {
      'include/linux/bio.h': 'int bioset_init(struct bio_set *, unsigned int, unsigned int, int flags);',
      'drivers/md/veil.c': 'void *make(void) { return bioset_create(4, 0, 0); }',
    },
    '5.4',
  );
  const found = 'check' in eraMismatch ? eraMismatch.check(facts) : [];
  expect(found.map(({ message }) => message)).toEqual(['bioset_create() does not exist in this tree']);
});
