import type { CodeLens } from 'vscode-languageserver';
import type { BioSet, SetCreation } from '../../kernel/types.js';
import { type StackRun, stacksOf } from '../../review/runs.js';
import { toLspRange } from '../positions.js';
import type { TraceLink } from '../traces.js';
import { type FileView, stateOf } from '../views.js';
import { describeCreation } from './inlayHints.js';
import { findingsIn } from './reviewDiagnostics.js';
import { traceLenses, traceOf } from './traceLinks.js';
import { whatIfLens, withoutRepeats } from './whatIfLinks.js';

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
  return withoutRepeats([...creations, ...ofFunctions(view, uri), ...(isOurs ? ofFindings(view, uri) : [])]);
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
  if (!isOurs) return [{ range, command }];
  const canRun = runs.length > 0 || (view.reviewed === null && stacksOf(new Set([view.path])).length > 0);
  return [{ range, command }, ...(trace ? traceLenses(range, trace) : []), ...(canRun ? [whatIfLens(range, uri)] : [])];
}

function describeRun({ stack, verdict, parameters }: StackRun): string {
  const bounds = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const within = bounds.length === 0 ? '' : ` within ${bounds.join(', ')}`;
  return `${verdict}${within} (${stack})`;
}

function traceLink(view: FileView, document: string, { stack }: StackRun): TraceLink | null {
  const state = stateOf(view);
  return state === null ? null : { document, stack, state };
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
    if (trace === null) return [];
    const range = toLspRange(finding.location);
    return [...traceLenses(range, trace), whatIfLens(range, uri)];
  });
}
