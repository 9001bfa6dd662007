/** Readers of annotations, scenarios and replay strings. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readLibrary } from '../../../server/model/extract/library.js';
import { readScenario } from '../../../server/model/read.js';
import { parseText } from '../../../server/model/yaml.js';
import { TooLarge } from '../../../server/sim/lower/builder.js';
import { prepare } from '../../../server/sim/prepare.js';
import { follow } from '../../../server/sim/replay.js';
import { simulate } from '../../../server/sim/simulate.js';
import { scenarioText } from '../../sim/scenario-arbitrary.js';
import { randomFrom } from '../random.js';
import { restructure } from '../restructure.js';
import { seedsOf } from '../seeds.js';
import { must, type Target } from '../target.js';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Texts of YAML whose damage is in what they say, not in how they are written. */
function restructured(seed: number, texts: readonly string[], count: number): readonly string[] {
  const random = randomFrom(seed);
  const values = texts.flatMap((text): unknown[] => {
    const read = parseText(text);
    return read.errors.length === 0 ? [read.toJS()] : [];
  });
  const any = (): unknown => values[random.below(values.length)] ?? null;
  return Array.from({ length: count }, () => stringify(restructure(any(), any(), random)));
}

const wellFormed = (target: Pick<Target, 'name' | 'seeds'>): (() => readonly string[]) => {
  let texts: readonly string[] | null = null;
  return () => {
    texts ??= [...seedsOf(target).values()];
    return texts;
  };
};

const scenarioSeeds = { name: 'scenarios', seeds: ['server/sim/scenarios', 'examples/clones.scenario.yaml'] };
const scenarioTexts = wellFormed(scenarioSeeds);
const annotationSeeds = { name: 'annotations', seeds: ['server/kernel/annotations'] };
const annotationTexts = wellFormed(annotationSeeds);

const generate = (seed: number): readonly string[] => [
  ...fc.sample(scenarioText, { numRuns: 20, seed }),
  ...restructured(seed, scenarioTexts(), 100),
];

export const annotations: Target = {
  ...annotationSeeds,
  share: 10_000,
  longest: 1500,
  generate: (seed) => restructured(seed, annotationTexts(), 100),
  open: async () => ({
    read(bytes) {
      readLibrary({ 'x.yaml': textOf(bytes) });
    },
  }),
};

export const scenarios: Target = {
  ...scenarioSeeds,
  share: 8000,
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
  share: 1500,
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
  share: 30_000,
  seeds: [],
  longest: 300,
  open: async () => ({
    read(bytes) {
      follow(textOf(bytes));
    },
  }),
};
