import fc from 'fast-check';

/** Steps of a driver as lines of YAML, each list balanced: what it takes it gives back. */
const fragment = (lower: string): fc.Arbitrary<string[]> => {
  const set = fc.constantFrom('one', 'two');
  const clones = fc
    .record({ set, count: fc.integer({ min: 1, max: 3 }), gfp: fc.constantFrom('NOIO', 'NOWAIT') })
    .map(({ set: from, count, gfp }) => [
      `- repeat: ${count}`,
      '  do:',
      gfp === 'NOIO'
        ? `    - {alloc: clone, from: ${from}}`
        : `    - {alloc: clone, from: ${from}, gfp: NOWAIT, fail: [{alloc: clone, from: two}]}`,
      '    - {chain: clone, to: bio}',
      `    - {submit: clone, to: ${lower}}`,
    ]);
  const counted = fc
    .constantFrom('counter < 2', 'counter == 0', 'counter == 0 || bio_list')
    .map((condition) => [
      `- {wait: ${condition}, also: counter = counter + 1}`,
      '- {alloc: child, from: one, ending: uncount}',
      '- {chain: child, to: bio}',
      `- {submit: child, to: ${lower}}`,
    ]);
  const locked = fc
    .record({
      mode: fc.constantFrom('read', 'write'),
      lock: fc.constantFrom('mutex', 'rwsem'),
      inside: clones,
      offload: fc.boolean(),
    })
    .map(({ mode, lock, inside, offload }) => [
      ...(offload
        ? [
            '- offload: true',
            `  guard: ${lock === 'mutex'}`,
            '  do:',
            `    - {lock: ${lock}, mode: write}`,
            `    - {unlock: ${lock}, mode: write}`,
          ]
        : []),
      `- {lock: ${lock}, mode: ${lock === 'rwsem' ? mode : 'write'}}`,
      ...inside,
      `- {unlock: ${lock}, mode: ${lock === 'rwsem' ? mode : 'write'}}`,
    ]);
  const worked = fc.constant<string[]>([
    '- {alloc: item, from: two}',
    '- {chain: item, to: bio}',
    '- {queue: later, with: item}',
  ]);
  return fc.oneof(clones, clones, counted, locked, worked);
};

const indent = (lines: readonly string[], by: number): string =>
  lines.map((line) => `${' '.repeat(by)}${line}`).join('\n');

/** Text of a small random scenario file: two drivers over a disk, two sets, two locks, a counter, a workqueue. */
export const scenarioText: fc.Arbitrary<string> = fc
  .record({
    era: fc.constantFrom('3.9', '4.10', '4.14', '5.15'),
    upper: fc.array(fragment('lower'), { minLength: 1, maxLength: 2 }),
    lower: fc.array(fragment('disk'), { minLength: 0, maxLength: 1 }),
    remainder: fc.boolean(),
    tasks: fc.integer({ min: 1, max: 2 }),
    left: fc.integer({ min: 1, max: 2 }),
    reserves: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    rescuers: fc.tuple(fc.boolean(), fc.boolean()),
    tags: fc.integer({ min: 0, max: 1 }),
  })
  .map(({ era, upper, lower, remainder, tasks, left, reserves, rescuers, tags }) => {
    const again = [
      '- if: bio.left > 1',
      '  then:',
      '    - {set: bio.left = bio.left - 1}',
      '    - {submit: bio, to: upper}',
      '  else:',
      '    - {end: bio}',
    ];
    return `scenario: random
era: "${era}"
strategies: {only: {}}
sets:
  one: {reserve: ${reserves[0]}, rescuer: ${rescuers[0]}}
  two: {reserve: ${reserves[1]}, rescuer: ${rescuers[1]}}
locks: {mutex: {kind: mutex}, rwsem: {kind: rwsem}}
variables: {counter: {max: 12, balanced: true}}
endings: {uncount: {set: counter = counter - 1}}
queues: {wq: {maxActive: 1}}
works:
  later: {queue: wq, do: [{submit: bio, to: disk}]}
devices:
  upper:
    submit:
${indent([...upper.flat(), ...(remainder ? again : ['- {end: bio}'])], 6)}
  lower:
    submit:
${indent([...lower.flat(), '- {submit: bio, to: disk}'], 6)}
  disk: {leaf: true, inFlight: ${tags}}
tasks:
  - {name: T, count: ${tasks}, do: [{new: b, left: ${left}}, {submit: b, to: upper}, {await: b}]}
`;
  });
