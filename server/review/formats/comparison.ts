import type { Patch } from '../../series/types.js';
import type { Comparison, Pair } from '../versions.js';
import { clean, expandTabs } from './clean.js';
import { codeSpan, escapeMarkdown } from './markdown.js';

/** The comparison for programs: numbers and subjects of the patches, their changed lines, what became of each finding. */
export function comparisonJson({ subject, older, newer, pairs }: Comparison): string {
  const side = (patch: Patch | null) => patch && { index: patch.index, subject: patch.subject };
  const document = {
    schema: 'rescuer-diff/1',
    subject,
    older,
    newer,
    patches: pairs.map((pair) => ({
      older: side(pair.older),
      newer: side(pair.newer),
      changes: pair.changes,
      findings: pair.findings,
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The comparison for a merge request or a mail. */
export function comparisonMarkdown({ subject, older, newer, pairs }: Comparison): string {
  const heading = `# ${escapeMarkdown(subject)}: v${older} to v${newer}\n`;
  return [heading, ...pairs.map(renderPair)].join('\n');
}

function renderPair({ older, newer, changes, findings }: Pair): string {
  const what = older === null ? 'added' : newer === null ? 'dropped' : changes.length === 0 ? 'unchanged' : 'changed';
  const patch = newer ?? older;
  const title = `## ${patch?.index}. ${escapeMarkdown(patch?.subject ?? '')} (${what})\n`;
  const courses = findings.map(({ what: course, finding: { level, message, rule, location } }) => {
    const at = codeSpan(`${location.file}:${location.line}`);
    return `- **${course}**: ${level} at ${at}: ${escapeMarkdown(message)} (${rule})`;
  });
  // An indented block cannot be closed from inside.
  const diff = changes.map((line) => `    ${expandTabs(clean(line))}`);
  return [title, ...courses, ...(diff.length > 0 ? ['', '<!-- -->', '', ...diff] : []), '']
    .filter((line, at, all) => line !== '' || all[at - 1] !== '')
    .join('\n');
}
