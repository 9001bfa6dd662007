import { expect, test } from 'vitest';
import { cipherAllocates } from '../../server/review/rules/cipher-allocates.js';
import type { ChangeRule } from '../../server/review/rules/rule.js';
import { selfWait } from '../../server/review/rules/self-wait.js';
import { trylockDropped } from '../../server/review/rules/trylock-dropped.js';
import { unplugWaits } from '../../server/review/rules/unplug-waits.js';
import { factsOf, places } from './states.js';

const plugged = (body: string) => `
static void write_out(struct veil *v) { submit_bio(next(v)); wait_event(v->wait, !v->pending); }
static void veil_unplug(struct blk_plug_cb *cb, bool from_schedule) { struct veil *v = cb->data; ${body} }
void veil_queue(struct veil *v) { blk_check_plugged(veil_unplug, v, sizeof(struct blk_plug_cb)); }
`;

test('a plug callback that writes and waits is reported', () => {
  expect(places(unplugWaits, plugged('if (from_schedule) return; write_out(v);'))).toEqual(['write_out(v)']);
  expect(places(unplugWaits, plugged('if (from_schedule) return; bitmap_unplug(v->bitmap);'))).toEqual([
    'bitmap_unplug(v->bitmap)',
  ]);
});

test('one that leaves it to a thread while a bio is handled is not', () => {
  expect(places(unplugWaits, plugged('if (from_schedule || current->bio_list) return; write_out(v);'))).toEqual([]);
});

const thread = (wait: string, waker = '') => `
struct veil_set { wait_queue_head_t wait; struct mutex lock; };
static long take(struct veil_set *s, bool wait)
{
	DEFINE_WAIT(w);
	if (!wait)
		return -1;
	prepare_to_wait(&s->wait, &w, TASK_UNINTERRUPTIBLE);
	schedule();
	return 0;
}
static int veil_write(struct veil_set *s, bool wait) { return take(s, wait); }
static int veil_thread(void *arg)
{
	struct veil_set *s = arg;
	while (1) {
		wake_up(&s->wait);
		veil_write(s, ${wait});
	}
}
${waker}
int veil_start(struct veil_set *s) { s->thread = kthread_run(veil_thread, s, "veil"); return 0; }
`;

test('a thread that waits for what only it brings is reported', () => {
  expect(places(selfWait, thread('true'))).toEqual(['prepare_to_wait(&s->wait, &w, TASK_UNINTERRUPTIBLE)']);
});

test('one that does not wait, or that others wake, is not', () => {
  expect(places(selfWait, thread('false'))).toEqual([]);
  expect(places(selfWait, thread('true', 'void veil_free(struct veil_set *s) { wake_up(&s->wait); }'))).toEqual([]);
});

/** The text that the findings of a change stand on. */
function changed(rule: ChangeRule, before: string, after: string): readonly string[] {
  const [from, to] = [before, after].map((code) => factsOf({ 'drivers/md/veil.c': code }, '6.1'));
  return from && to ? rule.compare(from, to).map(({ message }) => message.replace(/[:;].*/s, '')) : [];
}

const updating = (take: string) => `void veil_update(struct veil *v) { ${take}(v); write_super(v); veil_unlock(v); }`;

test('a lock that is waited for, where it was tried before', () => {
  const [tried, waits] = [
    'void veil_update(struct veil *v) { if (!veil_trylock(v)) return; write_super(v); veil_unlock(v); }',
    updating('veil_lock'),
  ];
  expect(changed(trylockDropped, tried, waits)).toEqual([
    'veil_update() waits for the lock where it went on without before (veil_trylock(v))',
  ]);
  expect(changed(trylockDropped, tried, updating('veil_lock_nointr'))).toHaveLength(1);
  expect(changed(trylockDropped, tried, tried.replace('write_super(v);', ''))).toEqual([]);
  const spins = (take: string) => `void veil_drop(struct veil *v) { ${take} put(v); spin_unlock(&v->lock); }`;
  expect(changed(trylockDropped, spins('if (!spin_trylock(&v->lock)) return;'), spins('spin_lock(&v->lock);'))).toEqual(
    [],
  );
});

const cipher = (mask: string) =>
  `int veil_key(struct veil *v) { v->tfm = crypto_alloc_skcipher(v->name, 0, ${mask}); return 0; }`;

test('a mask that loses CRYPTO_ALG_ALLOCATES_MEMORY is reported', () => {
  const without = 'veil_key() no longer asks for a cipher that allocates no memory';
  expect(changed(cipherAllocates, cipher('CRYPTO_ALG_ALLOCATES_MEMORY'), cipher('0'))).toEqual([without]);
  expect(changed(cipherAllocates, cipher('0'), cipher('0'))).toEqual([]);
});
