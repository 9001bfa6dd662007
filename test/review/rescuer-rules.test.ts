import { expect, test } from 'vitest';
import { rescuerFlagAdded } from '../../server/review/rules/rescuer-flag-added.js';
import { rescuerFlagDropped } from '../../server/review/rules/rescuer-flag-dropped.js';
import { rescuerMissing } from '../../server/review/rules/rescuer-missing.js';
import { rescuerUnguarded } from '../../server/review/rules/rescuer-unguarded.js';
import { check, factsOf, places } from './states.js';

const flush = (test: string) => `
static void flush(struct bio *bio)
{
	struct bio_set *bs = bio->bi_pool;

	if (${test})
		return;
	queue_work(bs->rescue_workqueue, &bs->rescue_work);
}
int set_up(struct veil *v) { v->bs = bioset_create(4, 0, BIOSET_NEED_RESCUER); return v->bs ? 0 : -ENOMEM; }
`;

test('queueing on the rescuer of any bio without a test is an error', () => {
  expect(places(rescuerUnguarded, flush('!bs'))).toEqual(['queue_work(bs->rescue_workqueue, &bs->rescue_work)']);
});

test.each(['!bs || !bs->rescue_workqueue', 'bs->rescue_workqueue == NULL', 'WARN_ON_ONCE(!bs->rescue_workqueue)'])(
  'a test counts: %s',
  (guard) => {
    expect(places(rescuerUnguarded, flush(guard))).toEqual([]);
  },
);

test('a test of another set does not count', () => {
  expect(places(rescuerUnguarded, flush('!other->rescue_workqueue'))).toHaveLength(1);
});

test('a test in every caller counts, in one of two it does not', () => {
  const helper = `
static void give(struct bio_set *bs) { queue_work(bs->rescue_workqueue, &bs->rescue_work); }
static void one(struct bio *bio) { if (bio->bi_pool->rescue_workqueue) give(bio->bi_pool); }
int set_up(struct veil *v) { v->bs = bioset_create(4, 0, BIOSET_NEED_RESCUER); return v->bs ? 0 : -ENOMEM; }
`;
  const careless = 'static void two(struct bio *bio) { give(bio->bi_pool); }\n';
  expect(places(rescuerUnguarded, helper)).toEqual([]);
  expect(places(rescuerUnguarded, helper + careless)).toHaveLength(1);
});

test('where every set has a rescuer there is nothing to test', () => {
  const code = flush('!bs').replace(', BIOSET_NEED_RESCUER', '');
  expect(places(rescuerUnguarded, code, '4.11')).toEqual([]);
});

test('the rescuer of a set created with the flag needs no test, that of one without needs it', () => {
  const own = (flags: string) => `
static void kick(struct veil *v) { queue_work(v->bs->rescue_workqueue, &v->bs->rescue_work); }
int set_up(struct veil *v) { v->bs = bioset_create(4, 0, ${flags}); return v->bs ? 0 : -ENOMEM; }
`;
  expect(places(rescuerUnguarded, own('BIOSET_NEED_RESCUER'))).toEqual([]);
  expect(check(rescuerUnguarded, own('BIOSET_NEED_BVECS'))[0]?.finding.set).toBe('struct veil.bs');
});

const registered = 'int add(struct veil *v) { blk_queue_make_request(v->q, veil_make_request); return 0; }';

const driver = (flags: string, body: string, more = registered) =>
  factsOf({
    'drivers/md/veil.c': `
struct veil { struct bio_set *bs; };
int set_up(struct veil *v) { v->bs = bioset_create(4, 0, ${flags}); return v->bs ? 0 : -ENOMEM; }
static void veil_map(struct veil *v) { generic_make_request(bio_alloc_bioset(GFP_NOIO, 0, v->bs)); }
static void veil_make_request(struct veil *v, int left, int error) { ${body} }
${more}
`,
  });
const loop = 'while (left--) veil_map(v);';
const single = 'veil_map(v);';

test('dropping the flag where a loop up the call chain allocates is an error that names the loop and the reserve', () => {
  const [finding] = rescuerFlagDropped.compare(driver('BIOSET_NEED_RESCUER', loop), driver('0', loop));
  expect(finding).toMatchObject({
    level: 'error',
    set: 'struct veil.bs',
    related: [{ place: { function: 'veil_make_request' } }],
    simulation: { scenario: 'pool', strategy: 'flag-dropped', parameters: { reserve: 2, pieces: 3, tasks: 1 } },
  });
  expect(finding?.message).toContain('struct veil.bs (reserve of 4 bios) loses its rescuer');
});

