import type { Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { treeUri } from '../placement.js';
import { toLspRange } from '../positions.js';
import type { Sources } from '../sources.js';
import { ruleUri } from '../virtual.js';
import { dataOf, severities } from './seriesDiagnostics.js';

/** The findings in an open C source, as it stands in the editor. */
export async function sourceDiagnostics(
  sources: Sources,
  document: TextDocument,
  linksToVirtual: boolean,
): Promise<Diagnostic[]> {
  const facts = await sources.facts(document);
  if (facts === null) return [];
  return facts.report.findings
    .filter(({ location }) => location.file === facts.path)
    .map((finding) => ({
      range: toLspRange(finding.location),
      severity: severities[finding.level],
      source: 'rescuer',
      code: finding.rule,
      ...(linksToVirtual ? { codeDescription: { href: ruleUri(finding.rule) } } : {}),
      message: finding.message,
      relatedInformation: finding.related.map(({ message, location }) => ({
        message,
        location: { uri: treeUri(facts.root, location.file), range: toLspRange(location) },
      })),
      data: dataOf(finding, finding.simulation),
    }));
}
