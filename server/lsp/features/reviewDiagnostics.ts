import type { Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../../review/types.js';
import { toLspRange } from '../positions.js';
import type { FileView } from '../views.js';
import { ruleUri } from '../virtual.js';
import { dataOf, messageOf, severityOf } from './seriesDiagnostics.js';
import { traceOf } from './traceLinks.js';

/** The findings of a patch that stand in one side of one of its files, that side being the document. */
export function reviewDiagnostics(view: FileView, uri: string, linksToVirtual: boolean): Diagnostic[] {
  return findingsIn(view).map((finding) => ({
    range: toLspRange(finding.location),
    severity: severityOf(finding),
    source: 'rescuer',
    code: finding.rule,
    ...(linksToVirtual ? { codeDescription: { href: ruleUri(finding.rule) } } : {}),
    message: messageOf(finding),
    relatedInformation: finding.related.flatMap(({ message, location: { file: path, side: _, ...range } }) => {
      const location = view.locate({ path, range, function: null });
      return location === null ? [] : [{ message, location }];
    }),
    data: view.reviewed && dataOf(finding, traceOf(view.reviewed.review, finding, uri)),
  }));
}

/** What stands in the document of a view. What was there before the series is in the files of its last patch. */
export function findingsIn({ reviewed }: FileView): readonly Finding[] {
  if (reviewed === null) return [];
  const { review, file } = reviewed;
  const last = review.series.patches.at(-1)?.index;
  return review.report.findings.filter(
    ({ patch, location }) =>
      location.file === file.path && location.side === file.side && (patch ?? last) === file.patch,
  );
}
