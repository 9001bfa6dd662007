import {
  type CodeAction,
  CodeActionKind,
  CreateFile,
  type Diagnostic,
  DiagnosticSeverity,
  type Range as LspRange,
  TextDocumentEdit,
  TextEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CIndex } from '../../c/index.js';
import { localsOf } from '../../c/locals.js';
import type { CFile, CFunction } from '../../c/types.js';
import { type Call, calleeName, callsIn } from '../../c/walk.js';
import { effectOf } from '../../kernel/effects.js';
import { keptFacts } from '../../kernel/facts.js';
import { formsOf } from '../../kernel/primitives.js';
import type { EraGuess } from '../../kernel/types.js';
import { notesInComments } from '../../model/extract/comments.js';
import { readLibrary, shippedLibrary } from '../../model/extract/library.js';
import { ScenarioError } from '../../model/yaml.js';
import { treeUri } from '../placement.js';
import { toLspRange, touches } from '../positions.js';

/** The file of annotations that lies at the top of a tree. */
export const treeAnnotations = 'rescuer.annotations.yaml';

const code = 'call-unresolved';

/** A source with what annotations there are: `sidecar` is the text of the file at the top of its tree, null without one. */
export interface Annotated {
  readonly root: string;
  readonly file: CFile;
  readonly index: CIndex;
  readonly era: EraGuess;
  readonly sidecar: string | null;
}

/** Names whose calls do nothing with a bio that programs are about: they test it, print it, or find what it is part of. */
const plain = /^(?:trace_\w+|IS_ERR\w*|PTR_ERR\w*|(?:dev|pr)_\w+|container_of\w*|[a-z]+_entry\w*|[A-Z][A-Z0-9_]*)$/;

/**
 * Hints at the calls that hand a bio to a function that is nowhere in view, and that nothing is said of: programs take them to
 * have no effect.
 */
export function unresolvedCalls({ file, index, era, sidecar }: Annotated): Diagnostic[] {
  const calls = file.functions.flatMap((fn) => unseenIn(fn, index, era));
  if (calls.length === 0) return [];
  const noted = notedFunctions(file, sidecar);
  return calls
    .filter(({ name }) => !noted.has(name))
    .map(({ name, bio, range }) => ({
      range: toLspRange(range),
      severity: DiagnosticSeverity.Hint,
      source: 'rescuer',
      code,
      message: `${name}() is not in view: what it does with ${bio} is not known, and it is taken to do nothing`,
    }));
}

/** The calls of a function that hand a bio to one of which nothing is known but its name. */
const unseenIn = keptFacts((fn, index) =>
  callsOf(fn).flatMap(({ call, name }) => {
    if (plain.test(name) || formsOf(name).length > 0 || effectOf(name) !== null) return [];
    if (index.functionsNamed(name, fn.path).length > 0 || index.constants(name).length > 0) return [];
    const bio = call.args.find((arg) => /^struct bio \*$/.test(index.resolve(index.typeOf(arg, fn) ?? '')));
    return bio === undefined ? [] : [{ name, bio: bio.text, range: call.callee.range }];
  }),
);

/**
 * What can be said of the function whose call stands at a range: in a comment above it if it is in the same file, else in the
 * file of annotations of the tree. Offered where the call is not resolved, and as a rewrite for functions of the file.
 */
export function annotateCall(
  annotated: Annotated,
  document: TextDocument,
  range: LspRange,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const { file, index, root } = annotated;
  const made = file.functions.flatMap(callsOf).find(({ call }) => touches(toLspRange(call.callee.range), range));
  if (made === undefined || notedFunctions(file, annotated.sidecar).has(made.name)) return [];
  const { name } = made;
  const own = file.functions.find((fn) => fn.name === name && fn.body !== null);
  if (own !== undefined) {
    const start = { line: own.range.line - 1, character: 0 };
    return choices(own, index).map(({ title, note }) => ({
      title: `Annotate ${name}(): ${title}`,
      kind: CodeActionKind.RefactorRewrite,
      edit: { changes: { [document.uri]: [TextEdit.insert(start, `/* rescuer: ${note} */\n`)] } },
    }));
  }
  const [diagnostic] = diagnostics.filter((one) => one.code === code && touches(one.range, range));
  if (diagnostic === undefined) return [];
  const uri = treeUri(root, treeAnnotations);
  const [fn] = index.functionsNamed(name);
  return choices(fn ?? null, index).map(({ title, note }) => ({
    title: `Annotate ${name}() in ${treeAnnotations}: ${title}`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: {
      documentChanges: [
        ...(annotated.sidecar === null ? [CreateFile.create(uri, { ignoreIfExists: true })] : []),
        TextDocumentEdit.create({ uri, version: null }, [entryFor(annotated.sidecar ?? '', name, note)]),
      ],
    },
  }));
}

interface Choice {
  readonly title: string;
  readonly note: string;
}

/** What is said most often. Bios can be spoken of only by parameters, so of a function that is in view. */
function choices(fn: CFunction | null, index: CIndex): readonly Choice[] {
  const bio = fn?.params.find(({ type }) => /^struct bio \*$/.test(index.resolve(type)))?.name;
  return [
    { title: 'has no effect, never blocks', note: '{}' },
    ...(bio ? [{ title: `ends ${bio}`, note: `{ does: [{ end: ${bio} }] }` }] : []),
    ...(fn?.returnType === 'void' ? [] : [{ title: 'returns 0', note: '{ returns: 0 }' }]),
    { title: 'waits for a variable', note: '{ does: [{ wait: done > 0, for: its end }] }' },
  ];
}

/** An entry below `functions:`, which is added where there is none. */
function entryFor(text: string, name: string, note: string): TextEdit {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^functions:\s*(?:#.*)?$/.test(line));
  const entry = `  ${name}: ${note}\n`;
  if (at >= 0) return TextEdit.insert({ line: at + 1, character: 0 }, at + 1 < lines.length ? entry : `\n${entry}`);
  const last = lines.at(-1) ?? '';
  const end = { line: lines.length - 1, character: last.length };
  return TextEdit.insert(end, `${last === '' ? '' : '\n'}functions:\n${entry}`);
}

interface NamedCall {
  readonly call: Call;
  readonly name: string;
}

function callsOf(fn: CFunction): readonly NamedCall[] {
  return callsIn(fn.body ?? []).flatMap(({ call }) => {
    const name = calleeName(call);
    return name === null || localsOf(fn).get(name) !== undefined ? [] : [{ call, name }];
  });
}

/** The functions that something is said of: in what ships, in comments of the file, in the file of the tree. */
function notedFunctions(file: CFile, sidecar: string | null): { has(name: string): boolean } {
  const sources = [
    shippedLibrary().functions,
    readable(() => notesInComments([file])),
    readable(() => readLibrary({ [treeAnnotations]: sidecar ?? '' }).functions),
  ];
  return { has: (name) => sources.some((names) => names.has(name)) };
}

/** Nothing for what cannot be read: its own diagnostics say why. */
function readable(read: () => ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScenarioError) return new Map();
    throw error;
  }
}
