import type { CodeLens } from 'vscode-languageserver';
import type { BioSet, SetCreation } from '../../kernel/types.js';
import type { StackRun } from '../../review/runs.js';
import { toLspRange } from '../positions.js';
import type { FileView } from '../views.js';
import { describeCreation } from './inlayHints.js';
import { findingsIn } from './reviewDiagnostics.js';
import { traceLenses, traceOf } from './traceLinks.js';

/**
 * Over each creation of a bio_set: what it is, and what the simulator says of the stacks that use it. Over each function that
 * takes from a set: which, and what it does on the way. In a review, over each finding: the run that shows it.
 */
export function viewLenses(view: FileView, uri: string, isOurs: boolean): CodeLens[] {
  const creations = view.facts.inventory.sets.flatMap((set) =>
    set.creations
      .filter(({ path }) => path === view.path)
      .flatMap((creation) => ofCreation(view, uri, set, creation, isOurs)),
  );
  return [...creations, ...ofFunctions(view, uri), ...(isOurs ? ofFindings(view, uri) : [])];
}

function ofCreation(view: FileView, uri: string, set: BioSet, creation: SetCreation, isOurs: boolean): CodeLens[] {
  const range = toLspRange(creation.range);
  const runs = view.facts.runs.filter(({ sets }) => sets.some((name) => set.id.endsWith(name)));
  const about = [`bioset ${set.id}`, describeCreation(creation), ...runs.map(describeRun)];
  const places = [...set.allocations, ...set.exits].flatMap((place) => view.locate(place) ?? []);
  const title = about.join(' · ');
  // Only our own client has the command that shows places.
  const command = isOurs
    ? { title, command: 'rescuer.showPlaces', arguments: [uri, range.start, places] }
    : { title, command: '' };
  const shown = runs.find(({ evidence, verdict }) => evidence !== null && verdict !== 'proved');
  const trace = shown && traceLink(view, uri, shown);
  return [{ range, command }, ...(isOurs && trace ? traceLenses(range, trace) : [])];
}

function describeRun({ stack, verdict, parameters }: StackRun): string {
  const bounds = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const within = bounds.length === 0 ? '' : ` within ${bounds.join(', ')}`;
  return `${verdict}${within} (${stack})`;
}

function traceLink({ reviewed }: FileView, document: string, { stack }: StackRun) {
  if (reviewed === null) return null;
  const { review, file } = reviewed;
  const place = review.series.patches.findIndex(({ index }) => index === file.patch);
  return { document, stack, state: file.side === 'old' ? place : place + 1 };
}

function ofFunctions({ facts, path, reviewed }: FileView, uri: string): CodeLens[] {
  const own = facts.index.files.find((file) => file.path === path)?.functions ?? [];
  const allocations = [...facts.inventory.sets.flatMap((set) => set.allocations), ...facts.inventory.unplaced].filter(
    (allocation) => allocation.path === path,
  );
  return own.flatMap((fn) => {
    const sets = new Set(
      allocations.filter((one) => one.function === fn.name).map(({ set }) => set ?? 'no set (plain kmalloc)'),
    );
    if (sets.size === 0) return [];
    const names = [...sets].map((set) => (set === '?' ? 'a set that cannot be told' : set));
    const range = toLspRange(fn.nameRange);
    const title = `allocates from ${names.join(', ')}`;
    // From hunks alone there is no path to follow.
    const follows = reviewed === null || reviewed.review.source.kind !== 'hunks';
    const show = { title: 'show path', command: 'rescuer.paths', arguments: [uri, fn.name] };
    return [{ range, command: { title, command: '' } }, ...(follows ? [{ range, command: show }] : [])];
  });
}

function ofFindings(view: FileView, uri: string): CodeLens[] {
  const { reviewed } = view;
  if (reviewed === null) return [];
  return findingsIn(view).flatMap((finding) => {
    const trace = traceOf(reviewed.review, finding, uri);
    return trace === null ? [] : traceLenses(toLspRange(finding.location), trace);
  });
}
