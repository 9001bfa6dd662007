import { readScenario } from '../model/read.js';
import type { Scenario } from '../model/scenario.js';
import pool from './scenarios/pool.yaml';
import snapshot from './scenarios/snapshot.yaml';

const texts: Readonly<Record<string, string>> = { pool, snapshot };

/** Every shipped scenario, in the order in which lists show them. */
export const shippedScenarios: readonly Scenario[] = Object.entries(texts).map(([name, text]) =>
  readScenario(`${name}.yaml`, text),
);
