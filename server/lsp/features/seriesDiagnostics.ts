import { type Diagnostic, type DiagnosticRelatedInformation, DiagnosticSeverity } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { clean } from '../../review/formats/clean.js';
import type { Finding, Level } from '../../review/types.js';
import { type LineText, placeOfFinding, toLocation } from '../placement.js';
import { lineRange } from '../positions.js';
import type { SeriesReview } from '../reviews.js';
import type { Settings } from '../settings.js';
import type { TraceLink } from '../traces.js';
import { ruleUri, simulationUri } from '../virtual.js';
import { traceOf } from './traceLinks.js';

export const severities: Readonly<Record<Level, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

/** What a diagnostic carries for code lenses and code actions. */
export interface FindingData extends Pick<Finding, 'id' | 'rule' | 'set' | 'simulation'> {
  /** The run that shows it. */
  readonly trace: TraceLink | null;
}

/** Whether the settings ask for a finding of a series. */
export function isWanted(finding: Finding, settings: Settings): boolean {
  return settings.findings === 'all' || finding.status === 'introduced' || finding.status === 'worsened';
}

/** The findings of a series that stand in one of its documents, and what was wrong with the input there. */
export function seriesDiagnostics(
  review: SeriesReview,
  document: TextDocument,
  settings: Settings,
  linksToVirtual: boolean,
): Diagnostic[] {
  const textOf = lineTextOf(review, document);
  const findings = review.report.findings
    .filter((finding) => isWanted(finding, settings))
    .map((finding) => ({ finding, place: placeOfFinding(review, finding, textOf) }))
    .filter(({ place }) => place.document === review.name)
    .map(({ finding, place }) => ({
      range: place.range,
      severity: severityOf(finding),
      source: 'rescuer',
      code: finding.rule,
      ...(linksToVirtual ? { codeDescription: { href: ruleUri(finding.rule) } } : {}),
      message: messageOf(finding),
      relatedInformation: relatedInformation(review, finding, textOf, linksToVirtual),
      data: dataOf(finding, traceOf(review, finding, document.uri)),
    }));
  const problems = [...review.reading.problems, ...review.problems]
    .filter((problem) => problem.document === review.name)
    .map((problem) => ({
      range: lineRange(problem.line, textOf(problem.document, problem.line)),
      severity: DiagnosticSeverity.Warning,
      source: 'rescuer',
      message: clean(problem.message),
    }));
  const others = review.reading.series
    .filter(({ patches }) => !review.series.patches.some(({ line }) => line === patches[0]?.line))
    .flatMap(({ patches, subject, version }) => {
      const first = patches.find((patch) => patch.document === review.name);
      if (first === undefined) return [];
      const name = clean(version > 1 ? `v${version} of "${subject}"` : `"${subject}"`);
      return {
        range: lineRange(first.line, textOf(first.document, first.line)),
        severity: DiagnosticSeverity.Information,
        source: 'rescuer',
        message: `Not reviewed while you edit: ${name}. Only one series of a document is; the command Review Patch Series takes all.`,
      };
    });
  return [...findings, ...problems, ...others];
}

/** Lines of the document in hand; the others of its series are not open, so their columns cannot be clipped. */
export function lineTextOf(review: SeriesReview, document: TextDocument): LineText {
  const lines = document.getText().split(/\r?\n/);
  return (name, line) => (name === review.name ? (lines[line - 1] ?? '') : '');
}

export function dataOf({ id, rule, set, simulation }: Finding, trace: TraceLink | null): FindingData {
  return { id, rule, set, simulation, trace };
}

export function severityOf(finding: Finding): DiagnosticSeverity {
  return finding.status === 'fixed' ? DiagnosticSeverity.Hint : severities[finding.level];
}

export function messageOf(finding: Finding): string {
  const message = clean(finding.message);
  if (finding.status === 'fixed') return `Fixed by this series: ${message}`;
  if (finding.status === 'preexisting') return `Not of this series: ${message}`;
  if (finding.fixedBy !== null) return `${message} (Patch ${finding.fixedBy} of the series repairs it.)`;
  return message;
}

function relatedInformation(
  review: SeriesReview,
  finding: Finding,
  textOf: LineText,
  linksToVirtual: boolean,
): DiagnosticRelatedInformation[] {
  const patch = review.series.patches.find(({ index }) => index === finding.patch) ?? null;
  const related = finding.related.flatMap(({ message, location }) => {
    const place = toLocation(review, patch, location, textOf) ?? toLocation(review, null, location, textOf);
    return place === null ? [] : [{ message: clean(message), location: place }];
  });
  if (!linksToVirtual || finding.simulation === null) return related;
  const start = { line: 0, character: 0 };
  const trace = { uri: simulationUri(finding.simulation), range: { start, end: start } };
  return [...related, { message: 'The shortest trace that shows it', location: trace }];
}
