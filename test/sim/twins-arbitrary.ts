import fc from 'fast-check';
import { stringify } from 'yaml';
import { handDown, one, type Steps, up } from './steps-arbitrary.js';

/** Text of a small random scenario of two stacks that are the same but for names, over disks that may be one. */
export const twinsText: fc.Arbitrary<string> = fc
  .record({
    era: one('4.10', '4.14', '5.15'),
    pieces: up(1, 3),
    reserve: up(1, 3),
    rescuer: fc.boolean(),
    guarded: fc.boolean(),
    oneDisk: fc.boolean(),
    oneSet: fc.boolean(),
    lost: fc.boolean(),
    free: fc.boolean(),
    tags: up(0, 1),
  })
  .map(({ era, pieces, reserve, rescuer, guarded, oneDisk, oneSet, lost, free, tags }) => {
    const both = <T>(make: (name: string) => readonly [string, T]): Record<string, T> =>
      Object.fromEntries(['A', 'B'].map(make));
    const [disk, set] = [
      (name: string) => (oneDisk ? 'disk' : `disk${name}`),
      (name: string) => (oneSet ? 'bs' : `bs${name}`),
    ];
    const driver = (name: string): Steps => [
      ...(guarded ? [{ lock: `lock${name}` }] : []),
      { repeat: pieces, do: [{ alloc: 'clone', from: set(name) }, ...handDown('clone', disk(name))] },
      ...(guarded ? [{ unlock: `lock${name}` }] : []),
      ...(lost ? [{ alloc: 'lost', from: set(name) }] : []),
      { end: 'bio' },
    ];
    const request = (to: string): Steps => [{ new: 'b' }, { submit: 'b', to }, { await: 'b' }];
    const ways = [[{ submit: 'bio', to: 'dmA' }], [{ submit: 'bio', to: 'dmB' }]];
    return stringify(
      {
        scenario: 'twins',
        era,
        strategies: { only: {} },
        sets: both((name) => [set(name), { reserve, rescuer }]),
        locks: both((name) => [`lock${name}`, { kind: 'mutex' }]),
        devices: {
          top: { submit: [{ choose: ways }] },
          ...both((name) => [`dm${name}`, { submit: driver(name) }]),
          ...both((name) => [disk(name), { leaf: true, inFlight: tags }]),
        },
        tasks: free
          ? [{ name: 'T', count: 2, do: request('top') }]
          : ['A', 'B'].map((name) => ({ name, do: request(`dm${name}`) })),
      },
      { aliasDuplicateObjects: false },
    );
  });
