import { expect, test } from 'vitest';
import { gfpWidened } from '../../server/review/rules/gfp-widened.js';
import { lockDropped } from '../../server/review/rules/lock-dropped.js';
import type { ChangeRule, RawFinding } from '../../server/review/rules/rule.js';
import { setExitDropped } from '../../server/review/rules/set-exit-dropped.js';
import { wqFlagDropped } from '../../server/review/rules/wq-flag-dropped.js';
import { factsOf } from './states.js';

const header = `
struct veil { struct bio_set split; mempool_t pool; struct workqueue_struct *wq; };
static struct workqueue_struct *veil_wq;
`;

/** What a rule says of a driver that changes from one text to the other. */
function changed(rule: ChangeRule, before: string, after: string): readonly RawFinding[] {
  const [from, to] = [before, after].map((code) => factsOf({ 'drivers/md/veil.c': header + code }, '6.1'));
  return from && to ? rule.compare(from, to) : [];
}

const driver = (exit: string, error = 'return -ENOMEM;'): string => `
int veil_ctr(struct veil *v)
{
	if (bioset_init(&v->split, 4, 0, 0))
		return -ENOMEM;
	if (!veil_start(v))
		${error}
	return 0;
}
void veil_dtr(struct veil *v)
{
	${exit}
	kfree(v);
}
`;

test('a teardown that no longer releases the set is reported on the function that did', () => {
  const [finding] = changed(setExitDropped, driver('bioset_exit(&v->split);'), driver(''));
  expect(finding).toMatchObject({ set: 'struct veil.split', place: { function: 'veil_dtr' } });
});

test('a release on an error path of the creating function does not stand for the teardown', () => {
  const error = '{ bioset_exit(&v->split); return -ENOMEM; }';
  expect(changed(setExitDropped, driver('bioset_exit(&v->split);', error), driver('', error))).toHaveLength(1);
});

test('a release that moves to another function is none that is gone', () => {
  const moved = `static void veil_free(struct veil *v) { bioset_exit(&v->split); }${driver('veil_free(v);')}`;
  expect(changed(setExitDropped, driver('bioset_exit(&v->split);'), moved)).toEqual([]);
});

test('a set that is gone with its creation needs no release', () => {
  const without = driver('').replace('bioset_init(&v->split, 4, 0, 0)', 'veil_prepare(v)');
  expect(changed(setExitDropped, driver('bioset_exit(&v->split);'), without)).toEqual([]);
});

const queue = (flags: string, before = ''): string =>
  `int veil_init(struct veil *v) { ${before} v->wq = alloc_workqueue("veil", ${flags}, 0); return v->wq ? 0 : -ENOMEM; }`;

test('a workqueue that loses WQ_MEM_RECLAIM is reported', () => {
  expect(changed(wqFlagDropped, queue('WQ_MEM_RECLAIM | WQ_HIGHPRI'), queue('WQ_HIGHPRI'))).toMatchObject([
    { key: 'struct veil.wq' },
  ]);
});

test('flags in a variable are what the function assigns to it', () => {
  const [before, after] = ['unsigned int flags = WQ_MEM_RECLAIM;', 'unsigned int flags = WQ_SYSFS;'];
  expect(changed(wqFlagDropped, queue('flags', before), queue('flags', after))).toHaveLength(1);
  expect(changed(wqFlagDropped, queue('flags', before), queue('flags', `${before} flags |= WQ_SYSFS;`))).toEqual([]);
});

test.each(['WQ_MEM_RECLAIM | WQ_UNBOUND', 'veil_flags'])('flags that may still have it are silent: %s', (flags) => {
  expect(changed(wqFlagDropped, queue('WQ_MEM_RECLAIM'), queue(flags))).toEqual([]);
});

const taking = (gfp: string): string => `void *veil_take(struct veil *v) { return mempool_alloc(&v->pool, ${gfp}); }`;

test('a mask that lets reclaim start I/O where it did not is reported', () => {
  const [finding] = changed(gfpWidened, taking('GFP_NOIO'), taking('GFP_KERNEL'));
  expect(finding).toMatchObject({ set: 'struct veil.pool', place: { function: 'veil_take' } });
});

test.each([
  ['GFP_NOIO', 'GFP_NOIO | __GFP_NOWARN'],
  ['GFP_NOIO', 'GFP_NOWAIT'],
  ['GFP_NOIO', 'gfp_mask'],
  ['GFP_KERNEL', 'GFP_NOFS'],
])('from %s to %s is silent', (before, after) => {
  expect(changed(gfpWidened, taking(before), taking(after))).toEqual([]);
});

const filling = (lock: string, unlock: string): string => `
void veil_fill(struct veil *v, void **pages, int n)
{
	${lock}
	while (n--)
		pages[n] = mempool_alloc(&v->pool, GFP_NOIO);
	${unlock}
}
`;
const locked = filling('mutex_lock(&v->lock);', 'mutex_unlock(&v->lock);');

test('allocations that nothing serialises any more are reported', () => {
  expect(changed(lockDropped, locked, filling('', ''))).toMatchObject([{ key: 'veil_fill:&v->lock' }]);
});

test('a lock that is taken and never given back is reported', () => {
  const [finding] = changed(lockDropped, locked, filling('mutex_lock(&v->lock);', ''));
  expect(finding?.message).toContain('never given back');
});

test('a lock that stays, or that goes with what waits, is silent', () => {
  expect(changed(lockDropped, locked, filling('mutex_lock(&v->lock);', 'v->n++; mutex_unlock(&v->lock);'))).toEqual([]);
  expect(changed(lockDropped, locked, filling('', '').replace(/mempool_alloc.*;/, 'NULL;'))).toEqual([]);
});

test('a lock that a function called instead may give back is not lost', () => {
  const limits = 'void veil_commit(struct veil *v) { v->n++; mutex_unlock(&v->lock); }';
  const handed = filling('mutex_lock(&v->lock);', 'veil_commit(v);');
  expect(changed(lockDropped, locked, `${limits}${handed}`)).toEqual([]);
  expect(changed(lockDropped, locked, handed)).toEqual([]);
  const other = filling('mutex_lock(&v->lock);', 'veil_count(1);');
  expect(changed(lockDropped, locked, other)).toHaveLength(1);
});
