import { expect, test } from 'vitest';
import { checkState } from '../../server/review/compare.js';
import { rescuerMissing } from '../../server/review/rules/rescuer-missing.js';
import type { StackRun } from '../../server/review/runs.js';
import { factsOf } from './states.js';

const path = 'drivers/md/veil.c';
const code = `
struct veil { struct bio_set bs; };
static blk_qc_t veil_make_request(struct request_queue *q, struct bio *bio)
{
	struct veil *v = q->queuedata;
	while (bio_sectors(bio)) {
		struct bio *clone = bio_clone_fast(bio, GFP_NOIO, &v->bs);
		generic_make_request(clone);
	}
	return BLK_QC_T_NONE;
}
int add(struct veil *v)
{
	blk_queue_make_request(v->q, veil_make_request);
	return bioset_init(&v->bs, 4, 0, 0);
}
`;

const run: StackRun = {
  stack: 'veil',
  about: 'veil over a disk',
  verdict: 'proved',
  parameters: { reserve: 2, pieces: 3, tasks: 1 },
  real: null,
  reserve: 2,
  sentence: '',
  trace: [],
  waits: [],
  sets: ['veil.bs'],
  involved: [],
  entered: ['veil_make_request'],
  recursions: [],
  remarks: [],
  states: 10,
  evidence: null,
};

const check = (...runs: readonly StackRun[]) =>
  checkState({ ...factsOf({ [path]: code }, '4.20'), runs }, [rescuerMissing]);

test('a guess that no run has looked at is a finding', () => {
  expect(check().findings).toHaveLength(1);
  expect(check({ ...run, entered: ['other'] }).findings).toHaveLength(1);
});

test('one that the programs of a stack refute is none, and is listed with what was proved', () => {
  const { findings, refuted } = check(run);
  expect(findings).toEqual([]);
  expect(refuted).toMatchObject([{ rule: 'rescuer-missing', by: 'proved on veil (reserve=2, pieces=3, tasks=1)' }]);
});

test('one stack that gets stuck, or was not decided, outweighs others that do not', () => {
  expect(check(run, { ...run, stack: 'veil-write', verdict: 'deadlock' }).findings).toHaveLength(1);
  expect(check(run, { ...run, stack: 'veil-write', verdict: 'incomplete' }).findings).toHaveLength(1);
});
