import fc from 'fast-check';

type Step = Readonly<Record<string, unknown>>;
export type Steps = readonly Step[];

export const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const up = (from: number, to: number): fc.Arbitrary<number> => fc.integer({ min: from, max: to });
const set = one('one', 'two');

/** Objects with a key `then` look like promises, so its name is not written out. */
const yes = 'then';
const branch = (condition: string, first: Steps, second: Steps): Step => ({
  if: condition,
  [yes]: first,
  else: second,
});

/** Hands a clone down as a child of `bio`. */
export const handDown = (clone: string, lower: string): Steps => [
  { chain: clone, to: 'bio' },
  { submit: clone, to: lower },
];

const allocation = fc
  .record({ from: set, gfp: one('NOIO', 'NOIO', 'NOWAIT', 'KERNEL'), ending: one(undefined, undefined, 'later') })
  .map(({ from, gfp, ending }): Step => {
    const fail = gfp === 'NOWAIT' ? { fail: [{ alloc: 'clone', from: 'two' }] } : {};
    return { alloc: 'clone', from, gfp, ...fail, ...(ending ? { ending } : {}) };
  });

/** What a driver does with a bio, before it ends it or hands it on; each gives back what it takes. */
export const balanced = (lower: string): fc.Arbitrary<Steps> => {
  const clones = fc
    .record({ alloc: allocation, count: up(1, 3) })
    .map(({ alloc, count }): Steps => [{ repeat: count, do: [alloc, ...handDown('clone', lower)] }]);
  const counted = one('counter < 2', 'counter == 0', 'counter == 0 || bio_list').map(
    (condition): Steps => [
      { wait: condition, also: 'counter = counter + 1' },
      { alloc: 'child', from: 'one', ending: 'uncount' },
      ...handDown('child', lower),
    ],
  );
  const locked = fc
    .record({
      lock: one('mutex', 'rwsem', 'rwsem', 'sema', 'spin'),
      mode: one('read', 'write'),
      inside: one(clones, fc.constant<Steps>([])).chain((steps) => steps),
      offload: one(null, null, true, false),
      trying: fc.boolean(),
    })
    .map(({ lock, mode, inside, offload, trying }): Steps => {
      const way = lock === 'rwsem' ? { mode } : {};
      const take: Step = trying && mode === 'write' ? { trylock: lock, fail: [{ lock }] } : { lock, ...way };
      const held = lock === 'spin' ? [] : inside;
      const around = [take, ...held, { unlock: lock, ...(trying && mode === 'write' ? {} : way) }];
      return offload === null ? around : [{ offload: true, guard: offload, do: around }, ...inside];
    });
  const limited = clones.map((inside): Steps => [{ lock: 'sema' }, ...inside]);
  const worked = one('kick', 'item').map((what): Steps => {
    if (what === 'kick') return [{ queue: 'tick' }, { flush: 'tick' }];
    return [
      { alloc: 'item', from: 'two' },
      { chain: 'item', to: 'bio' },
      { queue: 'handle', with: 'item' },
    ];
  });
  const pages = fc.record({ count: up(1, 2), carry: fc.boolean() }).map(({ count, carry }): Steps => {
    const take = { repeat: count, do: [{ take: 'pages' }] };
    if (!carry) return [take, { give: 'pages' }];
    return [take, { alloc: 'data', from: 'one' }, { carry: 'pages', by: 'data' }, ...handDown('data', lower)];
  });
  const plugged = fc
    .record({ inside: one(clones, fc.constant<Steps>([])).chain((steps) => steps), bios: up(1, 2) })
    .map(({ inside, bios }): Steps => {
      const held = [
        { alloc: 'write', from: 'two' },
        { chain: 'write', to: 'bio' },
        { keep: 'write', on: 'plug' },
      ];
      return [{ plug: 'plug', to: 'pending', do: [{ repeat: bios, do: held }, ...inside] }];
    });
  const batch = fc
    .record({ alloc: allocation, count: up(1, 3), pop: fc.boolean() })
    .map(({ alloc, count, pop }): Steps => {
      const collect = { repeat: count, do: [alloc, { keep: 'clone', on: 'batch' }] };
      if (!pop) return [collect, { each: 'clone', of: 'batch', do: handDown('clone', lower) }];
      const failed = { pop: 'clone', from: 'batch', fail: [{ bug: 'batch is empty' }] };
      return [collect, { repeat: count, do: [failed, ...handDown('clone', lower)] }];
    });
  const alternatives = fc
    .record({ left: clones, right: counted, when: one('counter == 0', 'counter < 2') })
    .map(({ left, right, when }): Steps => [{ choose: [{ when, do: left }, right, []] }]);
  const several = one<Steps>(
    [
      { alloc: 'first', from: 'one', gfp: 'NOWAIT', fail: [{ alloc: 'first', from: 'two' }] },
      { alloc: 'second', from: 'two' },
      ...handDown('first', lower),
      ...handDown('second', lower),
    ],
    [{ alloc: 'spare', from: 'two' }, { free: 'spare' }],
  );
  return fc.oneof(
    clones,
    clones,
    counted,
    locked,
    locked,
    limited,
    worked,
    pages,
    plugged,
    batch,
    alternatives,
    several,
  );
};

