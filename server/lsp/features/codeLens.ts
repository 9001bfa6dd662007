import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { placeOfFinding } from '../placement.js';
import type { Reviews } from '../reviews.js';
import type { Settings } from '../settings.js';
import { isWanted, lineTextOf } from './seriesDiagnostics.js';

/** Above each finding that a simulation can show: a lens that opens its shortest trace. */
export async function codeLenses(reviews: Reviews, document: TextDocument, settings: Settings): Promise<CodeLens[]> {
  const review = await reviews.review(document);
  if (review === null) return [];
  const textOf = lineTextOf(review, document);
  return review.report.findings
    .filter((finding) => isWanted(finding, settings))
    .flatMap((finding) => {
      const place = placeOfFinding(review, finding, textOf);
      if (finding.simulation === null || place.document !== review.name) return [];
      const { scenario, strategy } = finding.simulation;
      const title = `Show the shortest trace (${scenario}, ${strategy})`;
      return [{ range: place.range, command: { title, command: 'rescuer.simulate', arguments: [finding.simulation] } }];
    });
}
