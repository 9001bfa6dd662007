import { inEnglish, type Say } from '../../say.js';
import type { Comparison } from '../../sim/perf-table.js';
import { rulePage } from '../rules/catalogue.js';
import { plainText } from '../rules/page.js';
import { boundsText } from '../runs.js';
import type { Finding, Report } from '../types.js';
import { clean, escapeHtml, expandTabs } from './clean.js';
import template from './page.html';
import { byPatch, label, labelIn, shownFindings, shownRefuted, tally, timing } from './select.js';

export interface HtmlOptions {
  readonly all: boolean;
  /** Timed runs of the scenarios that findings name. */
  readonly performance: readonly Comparison[];
  /** Where a finding can be opened; by default it cannot. */
  readonly hrefOf?: (finding: Finding) => string | null;
  /** The only script, if there is to be one: JavaScript of our own, and hexadecimal digits that nobody can guess. */
  readonly script?: { readonly text: string; readonly nonce: string };
  /** The language of the page, and how to say things in it; English by default, as what findings say is. */
  readonly language?: string;
  readonly say?: Say;
}

/**
 * Reviews as one page that needs nothing else: verdicts by patch and set, findings, performance, what was not covered. No
 * script of its own, no picture; all text is escaped, so the only style is the page's own.
 */
export function renderHtml(reports: readonly Report[], options: HtmlOptions): string {
  const sections = reports.map((report, number) => reportSection(report, `r${number + 1}`, options));
  const { script, language = 'en', say = inEnglish } = options;
  const values: Readonly<Record<string, string>> = {
    policy: script ? `; script-src 'nonce-${script.nonce}'` : '',
    script: script ? `<script nonce="${script.nonce}">${script.text}</script>\n` : '',
    title: escapeHtml(reports.map(({ series }) => series?.subject ?? say('sources')).join(', ')),
    body: [...sections, performanceSection(options.performance, say)].join('\n'),
  };
  const page = template.replace('lang="en"', `lang="${escapeHtml(language)}"`);
  return page.replace(/\{\{(\w+)\}\}/g, (slot, name: string) => values[name] ?? slot);
}

function reportSection(report: Report, id: string, { all, hrefOf = () => null, say = inEnglish }: HtmlOptions): string {
  const findings = shownFindings(report, all);
  const anchors = new Map(findings.map((finding, number) => [finding, `${id}f${number + 1}`]));
  const { series } = report;
  const version = series !== null && series.version > 1 ? ` v${series.version}` : '';
  const groups = byPatch(report, findings, say).map(({ heading, findings: own }) => {
    const items = own.map((finding) => findingItem(finding, anchors.get(finding) ?? '', hrefOf(finding), say));
    return `${heading === null ? '' : `<h3>${escapeHtml(heading)}</h3>\n`}${items.join('\n')}`;
  });
  return [
    `<h1>${escapeHtml(series?.subject ?? say('Sources'))}${version}</h1>`,
    `<p class="tally">${escapeHtml(tally(findings, say))}</p>`,
    series === null ? '' : verdictTable(report, findings, anchors, say),
    `<h2>${escapeHtml(say('Findings'))}</h2>\n${groups.join('\n') || `<p>${escapeHtml(say('None.'))}</p>`}`,
    coverageSection(report, all, say),
  ]
    .filter(Boolean)
    .join('\n');
}

