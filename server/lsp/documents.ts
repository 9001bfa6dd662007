import type { TextDocument } from 'vscode-languageserver-textdocument';

/** Whether a document is a patch, a diff or mail, by what the client calls its language, else by its name. */
export function isSeries({ languageId, uri }: TextDocument): boolean {
  // A file of a review may be named like a patch, too.
  if (uri.startsWith('rescuer:')) return false;
  return ['diff', 'patch', 'mail', 'rescuer-mail'].includes(languageId) || /\.(patch|diff|mbox|mbx|eml)$/i.test(uri);
}

/** The files that are scenarios, as a client's document selector has it. */
export const scenarioPattern = '**/*.scenario.yaml';

/** Whether a document is a scenario of the simulator. */
export function isScenario({ uri }: TextDocument): boolean {
  return /\.scenario\.yaml$/.test(uri);
}

/** The files of annotations, as a client's document selector has it. */
export const annotationPattern = '**/*.annotations.yaml';

/** Whether a document is a file of annotations: by its name, or because it is one that ships. */
export function isAnnotations({ uri }: TextDocument): boolean {
  return /\.annotations\.yaml$|\/server\/kernel\/annotations\/[\w-]+\.yaml$/.test(uri);
}
