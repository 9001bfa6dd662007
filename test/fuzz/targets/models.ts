/** Readers of annotations, scenarios and replay strings. */
import fc from 'fast-check';
import { readLibrary } from '../../../server/model/extract/library.js';
import { readScenario } from '../../../server/model/read.js';
import { TooLarge } from '../../../server/sim/lower/builder.js';
import { prepare } from '../../../server/sim/prepare.js';
import { follow } from '../../../server/sim/replay.js';
import { simulate } from '../../../server/sim/simulate.js';
import { scenarioText } from '../../sim/scenario-arbitrary.js';
import { must, type Target } from '../target.js';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const generate = (seed: number): readonly string[] => fc.sample(scenarioText, { numRuns: 50, seed });

export const annotations: Target = {
  name: 'annotations',
  share: 60_000,
  seeds: ['server/kernel/annotations'],
  longest: 1500,
  open: async () => ({
    read(bytes) {
      readLibrary({ 'x.yaml': textOf(bytes) });
    },
  }),
};

export const scenarios: Target = {
  name: 'scenarios',
  share: 40_000,
  seeds: ['server/sim/scenarios', 'examples/clones.scenario.yaml'],
  longest: 2500,
  generate,
  open: async () => ({
    read(bytes) {
      const scenario = readScenario('x.scenario.yaml', textOf(bytes));
      for (const strategy of [...scenario.strategies.keys()].slice(0, 2)) {
        try {
          prepare(scenario, { strategy });
        } catch (error) {
          if (!(error instanceof TooLarge)) throw error;
        }
      }
    },
  }),
};

export const simulations: Target = {
  name: 'simulations',
  share: 4000,
  seeds: ['test/fuzz/seeds/scenarios', 'examples/clones.scenario.yaml'],
  longest: 2500,
  generate,
  open: async () => ({
    async read(bytes) {
      const scenario = readScenario('x.scenario.yaml', textOf(bytes));
      const limits = { maxStates: 2000, seconds: 0.3, livelockStates: 1000, megabytes: 50 };
      const { verdict, replay, trace } = await simulate(scenario, { limits });
      if (verdict === 'proved' || verdict === 'incomplete') return;
      must(trace.length > 0 || replay !== '', 'a violation is shown');
      if (replay !== '') follow(replay, scenario);
    },
  }),
};

export const replays: Target = {
  name: 'replays',
  share: 20_000,
  seeds: [],
  longest: 300,
  open: async () => ({
    read(bytes) {
      follow(textOf(bytes));
    },
  }),
};
