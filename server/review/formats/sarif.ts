import type { Log, Result, Location as SarifLocation } from 'sarif';
import { rules } from '../rules/catalogue.js';
import { plainText } from '../rules/page.js';
import type { Finding, Location, Report, Status } from '../types.js';
import { isShown, shownFindings } from './select.js';

const baselineStates = {
  introduced: 'new',
  worsened: 'updated',
  fixed: 'absent',
  preexisting: 'unchanged',
} as const satisfies Record<Status, NonNullable<Result['baselineState']>>;

/** SARIF 2.1.0: one run for each report. */
export function renderSarif(reports: readonly Report[], all: boolean): string {
  const descriptors = rules.map((page) => ({
    id: page.id,
    shortDescription: { text: page.title },
    fullDescription: { text: plainText(page.why) },
    help: { text: plainText(page.whatToDo), markdown: page.whatToDo },
    defaultConfiguration: { level: page.level },
  }));
  const ruleIndex = new Map(descriptors.map((rule, index) => [rule.id, index]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: reports.map((report) => ({
      tool: { driver: { name: 'rescuer', rules: descriptors } },
      columnKind: 'utf16CodeUnits',
      results: [
        ...shownFindings(report, all).map((finding) => result(finding, ruleIndex.get(finding.rule) ?? -1)),
        // A server that knew one of them would take it for repaired if it were missing.
        ...report.suppressed
          .filter(({ finding }) => isShown(report, finding, all))
          .map(({ finding, by }) => ({
            ...result(finding, ruleIndex.get(finding.rule) ?? -1),
            suppressions: [{ kind: 'external' as const, status: 'accepted' as const, justification: by }],
          })),
      ],
      properties: { series: report.series, base: report.base, era: report.era, coverage: report.coverage },
    })),
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(finding: Finding, ruleIndex: number): Result {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: finding.level,
    message: { text: finding.message },
    baselineState: baselineStates[finding.status],
    locations: [location(finding.location, null)],
    ...(finding.related.length === 0
      ? {}
      : { relatedLocations: finding.related.map((related) => location(related.location, related.message)) }),
    partialFingerprints: { 'rescuer/v1': finding.id },
    properties: {
      side: finding.location.side,
      patch: finding.patch,
      fixedBy: finding.fixedBy,
      set: finding.set,
      mail: finding.mail,
      simulation: finding.simulation,
    },
  };
}

function location(at: Location, message: string | null): SarifLocation {
  return {
    physicalLocation: {
      artifactLocation: { uri: at.file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: at.line, startColumn: at.column, endLine: at.endLine, endColumn: at.endColumn },
    },
    ...(message === null ? {} : { message: { text: message } }),
  };
}
