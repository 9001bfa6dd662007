import { readTable } from '../table.js';
import { eras, inEras } from './eras.js';
import dm from './glossary/dm.yaml';
import md from './glossary/md.yaml';
import memory from './glossary/memory.yaml';
import sets from './glossary/sets.yaml';
import splitting from './glossary/splitting.yaml';
import submission from './glossary/submission.yaml';
import workqueues from './glossary/workqueues.yaml';
import type { Era } from './types.js';

/** What is to be said about one kernel name. Texts are plain English, without markup. */
export interface GlossaryEntry {
  readonly name: string;
  /** `flag of bioset_init()`, `function in dm.c`. */
  readonly kind: string;
  /** What it is, in every era. */
  readonly is: string;
  /** What else holds, with the kernels it holds for (`4.13 to 4.17`): the asked era's alone, or all when none was asked. */
  readonly eras: readonly { readonly kernels: string; readonly text: string }[];
  /** What a reviewer has to look for. */
  readonly rule: string;
  readonly see: readonly string[];
  /** Where it comes from: commits, files. */
  readonly source: string;
}

interface Entry {
  readonly kind: string;
  readonly is: string;
  readonly eras?: Readonly<Record<string, string>>;
  readonly rule: string;
  readonly see: readonly string[];
  readonly source: string;
}

const table = new Map<string, Entry>(
  [sets, submission, splitting, memory, workqueues, dm, md].flatMap((text) =>
    Object.entries(readTable<Readonly<Record<string, Entry>>>(text)),
  ),
);

/** All names with an entry, sorted. */
export function glossaryNames(): string[] {
  return [...table.keys()].sort();
}

/** The entry for a kernel identifier as of `era`, or for all eras when that is null. Null for an unknown name. */
export function explain(name: string, era: Era | null): GlossaryEntry | null {
  const entry = table.get(name);
  if (!entry) return null;
  const variants = Object.entries(entry.eras ?? {}).filter(([span]) => era === null || inEras(span, era));
  return {
    name,
    kind: entry.kind,
    is: entry.is,
    eras: variants.map(([span, text]) => ({ kernels: kernelsOf(span), text })),
    rule: entry.rule,
    see: entry.see,
    source: entry.source,
  };
}

/** An entry as plain text, for a terminal. Ends with a newline. */
export function entryText(entry: GlossaryEntry): string {
  return [
    `${entry.name} - ${entry.kind}`,
    entry.is,
    ...entry.eras.map(({ kernels, text }) => `${kernels}: ${text}`),
    `Review: ${entry.rule}`,
    `See also: ${entry.see.join(', ')}`,
    `Source: ${entry.source}`,
    '',
  ].join('\n');
}

/** `D..E` as kernels: `4.13 to 5.8`. */
function kernelsOf(span: string): string {
  const [first, last] = span.split('..');
  const from = eras.find((era) => era.id === first)?.from ?? null;
  const to = eras.find((era) => era.id === last)?.to ?? null;
  if (from === null) return to === null ? 'all kernels' : `up to ${to}`;
  if (to === null) return `${from} and later`;
  return from === to ? from : `${from} to ${to}`;
}
