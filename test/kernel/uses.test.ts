import { expect, test } from 'vitest';
import { inventoryOf } from './source.js';

const types = 'struct pools { struct bio_set *bs; };\nstruct veil { struct bio_set *bs; };\n';

function uses(statement: string) {
  const text = `${types}void f(struct veil *v, struct bio *bio)\n{\n\t${statement}\n}\n`;
  return inventoryOf(text, '4.14').uses.map(({ what, how, set }) => `${how} ${what} of ${set}`);
}

test.each([
  [
    'queue_work(v->bs->rescue_workqueue, &v->bs->rescue_work);',
    ['queue rescue_workqueue of struct veil.bs', 'queue rescue_work of struct veil.bs'],
  ],
  ['if (!v->bs->rescue_workqueue)\n\t\treturn;', ['test rescue_workqueue of struct veil.bs']],
  ['if (bio && v->bs->rescue_workqueue)\n\t\treturn;', ['test rescue_workqueue of struct veil.bs']],
  ['v->bs->rescue_workqueue = NULL;', ['write rescue_workqueue of struct veil.bs']],
  ['destroy_workqueue(v->bs->rescue_workqueue);', ['read rescue_workqueue of struct veil.bs']],
  ['bio_list_add(&v->bs->rescue_list, bio);', ['write rescue_list of struct veil.bs']],
  ['spin_lock(&v->bs->rescue_lock);', ['read rescue_lock of struct veil.bs']],
  ['queue_work(bio->bi_pool->rescue_workqueue, w);', ['queue rescue_workqueue of ?']],
  ['punt_bios_to_rescuer(v->bs);', ['queue punt of struct veil.bs']],
  ['if (current->bio_list)\n\t\treturn;', ['test bio_list of ?']],
  ['if (bio_list_empty(&current->bio_list[1]))\n\t\treturn;', ['test bio_list of ?']],
  ['current->bio_list = NULL;', ['write bio_list of ?']],
  ['head = &conf->bio_list;', []],
])('%s', (statement, expected) => {
  expect(uses(statement)).toEqual(expected);
});

function moves(statement: string, withTypes = types) {
  const text = `${withTypes}void f(struct veil *v, struct pools *p, struct pools *q)\n{\n\t${statement}\n}\n`;
  return inventoryOf(text, '4.14').moves.map(({ to, from }) => `${to} = ${from}`);
}

test.each([
  ['v->bs = p->bs;', ['struct veil.bs = struct pools.bs']],
  ['v->bs = p ? p->bs : fs_bio_set;', ['struct veil.bs = struct pools.bs', 'struct veil.bs = fs_bio_set']],
  ['v->bs = NULL;', []],
  ['v->bs = v->bs;', []],
  ['v->count = p->count;', []],
])('moves: %s', (statement, expected) => {
  expect(moves(statement)).toEqual(expected);
});

test('without types a move is one of a set that is created in view', () => {
  expect(moves('md->bs = pools->bs;\n\tpools->bs = bioset_create(4, 0, 0);', '')).toEqual(['md->bs = pools->bs']);
  expect(moves('md->bs = pools->bs;', '')).toEqual([]);
});