/** Steps that may go round as long as others do not change something. */
export const rounds: fc.Arbitrary<Steps> = one<Steps>(
  [
    { let: 'got = 0', max: 1 },
    {
      while: '!got',
      do: [{ set: 'got = 1' }, { alloc: 'clone', from: 'one', gfp: 'NOWAIT', fail: [{ set: 'got = 0' }] }],
    },
    { let: 'got = 0', max: 1 },
    ...handDown('clone', 'lower'),
  ],
  [{ while: 'counter > 0', do: [] }],
  [{ while: 'counter == 0', do: [] }],
  [
    { label: 'again' },
    { trylock: 'mutex', fail: [{ goto: 'again' }] },
    { alloc: 'clone', from: 'two' },
    ...handDown('clone', 'lower'),
    { unlock: 'mutex' },
  ],
  [
    { label: 'again' },
    { take: 'pages', gfp: 'NOWAIT', fail: [{ give: 'pages' }, { goto: 'again' }] },
    { take: 'pages', gfp: 'NOWAIT', fail: [{ give: 'pages' }, { goto: 'again' }] },
    { give: 'pages' },
  ],
);

/** Steps that are wrong, at least under some order. */
export const faults: fc.Arbitrary<Steps> = one<Steps>(
  [{ alloc: 'lost', from: 'two' }],
  [{ alloc: 'lost', from: 'one', gfp: 'NOWAIT' }],
  [{ take: 'pages', gfp: 'NOWAIT' }],
  [
    { alloc: 'lost', from: 'one' },
    { keep: 'lost', on: 'pending' },
  ],
  [{ take: 'pages' }],
  [{ set: 'counter = counter + 1' }],
  [{ wait: 'counter < 2', also: 'counter = counter + 1' }],
  [{ new: 'forgotten' }],
  [
    { alloc: 'child', from: 'one', ending: 'uncount' },
    { wait: 'counter < 2', also: 'counter = counter + 1' },
    { free: 'child' },
  ],
  [{ alloc: 'clone', from: 'one', gfp: 'NOWAIT' }, ...handDown('clone', 'lower')],
  [{ lock: 'spin' }, { alloc: 'clone', from: 'one' }, { unlock: 'spin' }, ...handDown('clone', 'lower')],
  [{ end: 'bio' }],
  [{ submit: 'bio', to: 'disk' }],
  [{ alloc: 'again', from: 'one' }, ...handDown('again', 'lower'), { submit: 'again', to: 'disk' }],
  [{ alloc: 'again', from: 'two' }, ...handDown('again', 'lower'), { queue: 'handle', with: 'again' }],
  [{ alloc: 'again', from: 'one' }, { keep: 'again', on: 'pending' }, { end: 'again' }],
  [{ new: 'again' }, { submit: 'again', to: 'disk' }, { new: 'again' }, { submit: 'again', to: 'disk' }],
  [{ unlock: 'mutex' }],
  [{ queue: 'nobody' }],
  [{ alloc: 'clone', from: 'absent' }, ...handDown('clone', 'lower')],
  [{ choose: [[], [{ bug: 'unexpected' }]] }],
  [branch('bio.tag > 0', [{ bug: 'unexpected tag' }], [])],
);

/** How a driver is done with a bio: as a whole, or with the first piece and the rest later. */
export const remainders: fc.Arbitrary<Steps> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Steps>([{ end: 'bio' }]) },
  {
    weight: 3,
    arbitrary: one<Steps>(
      [{ submit: 'bio', to: 'upper' }],
      [
        { alloc: 'front', from: 'one' },
        { chain: 'front', to: 'bio' },
        { submit: 'bio', to: 'upper' },
        { submit: 'front', to: 'lower' },
      ],
      [
        { alloc: 'rest', from: 'one', left: 'bio.left', tag: 'bio.tag' },
        { chain: 'rest', to: 'bio' },
        { submit: 'rest', to: 'upper' },
        { submit: 'bio', to: 'lower' },
      ],
    ).map((more): Steps => [branch('bio.left > 1', [{ set: 'bio.left = bio.left - 1' }, ...more], [{ end: 'bio' }])]),
  },
);

/** Tasks besides those that submit. */
export const others: fc.Arbitrary<Steps> = one<Steps>(
  [],
  [],
  [],
  [{ lock: 'mutex' }, { lock: 'rwsem' }, { unlock: 'rwsem' }, { unlock: 'mutex' }],
  [{ lock: 'rwsem' }, { wait: 'counter == 0' }, { unlock: 'rwsem' }],
  [
    { wait: 'counter == 0', also: 'counter = 1' },
    { new: 'r' },
    { submit: 'r', to: 'disk' },
    { await: 'r' },
    { set: 'counter = counter - 1' },
  ],
  [{ queue: 'tick' }, { flushqueue: 'wq' }],
  [{ unlock: 'sema' }],
  [{ lock: 'sema' }],
  [
    {
      wait: 'counter == 0',
      meanwhile: { when: 'pending', do: [{ each: 'p', of: 'pending', do: [{ submit: 'p', to: 'disk' }] }] },
    },
  ],
  [{ idle: 'counter == 2', also: 'counter = 1' }, { set: 'counter = 2' }],
);
