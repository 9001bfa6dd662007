import { mostParsed } from '../c/parser.js';
import { unknown } from '../c/section.js';
import type { Stack } from '../series/types.js';
import type { Context } from './context.js';
import type { StateFacts } from './rules/rule.js';
import { crowdedFunctions, mostCreations } from './rules/set-exit.js';

interface Covered {
  readonly states: readonly StateFacts[];
  readonly stack: Stack | null;
  readonly context: Context;
  readonly touched: ReadonlySet<string | null>;
  readonly unfollowed: readonly string[];
}

/** What a review did not look at, one sentence each, in a fixed order. */
export function describeCoverage({ states, stack, context, touched, unfollowed }: Covered): readonly string[] {
  const sentences: string[] = [];
  const last = states.at(-1);
  if (stack?.source.kind === 'hunks') {
    sentences.push(
      'Without a tree only the lines of the hunks are known: creations, tests and callers elsewhere are not.',
    );
  }
  for (const problem of stack?.problems ?? []) {
    sentences.push(`Patch ${problem.patch}: ${problem.message}`);
  }
  const missing = stack?.series.missing ?? [];
  if (missing.length > 0) sentences.push(`Patches that are missing from the series: ${missing.join(', ')}.`);
  const needs = stack?.series.prerequisites.length ?? 0;
  if (needs > 0) {
    sentences.push(`The series asks for ${needs} other patches first (prerequisite-patch-id); they were not applied.`);
  }
  if (last?.inventory.era.era === null) {
    sentences.push('The API era is not known, so rules that depend on it found nothing.');
  }
  const unread = (last?.index.files ?? [])
    .filter(({ path }) => touched.has(path))
    .flatMap(({ functions }) => functions.filter(({ hasError, name }) => hasError && name !== unknown));
  if (unread.length > 0) {
    const names = unread.map(({ name, path }) => `${name}() in ${path}`).sort();
    const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
    sentences.push(`Functions that could not be read in full: ${names.slice(0, 5).join(', ')}${more}.`);
  }
  const large = (last?.index.files ?? []).filter(({ path, text }) => touched.has(path) && text.length > mostParsed);
  if (large.length > 0) {
    sentences.push(`Too large to be parsed: ${large.map(({ path }) => path).join(', ')}.`);
  }
  const crowded = last ? [...crowdedFunctions(last.inventory)] : [];
  if (crowded.length > 0) {
    sentences.push(
      `More than ${mostCreations} sets are made in ${crowded.sort().join(', ')}; whether each is released was not followed.`,
    );
  }
  if (context.leftOut > 0) {
    sentences.push(`${context.leftOut} more files of the same folders speak of bio_sets and were not read.`);
  }
  for (const about of unfollowed) sentences.push(`Not understood well enough to be simulated: ${about}.`);
  for (const { verdict, stack: name, sentence } of last?.runs ?? []) {
    if (verdict === 'incomplete') sentences.push(`The stack ${name} was not decided: ${sentence}`);
  }
  sentences.push('Paths through the code are followed within one function and its direct callees and callers.');
  return sentences;
}
