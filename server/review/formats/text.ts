import pc from 'picocolors';
import { rulePage } from '../rules/catalogue.js';
import { plainText } from '../rules/page.js';
import type { Finding, Report } from '../types.js';
import { clean, expandTabs } from './clean.js';
import { byPatch, label, shownFindings, shownRefuted, shownSuppressed, tally, timing } from './select.js';

type Colours = ReturnType<typeof pc.createColors>;

/** Width that prose is folded to; source lines are never folded. */
const width = 100;

/** The report for a terminal: each finding at its diff line with the reason, then the sum and what was not covered. */
export function renderText(report: Report, options: { readonly all: boolean; readonly colour: boolean }): string {
  const colours = pc.createColors(options.colour);
  const findings = shownFindings(report, options.all);
  const explained = new Set<string>();
  const groups = byPatch(report, findings).map((group) => {
    const heading = group.heading === null ? '' : `${colours.bold(clean(group.heading))}\n\n`;
    const shown = group.findings.map((finding) => {
      const first = !explained.has(finding.rule);
      explained.add(finding.rule);
      return renderFinding(finding, first, colours);
    });
    return heading + shown.join('\n');
  });
  const refuted = shownRefuted(report, options.all).map(
    ({ rule, message, location, by }) =>
      `${colours.dim(`refuted: ${clean(message)} [${rule}]`)}\n  ${colours.dim('at')} ${clean(location.file)}:${location.line}:${location.column}\n${fold('by', by)}\n`,
  );
  const suppressed = shownSuppressed(report, options.all).map(
    ({ finding: { rule, message, location }, by }) =>
      `${colours.dim(`suppressed: ${clean(message)} [${rule}]`)}\n  ${colours.dim('at')} ${clean(location.file)}:${location.line}:${location.column}\n${fold('by', by)}\n`,
  );
  return [...groups, ...refuted, ...suppressed, renderEnd(report, findings, colours)].join('\n');
}

function paint(finding: Finding, colours: Colours): (text: string) => string {
  if (finding.status === 'fixed') return colours.green;
  return { error: colours.red, warning: colours.yellow, note: colours.cyan }[finding.level];
}

function renderFinding(finding: Finding, explain: boolean, colours: Colours): string {
  const colour = paint(finding, colours);
  const { location, mail } = finding;
  const side = location.side === 'old' ? ' (before the patch)' : '';
  const where = `${clean(location.file)}:${location.line}:${location.column}${side}`;
  const inMail = mail === null ? '' : `  ${colours.dim(`${clean(mail.file)}:${mail.line}`)}`;
  const page = rulePage(finding.rule);
  const lines = [
    `${colour(colours.bold(`${label(finding)}:`))} ${clean(finding.message)} ${colours.dim(`[${finding.rule}]`)}`,
    `  ${colours.dim('at')} ${where}${inMail}`,
    ...quote(finding, colour, colours),
    ...finding.related.map(({ message, location: at }) => fold('also', `${at.file}:${at.line}: ${message}`)),
    ...(timing(finding) === '' ? [] : [fold('note', timing(finding))]),
    ...(explain && page !== null ? [fold('why', plainText(page.why)), fold('do', plainText(page.whatToDo))] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The line the finding stands on with its diff sign, and carets under what is meant. */
function quote(finding: Finding, colour: (text: string) => string, colours: Colours): string[] {
  const { excerpt, location } = finding;
  if (excerpt === null) return [];
  const sign = finding.mail === null ? ' ' : location.side === 'old' ? '-' : '+';
  const text = clean(excerpt);
  const end = location.endLine === location.line ? location.endColumn - 1 : text.length;
  const before = expandTabs(text.slice(0, location.column - 1));
  const marked = expandTabs(text.slice(location.column - 1, end).trimEnd(), before.length);
  const gutter = String(location.line).padStart(6);
  return [
    `${colours.dim(`${gutter} |`)} ${sign}${expandTabs(text)}`,
    `${colours.dim('       |')}  ${' '.repeat(before.length)}${colour('^'.repeat(Math.max(1, marked.length)))}`,
  ];
}

/** `  head: prose`, folded at spaces and indented below the head. */
function fold(head: string, prose: string): string {
  const indent = ' '.repeat(head.length + 4);
  const lines: string[] = [];
  let line = '';
  for (const word of clean(prose).split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return `  ${head}: ${[...lines, line].join(`\n${indent}`)}`;
}

function renderEnd(report: Report, findings: readonly Finding[], colours: Colours): string {
  const { series, base, era } = report;
  const revision = base.revision === null ? '' : ` ${base.revision.slice(0, 12)}`;
  const version = series !== null && series.version > 1 ? ` v${series.version}` : '';
  const lines = [
    ...(series === null ? [] : [fold('series', `${series.subject}${version}, ${count(series.patches.length)}`)]),
    fold('base', `${base.kind}${revision}, ${base.why}`),
    fold(
      'kernel',
      `${era.version ?? 'version unknown'}, ${era.id === null ? 'API era unknown' : `API era ${era.id}`} (${era.evidence})`,
    ),
    ...report.coverage.map((sentence) => fold('not covered', sentence)),
  ];
  return `${colours.bold(tally(findings))}\n${lines.join('\n')}\n`;
}

function count(patches: number): string {
  return patches === 1 ? '1 patch' : `${patches} patches`;
}
