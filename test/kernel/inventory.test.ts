import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recogniseEra } from '../../server/kernel/eras.js';
import { takeInventory } from '../../server/kernel/inventory.js';
import { indexOf, indexOfFixtures } from './source.js';

test('a driver of the 4.14 era in one view', () => {
  const index = indexOfFixtures({ 'include/linux/bio.h': 'bio-4.14.h', 'drivers/md/shade.c': 'shade-4.14.c' });
  const inventory = takeInventory(index, recogniseEra(index));
  const rows = inventory.sets.map(({ id, creations, exits, allocations }) => ({
    id,
    size: creations.map(({ poolSize }) => poolSize?.number),
    rescuer: creations.map(({ flags }) => flags.rescuer),
    exits: exits.map(({ function: name }) => name),
    allocations: allocations.map(({ callee, function: name }) => `${callee} in ${name}`),
  }));
  expect(rows).toEqual([
    { id: 'fs_bio_set', size: [], rescuer: [], exits: [], allocations: ['bio_alloc in shade_flush'] },
    {
      id: 'struct shade.bs',
      size: [],
      rescuer: [],
      exits: ['shade_destroy'],
      allocations: ['bio_clone_fast in shade_map'],
    },
    { id: 'struct shade_pools.bs', size: [16], rescuer: ['yes'], exits: ['shade_alloc_pools'], allocations: [] },
  ]);
  expect(inventory.era.era?.id).toBe('D');
  expect(inventory.moves.map(({ to, from }) => `${to} = ${from}`)).toEqual(['struct shade.bs = struct shade_pools.bs']);
  expect(inventory.uses.map(({ what, how, set }) => `${how} ${what} of ${set}`)).toEqual([
    'test rescue_workqueue of struct shade.bs',
  ]);
  expect(inventory.mempools.map(({ what, pool, size }) => [what, pool, size?.number ?? null])).toEqual([
    ['create', 'struct shade_pools.io_pool', 16],
    ['exit', 'struct shade_pools.io_pool', null],
  ]);
});

test('whatever the text, an inventory comes out, the same one each time', () => {
  const word = fc.constantFrom(
    ...'bs bioset_init( bioset_create( bio_alloc_bioset( bio_split( mempool_alloc( queue_work( & * -> . , ) ( { } ; = ? : | return if( NULL 0 flags'.split(
      ' ',
    ),
    ...[
      'x->bs',
      'bs = bs',
      'struct bio_set *bs;',
      'int flags = flags;',
      'f(bs)',
      'rescue_workqueue',
      'current->bio_list[',
      '\n',
    ],
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const text = `struct bio_set *f(struct bio_set *bs, int flags)\n{\n${words.join(' ')}\n}\n`;
      const take = () => {
        const index = indexOf({ 'a.c': text });
        return takeInventory(index, recogniseEra(index));
      };
      expect(take()).toEqual(take());
    }),
    { numRuns: 200 },
  );
});