/** What each patch does to each set, and what the simulator says of each stack after it. */
function verdictTable(
  { series }: Report,
  findings: readonly Finding[],
  anchors: ReadonlyMap<Finding, string>,
  say: Say,
): string {
  const patches = series?.patches ?? [];
  const sets = [...new Set(findings.flatMap(({ set }) => set ?? []))].sort();
  const stacks = [...new Set(findings.flatMap(({ verdict }) => verdict?.stack ?? []))].sort();
  const columns: readonly { readonly title: string; readonly holds: (finding: Finding) => boolean }[] = [
    ...sets.map((set) => ({ title: set, holds: (finding: Finding) => finding.set === set })),
    ...stacks.map((stack) => ({
      title: say('stack {0}', stack),
      holds: ({ set, verdict }: Finding) => set === null && verdict?.stack === stack,
    })),
    { title: say('elsewhere'), holds: ({ set, verdict }) => set === null && verdict === null },
  ];
  const used = columns.filter(({ holds }) => findings.some(holds));
  const cell = (found: readonly Finding[]): string => {
    const links = found.map((finding) => {
      const said = [labelIn(finding, say), finding.verdict?.verdict].filter(Boolean).join(': ');
      return `<a class="${label(finding)}" href="#${anchors.get(finding)}" title="${escapeHtml(finding.message)}">${escapeHtml(said)}</a>`;
    });
    return `<td>${links.join('<br>') || '<span class="none">–</span>'}</td>`;
  };
  const row = (title: string, own: readonly Finding[]): string =>
    `<tr><th scope="row">${escapeHtml(title)}</th>${used.map(({ holds }) => cell(own.filter(holds))).join('')}</tr>`;
  const last = patches.at(-1)?.index ?? 0;
  const before = findings.filter(({ patch }) => patch === null);
  const rows = [
    ...patches.map(({ index, subject }) =>
      row(
        `${index}/${last} ${subject}`,
        findings.filter(({ patch }) => patch === index),
      ),
    ),
    ...(before.length > 0 ? [row(say('before the series'), before)] : []),
  ];
  const heads = used.map(({ title }) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const nothing =
    used.length === 0 ? `<p>${escapeHtml(say('No patch does anything to a bio_set that a rule knows of.'))}</p>` : '';
  return `<h2 id="verdicts">${escapeHtml(say('Verdicts'))}</h2>
${nothing}<div class="wide" tabindex="0" role="region" aria-labelledby="verdicts"><table>
<thead><tr><th scope="col">${escapeHtml(say('patch'))}</th>${heads}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function findingItem(finding: Finding, anchor: string, href: string | null, say: Say): string {
  const { location, excerpt, message, rule, related, trace, verdict, simulation } = finding;
  const page = rulePage(rule);
  const side = location.side === 'old' ? ` ${escapeHtml(say('(before the patch)'))}` : '';
  const place = `<code>${escapeHtml(`${location.file}:${location.line}`)}</code>${side}`;
  const sign = finding.mail === null ? ' ' : location.side === 'old' ? '-' : '+';
  const parts = [
    `<p><strong class="${label(finding)}">${escapeHtml(labelIn(finding, say))}</strong> ${escapeHtml(message)} <span class="rule">${escapeHtml(rule)}</span></p>`,
    `<p class="place">${href === null ? place : `<a href="${escapeHtml(href)}">${place}</a>`}</p>`,
    excerpt === null
      ? ''
      : `<pre class="${sign === '-' ? 'old' : 'new'}">${sign}${escapeHtml(expandTabs(clean(excerpt)))}</pre>`,
    related.length === 0
      ? ''
      : `<ul>${related.map((one) => `<li><code>${escapeHtml(`${one.location.file}:${one.location.line}`)}</code> ${escapeHtml(one.message)}</li>`).join('')}</ul>`,
    timing(finding) === '' ? '' : `<p>${escapeHtml(timing(finding, say))}</p>`,
    verdict === null
      ? ''
      : `<p>${escapeHtml(say('Simulated on {0}: {1}, {2} states.', verdict.stack + boundsIn(verdict.parameters), verdict.verdict, verdict.states))}</p>`,
    simulation === null
      ? ''
      : `<p>${escapeHtml(say('Shown by:'))} <code>${escapeHtml(`rescuer simulate ${simulation.scenario} --strategy ${simulation.strategy}`)}</code>${escapeHtml(boundsIn(simulation.parameters))}</p>`,
    trace === null
      ? ''
      : `<details><summary>${escapeHtml(say('{0} steps that lead there', trace.length))}</summary><ol>${trace.map(traceItem).join('')}</ol></details>`,
    page === null
      ? ''
      : `<details><summary>${escapeHtml(say('Why, and what to do'))}</summary><p>${escapeHtml(plainText(page.why))}</p><p>${escapeHtml(plainText(page.whatToDo))}</p></details>`,
  ];
  return `<article id="${anchor}">\n${parts.filter(Boolean).join('\n')}\n</article>`;
}

/** ` (reserve=2)`; nothing without parameters. */
function boundsIn(parameters: Readonly<Record<string, number>>): string {
  const text = boundsText(parameters);
  return text === '' ? '' : ` (${text})`;
}

function traceItem({ task, action, location }: NonNullable<Finding['trace']>[number]): string {
  const place = location === null ? '' : ` <code>${escapeHtml(`${location.file}:${location.line}`)}</code>`;
  return `<li><b>${escapeHtml(task)}</b> ${escapeHtml(action)}${place}</li>`;
}

function coverageSection(report: Report, all: boolean, say: Say): string {
  const { base, era } = report;
  const revision = base.revision === null ? '' : ` ${base.revision.slice(0, 12)}`;
  const refuted = shownRefuted(report, all).map(
    ({ message, location, by }) =>
      `<li>${escapeHtml(message)} <code>${escapeHtml(`${location.file}:${location.line}`)}</code>: ${escapeHtml(by)}</li>`,
  );
  return `<h2>${escapeHtml(say('What was reviewed'))}</h2>
<dl>
<dt>${escapeHtml(say('Base'))}</dt><dd>${escapeHtml(`${base.kind}${revision}, ${base.why}`)}</dd>
<dt>${escapeHtml(say('Kernel'))}</dt><dd>${escapeHtml(say('{0}, API era {1} ({2})', era.version ?? say('version unknown'), era.id ?? say('unknown'), era.evidence))}</dd>
</dl>
${refuted.length === 0 ? '' : `<h3>${escapeHtml(say('Refuted by the simulator'))}</h3>\n<ul>${refuted.join('')}</ul>\n`}<h3>${escapeHtml(say('Not covered'))}</h3>
<ul>${report.coverage.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('')}</ul>`;
}

function performanceSection(all: readonly Comparison[], say: Say): string {
  if (all.length === 0) return '';
  return `<h2>${escapeHtml(say('Performance of the strategies'))}</h2>
<p>${escapeHtml(say('Timed runs of the scenarios that findings name, with assumed costs; figures are per request.'))}</p>
${all.map((one) => performanceTable(one, say)).join('\n')}
`;
}

function performanceTable({ scenario, rows, base, sensitivity }: Comparison, say: Say): string {
  const most = Math.max(...rows.filter(({ stuck }) => !stuck).map(({ throughput }) => throughput), 1);
  const body = rows.map((row, index) => {
    const { least = null, most: largest = null } = sensitivity[index] ?? {};
    const name = `<th scope="row">${escapeHtml(row.strategy)}</th>`;
    if (row.stuck)
      return `<tr>${name}<td colspan="6"><span class="error">${escapeHtml(say('gets stuck'))}</span></td></tr>`;
    const relative = least === null || largest === null ? '–' : `${least.toFixed(2)}–${largest.toFixed(2)}`;
    const bar = `<meter min="0" max="${Math.round(most)}" value="${Math.round(row.throughput)}" aria-hidden="true"></meter>`;
    const figures = [row.p50.toFixed(1), row.p99.toFixed(1), row.switches.toFixed(2), String(row.threads), relative];
    return `<tr>${name}<td>${bar} ${Math.round(row.throughput)}</td>${figures.map((figure) => `<td>${figure}</td>`).join('')}</tr>`;
  });
  const heads = [
    say('strategy'),
    say('requests/s'),
    'p50 µs',
    'p99 µs',
    say('switches'),
    say('threads'),
    say('relative to {0}', base ?? say('nothing')),
  ];
  return `<div class="wide" tabindex="0" role="region" aria-label="${escapeHtml(say('Performance of {0}', scenario))}"><table class="figures">
<caption>${escapeHtml(scenario)}</caption>
<thead><tr>${heads.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}
