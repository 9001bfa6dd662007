import { readScenario } from '../model/read.js';
import type { Scenario } from '../model/scenario.js';
import atomic from './scenarios/atomic.yaml';
import barrier from './scenarios/barrier.yaml';
import bcache from './scenarios/bcache.yaml';
import bounce from './scenarios/bounce.yaml';
import crypt from './scenarios/crypt.yaml';
import flush from './scenarios/flush.yaml';
import freeze from './scenarios/freeze.yaml';
import percpuCache from './scenarios/percpu-cache.yaml';
import pool from './scenarios/pool.yaml';
import reclaim from './scenarios/reclaim.yaml';
import secondList from './scenarios/second-list.yaml';
import sharedSet from './scenarios/shared-set.yaml';
import snapshot from './scenarios/snapshot.yaml';
import split from './scenarios/split.yaml';
import stack from './scenarios/stack.yaml';
import stackedSplit from './scenarios/stacked-split.yaml';
import superblock from './scenarios/superblock.yaml';
import workerMemory from './scenarios/worker-memory.yaml';
import workqueue from './scenarios/workqueue.yaml';

const texts: Readonly<Record<string, string>> = {
  pool,
  split,
  snapshot,
  'stacked-split': stackedSplit,
  stack,
  flush,
  crypt,
  barrier,
  freeze,
  bcache,
  'shared-set': sharedSet,
  'second-list': secondList,
  'worker-memory': workerMemory,
  workqueue,
  bounce,
  'percpu-cache': percpuCache,
  reclaim,
  superblock,
  atomic,
};

const known = new Map<string, Scenario>();

/** Names of the shipped scenarios, in the order in which lists show them. */
export const shippedNames: readonly string[] = Object.keys(texts);

/** The shipped scenario of that name, which is read when it is first asked for; null if there is none. */
export function shippedScenario(name: string): Scenario | null {
  const text = texts[name];
  const scenario = known.get(name) ?? (text === undefined ? null : readScenario(`${name}.yaml`, text));
  if (scenario) known.set(name, scenario);
  return scenario;
}

/** The text of the shipped scenario of that name; null if there is none. */
export function shippedText(name: string): string | null {
  return Object.hasOwn(texts, name) ? (texts[name] ?? null) : null;
}

/** Every shipped scenario, in the order in which lists show them. */
export function shippedScenarios(): Scenario[] {
  return shippedNames.flatMap((name) => shippedScenario(name) ?? []);
}
