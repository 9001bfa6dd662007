import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { placeOfFinding } from '../placement.js';
import type { Reviews } from '../reviews.js';
import type { Settings } from '../settings.js';
import type { Workspace } from '../workspace.js';
import { isWanted, lineTextOf } from './seriesDiagnostics.js';
import { traceLenses, traceOf } from './traceLinks.js';
import { whatIfLens, withoutRepeats } from './whatIfLinks.js';

/** Above each finding that a simulation can show: a lens that opens its shortest trace. */
export async function codeLenses(
  reviews: Reviews,
  document: TextDocument,
  settings: Settings,
  { showsTraces }: Pick<Workspace, 'showsTraces'>,
): Promise<CodeLens[]> {
  const review = await reviews.review(document);
  if (review === null) return [];
  const textOf = lineTextOf(review, document);
  const lenses = review.report.findings
    .filter((finding) => isWanted(finding, settings))
    .flatMap((finding) => {
      const place = placeOfFinding(review, finding, textOf);
      if (place.document !== review.name) return [];
      const trace = showsTraces ? traceOf(review, finding, document.uri) : null;
      const steps = trace === null ? [] : [...traceLenses(place.range, trace), whatIfLens(place.range, document.uri)];
      if (finding.simulation === null) return steps;
      const { scenario, strategy } = finding.simulation;
      const title = `Show the shortest trace (${scenario}, ${strategy})`;
      const command = { title, command: 'rescuer.simulate', arguments: [finding.simulation] };
      return [{ range: place.range, command }, ...steps];
    });
  return withoutRepeats(lenses);
}
