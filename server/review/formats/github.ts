import { rulePage } from '../rules/catalogue.js';
import type { Report } from '../types.js';
import { clean } from './clean.js';
import { label, shownFindings, tally } from './select.js';

/** As `@actions/core` escapes the message of a workflow command. */
function escapeData(text: string): string {
  return clean(text).replaceAll('%', '%25');
}

/** As `@actions/core` escapes a property, which a comma or colon would end. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const commands = { error: 'error', warning: 'warning', note: 'notice', fixed: 'notice' };

/** GitHub workflow commands, one line for each finding. Those the series fixes are notices. */
export function renderGithub(report: Report, all: boolean): string {
  const findings = shownFindings(report, all);
  const lines = findings.map((finding) => {
    const { file, line, endLine, column, endColumn } = finding.location;
    const command = finding.status === 'fixed' ? commands.fixed : commands[finding.level];
    const title = `${label(finding)}: ${rulePage(finding.rule)?.title ?? finding.rule}`;
    const columns = line === endLine ? `,col=${column},endColumn=${endColumn}` : '';
    const place = `file=${escapeProperty(file)},line=${line},endLine=${endLine}${columns}`;
    return `::${command} ${place},title=${escapeProperty(title)}::${escapeData(finding.message)}`;
  });
  return `${[...lines, `::notice title=rescuer::${escapeData(tally(findings))}`].join('\n')}\n`;
}
