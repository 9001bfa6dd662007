import { createHash } from 'node:crypto';
import { escapeHtml } from '../review/formats/clean.js';
import { label } from '../review/formats/select.js';
import type { Finding } from '../review/types.js';
import template from './page.html';
import type { PlanHead, SweepLine } from './types.js';

/** Findings of one rule over all series. */
interface RuleCount {
  error: number;
  warning: number;
  note: number;
  fixed: number;
  preexisting: number;
}

/** What the page says above its table, counted line by line. */
export class PageSummary {
  readonly #rules = new Map<string, RuleCount>();
  readonly #years = new Set<string>();
  #lines = 0;
  #patches = 0;
  #withFindings = 0;
  #problems = 0;

  add(line: SweepLine): void {
    const findings = line.report?.findings ?? [];
    this.#lines++;
    this.#patches += line.report?.series?.patches.length ?? 0;
    this.#years.add(yearOf(line));
    if (line.problem !== null) this.#problems++;
    if (findings.length > 0) this.#withFindings++;
    for (const { rule, level, status } of findings) {
      const count = this.#rules.get(rule) ?? { error: 0, warning: 0, note: 0, fixed: 0, preexisting: 0 };
      count[status === 'fixed' || status === 'preexisting' ? status : level]++;
      this.#rules.set(rule, count);
    }
  }

  /** The page before and after its rows. */
  around(head: PlanHead): readonly [before: string, after: string] {
    const rules = [...this.#rules].sort(([a], [b]) => (a < b ? -1 : 1));
    const without = head.series - this.#lines;
    const values: Readonly<Record<string, string>> = {
      policy: policy(),
      title: escapeHtml(head.archives.map(({ path }) => titleOf(path)).join(', ')),
      about: [
        `${head.mails} mails, ${head.series} series, ${this.#patches} patches reviewed.`,
        head.unread === 0 ? '' : `${head.unread} mails could not be read.`,
        `${this.#withFindings} series have findings.`,
        this.#problems === 0 ? '' : `${this.#problems} could not be reviewed.`,
        without === 0 ? '' : `${without} have no result yet.`,
      ]
        .filter(Boolean)
        .join(' '),
      rules: rules.map(([rule, count]) => ruleRow(rule, count)).join(''),
      ruleOptions: options(rules.map(([rule]) => rule)),
      yearOptions: options([...this.#years].sort()),
    };
    const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (slot, name: string) => values[name] ?? slot);
    const [before = '', after = ''] = template.split('{{rows}}');
    return [fill(before), fill(after)];
  }
}

/** Nothing is loaded and nothing runs but what stands in the template. */
function policy(): string {
  const hashes = (element: string): string => {
    const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(template)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  return `default-src 'none'; style-src ${hashes('style')}; script-src ${hashes('script')}; base-uri 'none'; form-action 'none'`;
}

/** The last part of a path says what it is, unless it is what every archive calls its repository. */
function titleOf(path: string): string {
  const names = path.split(/[\\/]/).filter((name) => !/^(?:\.?git|repo|\.|\d+\.git)?$/.test(name));
  return names.at(-1) ?? path;
}

const yearOf = ({ date }: SweepLine): string => date?.slice(0, 4) ?? 'no date';

const options = (values: readonly string[]): string =>
  values.map((value) => `<option>${escapeHtml(value)}</option>`).join('');

function ruleRow(rule: string, count: RuleCount): string {
  const { error, warning, note, fixed, preexisting } = count;
  const cells = [error, warning, note, fixed, preexisting].map((number) => `<td class="number">${number}</td>`);
  return `<tr><td>${escapeHtml(rule)}</td>${cells.join('')}</tr>\n`;
}

/** Files named in a row for the search; a change all over the tree has thousands. */
const mostFiles = 200;

/** One row of the table. Subjects, names and code come from strangers: nothing of them gets in unescaped. */
export function pageRow(line: SweepLine): string {
  const { id, date, subject, author, version, files, problem, report } = line;
  const findings = report?.findings ?? [];
  const tags = [...new Set(findings.map(({ rule, level, status }) => `${rule}:${level}:${status}`))].join(' ');
  const link = `https://lore.kernel.org/r/${encodeURIComponent(toWellFormed(id))}`;
  const attributes = [
    `data-id="${escapeHtml(id)}"`,
    `data-year="${escapeHtml(yearOf(line))}"`,
    `data-tags="${escapeHtml(tags)}"`,
    `data-files="${escapeHtml(files.slice(0, mostFiles).join(' '))}"`,
    ...(problem === null ? [] : ['data-problem']),
  ].join(' ');
  const title = `<a href="${escapeHtml(link)}" rel="noreferrer">${escapeHtml(subject) || '(no subject)'}</a>${version > 1 ? ` v${version}` : ''}`;
  const said = problem === null ? findingList(findings) : `<div class="problem">${escapeHtml(problem)}</div>`;
  const patches = report?.series?.patches.length ?? '';
  return `<tr ${attributes}><td class="date">${escapeHtml(date?.slice(0, 10) ?? '')}</td><td>${title}${said}</td><td>${escapeHtml(author)}</td><td class="number">${patches}</td></tr>\n`;
}

function findingList(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const items = findings.map((finding) => {
    const { rule, level, status, message, location, patch, excerpt } = finding;
    const kind = status === 'fixed' ? 'fixed' : level;
    const when = patch === null ? 'before the series' : `patch ${patch}`;
    const code = excerpt === null ? '' : `<br><code>${escapeHtml(excerpt.trim())}</code>`;
    return `<li><span class="${kind}">${label(finding)}</span> ${escapeHtml(rule)}: ${escapeHtml(message)} (${when}, ${escapeHtml(location.file)}:${location.line})${code}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

/** encodeURIComponent() throws at half a surrogate pair. */
const toWellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
