import { expect, test } from 'vitest';
import { inventoryOf } from './source.js';

const inside = (call: string) =>
  `void f(struct veil *v, struct bio *bio, struct request_queue *q, gfp_t gfp)\n{\n\tb = ${call};\n}\n`;

test.each([
  ['4.14', 'bio_alloc_bioset(GFP_NOIO, 4, v->bs)', 'alloc', 'struct veil.bs', 'GFP_NOIO', 4],
  ['6.1', 'bio_alloc_bioset(bdev, 4, op, GFP_NOIO, &v->bs)', 'alloc', 'struct veil.bs', 'GFP_NOIO', 4],
  ['4.14', 'bio_alloc(GFP_KERNEL, BIO_MAX_PAGES)', 'alloc', 'fs_bio_set', 'GFP_KERNEL', 256],
  ['6.1', 'bio_alloc(bdev, 1, op, gfp)', 'alloc', 'fs_bio_set', 'gfp', 1],
  ['4.14', 'bio_clone_fast(bio, GFP_NOIO, v->bs)', 'clone', 'struct veil.bs', 'GFP_NOIO', 0],
  ['6.1', 'bio_alloc_clone(bdev, bio, GFP_NOIO, &v->bs)', 'clone', 'struct veil.bs', 'GFP_NOIO', 0],
  ['4.10', 'bio_clone(bio, GFP_NOIO)', 'clone', 'fs_bio_set', 'GFP_NOIO', null],
  ['4.14', 'bio_split(bio, 8, GFP_NOIO, v->bs)', 'split', 'struct veil.bs', 'GFP_NOIO', 0],
  ['4.14', 'bio_next_split(bio, 8, gfp, v->bs)', 'split', 'struct veil.bs', 'gfp', 0],
  ['4.10', 'blk_queue_split(q, &bio, q->bio_split)', 'split', 'struct request_queue.bio_split', 'GFP_NOIO', 0],
  ['4.14', 'blk_queue_split(q, &bio)', 'split', 'struct request_queue.bio_split', 'GFP_NOIO', 0],
  ['6.1', 'bio_split_to_limits(bio)', 'split', 'struct gendisk.bio_split', 'GFP_NOIO', 0],
  ['3.9', 'bio_split(bio, 8)', 'split', 'fs/bio.c:bio_split_pool', 'GFP_NOIO', 0],
] as const)('in %s, %s', (version, call, api, set, gfp, nrVecs) => {
  const [allocation] = inventoryOf(inside(call), version).sets.flatMap(({ allocations }) => allocations);
  expect(allocation).toMatchObject({ api, set, gfp: { text: gfp } });
  expect(allocation?.nrVecs?.number ?? null).toBe(nrVecs);
});

test.each([
  ['4.14', 'bio_kmalloc(GFP_KERNEL, 4)', null],
  ['4.14', 'bio_alloc_bioset(GFP_NOIO, 4, NULL)', null],
  ['4.14', 'bio_alloc_bioset(GFP_NOIO, 4, bio->bi_pool)', '?'],
])('in %s, %s is in no row', (version, call, set) => {
  const { unplaced, sets } = inventoryOf(inside(call), version);
  expect(sets).toEqual([]);
  expect(unplaced.map((allocation) => allocation.set)).toEqual([set]);
});

test('the argument order follows the era', () => {
  const [old] = inventoryOf(inside('bio_kmalloc(GFP_KERNEL, 4)'), '5.15').unplaced;
  const [now] = inventoryOf(inside('bio_kmalloc(4, GFP_KERNEL)'), '6.1').unplaced;
  expect([old?.gfp?.text, old?.nrVecs?.number]).toEqual(['GFP_KERNEL', 4]);
  expect([now?.gfp?.text, now?.nrVecs?.number]).toEqual(['GFP_KERNEL', 4]);
});

test.each([
  ['v->pool = mempool_create_slab_pool(16, cache)', { what: 'create', pool: 'struct veil.pool', size: { number: 16 } }],
  ['mempool_init_page_pool(&v->pages, 64, 0)', { what: 'create', pool: 'struct veil.pages', size: { number: 64 } }],
  ['mempool_alloc(v->pool, GFP_NOIO)', { what: 'alloc', pool: 'struct veil.pool', gfp: { text: 'GFP_NOIO' } }],
  ['mempool_free(io, &v->pages)', { what: 'free', pool: 'struct veil.pages' }],
  ['mempool_destroy(v->pool)', { what: 'exit', pool: 'struct veil.pool' }],
])('mempools: %s', (statement, fact) => {
  expect(inventoryOf(`void f(struct veil *v)\n{\n\t${statement};\n}\n`, '5.4').mempools).toMatchObject([fact]);
});
