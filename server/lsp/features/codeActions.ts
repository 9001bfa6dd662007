import { type CodeAction, CodeActionKind, type Diagnostic, type TextEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { SetCreation, Tri } from '../../kernel/types.js';
import type { Range } from '../../text.js';
import { addFlag, callAt, checkResult, type Edit, guardStatement } from '../edits.js';
import { treeUri } from '../placement.js';
import { fromLspRange, toLspRange } from '../positions.js';
import type { SourceFacts, Sources } from '../sources.js';
import type { FindingData } from './seriesDiagnostics.js';

/** An edit that answers a finding. */
interface Fix {
  readonly title: string;
  readonly path: string;
  readonly edit: Edit;
}

/** Fixes for the diagnostics at the cursor of a source: restore a flag, add a guard, add a check. */
export async function codeActions(
  sources: Sources,
  document: TextDocument,
  diagnostics: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const facts = await sources.facts(document);
  if (facts === null) return [];
  const eol = document.getText().includes('\r\n') ? '\r\n' : '\n';
  return diagnostics
    .filter((diagnostic) => diagnostic.source === 'rescuer')
    .flatMap((diagnostic) =>
      fixesFor(facts, diagnostic).map((fix, i) => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        isPreferred: i === 0,
        edit: { changes: { [uriOf(facts, fix.path, document)]: [toTextEdit(fix.edit, eol)] } },
      })),
    );
}

function fixesFor(facts: SourceFacts, diagnostic: Diagnostic): readonly Fix[] {
  const place = fromLspRange(diagnostic.range);
  const { set } = (diagnostic.data ?? {}) as Partial<FindingData>;
  switch (diagnostic.code) {
    case 'rescuer-unguarded':
      return [...guard(facts, place), ...flagFixes(facts, set, 'BIOSET_NEED_RESCUER', ({ flags }) => flags.rescuer)];
    case 'rescuer-flag-dropped':
      return flagFixes(facts, set, 'BIOSET_NEED_RESCUER', ({ flags }) => flags.rescuer);
    case 'bvecs-missing':
      return flagFixes(facts, set, 'BIOSET_NEED_BVECS', ({ flags }) => flags.bvecs);
    case 'set-unchecked':
    case 'null-check-missing':
      return check(facts, place);
    default:
      return [];
  }
}

/** Adds the flag wherever the set is created without it and the era's call has a place for flags. */
function flagFixes(
  facts: SourceFacts,
  set: string | null | undefined,
  flag: string,
  has: (creation: SetCreation) => Tri,
): readonly Fix[] {
  const creations = facts.inventory.sets.find(({ id }) => id === set)?.creations ?? [];
  return creations.flatMap((creation) => {
    const { value } = creation.flags;
    if (value === null || has(creation) !== 'no') return [];
    const where = creation.function === null ? creation.path : `${creation.function}()`;
    return [{ title: `Add ${flag} in ${where}`, path: creation.path, edit: addFlag(value, flag) }];
  });
}

function guard(facts: SourceFacts, place: Range): readonly Fix[] {
  const queue = callAt(facts.file, place)?.args.find((arg) => arg.text.endsWith('rescue_workqueue'));
  const edit = queue && guardStatement(facts.file, place, queue.text);
  return edit ? [{ title: `Queue only if ${queue.text} is there`, path: facts.path, edit }] : [];
}

function check(facts: SourceFacts, place: Range): readonly Fix[] {
  const call = callAt(facts.file, place);
  const callee = call?.callee.text ?? '';
  const edit = checkResult(facts.file, place, /^bioset_init/.test(callee) ? 'errno' : 'pointer');
  return edit ? [{ title: `Check the result of ${callee}()`, path: facts.path, edit }] : [];
}

function uriOf(facts: SourceFacts, path: string, document: TextDocument): string {
  return path === facts.path ? document.uri : treeUri(facts.root, path);
}

function toTextEdit({ range, text }: Edit, eol: string): TextEdit {
  return { range: toLspRange(range), newText: text.replaceAll('\n', eol) };
}
