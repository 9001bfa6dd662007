import type { Hover, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { explain, type GlossaryEntry } from '../../kernel/glossary.js';
import type { BioSet } from '../../kernel/types.js';
import { codeSpan, escapeMarkdown } from '../../review/formats/markdown.js';
import type { StateFacts } from '../../review/rules/rule.js';
import { isSeries } from '../documents.js';
import { wordAt } from '../positions.js';
import { rescuerHere, rescuerInSeries } from '../rescuers.js';
import type { Reviews } from '../reviews.js';
import { setAt } from '../sets.js';
import type { Views } from '../views.js';
import type { WhatIf } from '../whatIf.js';
import { lineAt, stateAt } from './definition.js';
import { describeCreation } from './inlayHints.js';
import { whatIfLink } from './whatIfLinks.js';

/** What a cursor stands on, and what is known there. */
interface Context {
  readonly facts: StateFacts | null;
  /** The set that the word names at this place. */
  readonly set: BioSet | null;
  /** Markdown paragraphs about what the series does to the rescuers. */
  readonly series: readonly string[];
}

/**
 * Explains a kernel name as of the era at hand, or a bio_set by what the source says of it. With `whatIf`, a bio_set that is
 * simulated has a link that asks what would be if it were another.
 */
export async function hover(
  reviews: Reviews,
  views: Views,
  document: TextDocument,
  position: Position,
  whatIf: WhatIf | null,
): Promise<Hover | null> {
  const found = wordAt(lineAt(document, position.line), position);
  if (found === null) return null;
  const { word, range } = found;
  const context = isSeries(document)
    ? await inSeries(reviews, document, position, word)
    : await inFile(views, document, position, word);
  const entry = explain(word, context.facts?.inventory.era.era ?? null);
  // What holds here comes before what holds everywhere: an editor shows the first lines of a long hover.
  const here = word !== 'BIOSET_NEED_RESCUER' ? [] : [...context.series, ...rescuerHere(context.facts)];
  const about = entry ? describeEntry(entry, here) : [];
  const parts = context.set && !entry ? describeSet(context.set) : about;
  if (parts.length === 0) return null;
  const isAboutSet = context.set !== null || word.startsWith('BIOSET_');
  const canChange = whatIf !== null && isAboutSet && (await whatIf.subjects(document.uri, position)).length > 0;
  // Early, as an editor shows the first lines of a long hover.
  const [head = '', ...rest] = parts;
  const all = canChange ? [`${head} · ${whatIfLink(document.uri, position)}`, ...rest] : parts;
  return { range, contents: { kind: 'markdown', value: all.join('\n\n') } };
}

async function inSeries(reviews: Reviews, document: TextDocument, position: Position, word: string): Promise<Context> {
  const review = await reviews.review(document);
  if (review === null) return { facts: null, set: null, series: [] };
  const at = stateAt(review, position);
  const set = at && setAt(at.facts.inventory, at.path, at.line, at.column, word);
  return { facts: at?.facts ?? review.states.at(-1) ?? null, set, series: rescuerInSeries(review) };
}

async function inFile(views: Views, document: TextDocument, position: Position, word: string): Promise<Context> {
  const view = await views.of(document);
  if (view === null) return { facts: null, set: null, series: [] };
  const { facts, path, reviewed } = view;
  const set = setAt(facts.inventory, path, position.line + 1, position.character + 1, word);
  return { facts, set, series: reviewed === null ? [] : rescuerInSeries(reviewed.review) };
}

function describeEntry({ name, kind, is, eras, rule, see }: GlossaryEntry, here: readonly string[]): readonly string[] {
  return [
    `${codeSpan(name)} — ${escapeMarkdown(kind)}`,
    escapeMarkdown(is),
    ...here,
    ...eras.map(({ kernels, text }) => `*${escapeMarkdown(kernels)}:* ${escapeMarkdown(text)}`),
    `**Review:** ${escapeMarkdown(rule)}`,
    ...(see.length === 0 ? [] : [`See also ${see.map(codeSpan).join(', ')}`]),
  ];
}

function describeSet(set: BioSet): readonly string[] {
  const created = set.creations.map(
    (creation) => `- ${codeSpan(creation.path)}:${creation.range.line}: ${escapeMarkdown(describeCreation(creation))}`,
  );
  const uses = `${counted(set.allocations.length, 'allocation')}, ${counted(set.exits.length, 'release')} in the files in view`;
  return [`${codeSpan(set.id)} — bio\\_set`, created.join('\n') || 'Created outside the files in view.', uses];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
