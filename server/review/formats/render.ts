import type { Comparison } from '../../sim/perf-table.js';
import type { Report } from '../types.js';
import { renderGithub } from './github.js';
import { renderGitlab } from './gitlab.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import { renderPatchwork } from './patchwork.js';
import { renderSarif } from './sarif.js';
import { shownFindings, shownRefuted, shownSuppressed } from './select.js';
import { renderText } from './text.js';

export type Format = 'text' | 'json' | 'sarif' | 'github' | 'gitlab' | 'patchwork' | 'markdown' | 'html';

export interface RenderOptions {
  readonly format: Format;
  /** Show findings that were there before the series, and guesses that the simulator refutes, as well. */
  readonly all: boolean;
  /** Terminal colours, for `text` only. */
  readonly colour: boolean;
  /** Timed runs to show, for `html` only. */
  readonly performance?: readonly Comparison[];
}

/** Reports in one of the formats, byte-equal for equal reports. */
export function renderReports(reports: readonly Report[], options: RenderOptions): string {
  const { all, colour } = options;
  switch (options.format) {
    case 'text':
      return reports.map((report) => renderText(report, { all, colour })).join('\n');
    case 'json':
      return renderJson(reports, all);
    case 'sarif':
      return renderSarif(reports, all);
    case 'github':
      return reports.map((report) => renderGithub(report, all)).join('');
    case 'gitlab':
      return renderGitlab(reports, all);
    case 'patchwork':
      return renderPatchwork(reports);
    case 'markdown':
      return reports.map((report) => renderMarkdown(report, all)).join('\n');
    case 'html':
      return renderHtml(reports, { all, performance: options.performance ?? [] });
  }
}

/** A single report is the document itself, several are an array; see docs/report.schema.json. */
function renderJson(reports: readonly Report[], all: boolean): string {
  const shown = reports.map((report) => ({
    ...report,
    findings: shownFindings(report, all),
    refuted: shownRefuted(report, all),
    suppressed: shownSuppressed(report, all),
  }));
  return `${JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2)}\n`;
}