const levelOfDrop = (body: string, more?: string) =>
  rescuerFlagDropped.compare(driver('BIOSET_NEED_RESCUER', body, more), driver('0', body, more))[0]?.level;

test('dropping the flag where every bio takes one element is a note', () => {
  expect(levelOfDrop(single)).toBe('note');
});

test('a loop that only a thread runs parks nothing, so it is a note', () => {
  expect(levelOfDrop(loop, 'void add(struct veil *v) { v->t = kthread_run(veil_make_request, v, "veil"); }')).toBe(
    'note',
  );
});

test('a loop whose caller is not in view is a warning', () => {
  const exported = 'void veil_io(struct veil *v, int n) { veil_make_request(v, n, 0); }';
  expect(levelOfDrop(loop, exported)).toBe('warning');
});

test('a loop that hands the remainder back while current->bio_list is there parks one piece at a time', () => {
  const round =
    'error = veil_map(v); if (current->bio_list && left && !error) { generic_make_request(v->rest); break; }';
  expect(levelOfDrop(`while (left && !error) { ${round} }`)).toBe('note');
  expect(levelOfDrop(`while (left) { ${round} }`)).toBe('error');
});

test('giving a set the flag back is the opposite change, so a repair', () => {
  const [after, before] = [driver('BIOSET_NEED_RESCUER', loop), driver('0', loop)];
  expect(rescuerFlagDropped.compare(before, after)).toEqual([]);
  expect(rescuerFlagDropped.compare(after, before)).toHaveLength(1);
});

test('another flag beside it makes no difference', () => {
  const before = driver('BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER', loop);
  expect(rescuerFlagDropped.compare(before, driver('BIOSET_NEED_BVECS', loop))).toHaveLength(1);
  expect(rescuerFlagDropped.compare(before, driver('BIOSET_NEED_RESCUER', loop))).toEqual([]);
});

test('a flag that nothing in view needs is noted when added; one that a loop needs is not', () => {
  const added = (body: string) => rescuerFlagAdded.compare(driver('0', body), driver('BIOSET_NEED_RESCUER', body));
  expect(added(single)).toHaveLength(1);
  expect(added(loop)).toEqual([]);
});

const cutting = (flags: string, round: string) => `
static blk_qc_t veil_make_request(struct request_queue *q, struct bio *bio)
{
	struct veil *v = q->queuedata;

	while (more(bio)) {
		struct bio *front = bio_split(bio, 8, GFP_NOIO, v->bs);

		bio_chain(front, bio);
		${round}
	}
	return 0;
}
void set_up(struct veil *v) { v->bs = bioset_create(2, 0, ${flags}); blk_queue_make_request(v->q, veil_make_request); }
`;

test('a loop that takes a bio, submits it and takes the next needs a rescuer', () => {
  const code = cutting('0', 'generic_make_request(front);');
  expect(places(rescuerMissing, code)).toEqual(['bio_split(bio, 8, GFP_NOIO, v->bs)']);
  expect(places(rescuerMissing, cutting('BIOSET_NEED_RESCUER', 'generic_make_request(front);'))).toEqual([]);
});

test('before 3.10 no set has a rescuer, from then to 4.12 every set has one', () => {
  const code = cutting('0', 'generic_make_request(front);').replace('bioset_create(2, 0, 0)', 'bioset_create(2, 0)');
  expect(places(rescuerMissing, code, '3.9')).toHaveLength(1);
  expect(places(rescuerMissing, code, '4.4')).toEqual([]);
});

test('a loop that returns after submitting, or does not submit the element, is fine', () => {
  expect(places(rescuerMissing, cutting('0', 'generic_make_request(front); return 0;'))).toEqual([]);
  expect(places(rescuerMissing, cutting('0', 'bio_endio(front);'))).toEqual([]);
});

test('only what the submission is given counts, however often the variable is used', () => {
  const ended = 'bio_endio(front); front = bio_split(bio, 4, GFP_NOIO, v->bs); generic_make_request(front);';
  expect(places(rescuerMissing, cutting('0', ended))).toEqual(['bio_split(bio, 4, GFP_NOIO, v->bs)']);
});

test('a helper of map is known by what it returns', () => {
  const code = cutting('0', 'submit_bio(front);').replace('blk_queue_make_request(v->q, veil_make_request);', '');
  expect(places(rescuerMissing, code)).toEqual([]);
  expect(places(rescuerMissing, code.replace('return 0;', 'return DM_MAPIO_SUBMITTED;'))).toHaveLength(1);
});
