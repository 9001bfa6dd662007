import { rulePage } from '../rules/catalogue.js';
import type { Finding, Report } from '../types.js';
import { clean, expandTabs } from './clean.js';
import { byPatch, label, shownFindings, shownRefuted, shownSuppressed, tally, timing } from './select.js';

/** Text from a patch as Markdown prose: nothing in it is markup, a link, a mention or HTML. */
export function escapeMarkdown(text: string): string {
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~$]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');
}

/** Text from a patch as a code span that no backtick in it can end. */
export function codeSpan(text: string): string {
  const safe = clean(text);
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${safe}${fence}` : `${fence} ${safe} ${fence}`;
}

/** The report as Markdown, for a merge request or a mail. */
export function renderMarkdown(report: Report, all: boolean): string {
  const findings = shownFindings(report, all);
  const title = report.series === null ? 'Rescuer' : `Rescuer: ${escapeMarkdown(report.series.subject)}`;
  const groups = byPatch(report, findings).map((group) => {
    const heading = group.heading === null ? '' : `## ${escapeMarkdown(group.heading)}\n\n`;
    return heading + group.findings.map(renderFinding).join('\n');
  });
  return [`# ${title}\n`, `${tally(findings)}\n`, ...groups, renderEnd(report, all)].join('\n');
}

function renderFinding(finding: Finding): string {
  const { location, excerpt } = finding;
  const at = codeSpan(`${location.file}:${location.line}`);
  const page = rulePage(finding.rule);
  const diffSign = finding.mail === null ? ' ' : location.side === 'old' ? '-' : '+';
  // An indented block cannot be closed from inside.
  const quoted = excerpt === null ? [] : ['', `      ${diffSign}${expandTabs(clean(excerpt))}`, ''];
  const lines = [
    `- **${label(finding)}** at ${at}: ${escapeMarkdown(finding.message)} (${finding.rule})`,
    ...quoted,
    ...finding.related.map(
      (related) =>
        `  - ${codeSpan(`${related.location.file}:${related.location.line}`)}: ${escapeMarkdown(related.message)}`,
    ),
    ...(timing(finding) === '' ? [] : [`  - ${timing(finding)}`]),
    ...(page === null ? [] : [`  - What to do: ${page.whatToDo.replace(/\s+/g, ' ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function renderEnd(report: Report, all: boolean): string {
  const { base, era } = report;
  const revision = base.revision === null ? '' : ` ${codeSpan(base.revision.slice(0, 12))}`;
  const lines = [
    `- Base: ${base.kind}${revision}, ${escapeMarkdown(base.why)}`,
    `- Kernel: ${escapeMarkdown(era.version ?? 'unknown')}, API era ${era.id ?? 'unknown'} (${escapeMarkdown(era.evidence)})`,
    ...shownRefuted(report, all).map(
      ({ message, location, by }) =>
        `- Refuted: ${escapeMarkdown(message)} (${codeSpan(`${location.file}:${location.line}`)}; ${escapeMarkdown(by)})`,
    ),
    ...shownSuppressed(report, all).map(
      ({ finding: { message, location }, by }) =>
        `- Suppressed: ${escapeMarkdown(message)} (${codeSpan(`${location.file}:${location.line}`)}; ${escapeMarkdown(by)})`,
    ),
    ...report.coverage.map((sentence) => `- Not covered: ${escapeMarkdown(sentence)}`),
  ];
  return `---\n\n${lines.join('\n')}\n`;
}
