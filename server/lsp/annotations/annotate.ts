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
import type { CFile, CFunction, Expr } from '../../c/types.js';
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

/**
 * Names whose calls do nothing with a bio that programs are about: they test it, print it, or find what it is part of; and those
 * that get plain memory, which is taken to be had.
 */
const plain = new RegExp(
  `^(?:${[
    'trace_\\w+|IS_ERR\\w*|PTR_ERR\\w*|(?:dev|pr)_\\w+|(?:un)?likely',
    'container_of\\w*|[a-z]+_entry\\w*|struct_size|sizeof|mem(?:set|cpy|cmp|move)',
    '_*(?:k|kv|v)[mzc]?alloc\\w*|k(?:str|mem)n?dup\\w*|kmem_cache_\\w+|_*(?:alloc|get|get_free)_(?:zeroed_)?pages?\\w*',
    '[A-Z][A-Z0-9_]*',
  ].join('|')})$`,
);

/**
 * Hints at the calls that hand a bio, or where bios are at hand allocation flags, to a function that is nowhere in view, and
 * that nothing is said of: programs take them to have no effect.
 */
export function unresolvedCalls({ file, index, era, sidecar }: Annotated): Diagnostic[] {
  const calls = file.functions.flatMap((fn) => unseenIn(fn, index, era));
  if (calls.length === 0) return [];
  const noted = notedFunctions(file, sidecar);
  return calls
    .filter(({ name }) => !noted.has(name))
    .map(({ name, unknown, range }) => ({
      range: toLspRange(range),
      severity: DiagnosticSeverity.Hint,
      source: 'rescuer',
      code,
      message: `${name}() is not in view: ${unknown}, and it is taken to do nothing`,
    }));
}

/** The calls of a function to one of which nothing is known but its name, and that may submit, allocate or sleep. */
const unseenIn = keptFacts((fn: CFunction, index) => {
  const seesBios = (): boolean =>
    fn.params.some(({ type }) => isBio(index.resolve(type))) ||
    callsOf(fn).some(({ call }) => bioAmong(call, fn, index) !== undefined);
  return callsOf(fn).flatMap(({ call, name }) => {
    if (plain.test(name) || formsOf(name).length > 0 || effectOf(name) !== null) return [];
    if (index.functionsNamed(name, fn.path).length > 0 || index.constants(name).length > 0) return [];
    const unknown = unknownOf(call, fn, index, seesBios);
    return unknown === null ? [] : [{ name, unknown, range: call.callee.range }];
  });
});

const isBio = (type: string): boolean => /^struct bio \*{1,2}$/.test(type);

const bioAmong = ({ args }: Call, fn: CFunction, index: CIndex): Expr | undefined =>
  args.find((arg) => isBio(index.resolve(index.typeOf(arg, fn) ?? '')));

/** What is not known of a call, in words; null if nothing that matters. */
function unknownOf(call: Call, fn: CFunction, index: CIndex, seesBios: () => boolean): string | null {
  const bio = bioAmong(call, fn, index);
  if (bio !== undefined) return `what it does with ${bio.text} is not known`;
  const gfp = call.args.find((arg) => /^GFP_\w+/.test(arg.text) || index.typeOf(arg, fn) === 'gfp_t');
  return gfp !== undefined && seesBios() ? `it is given ${gfp.text}, so it may allocate and sleep` : null;
}

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
  const { sidecar } = annotated;
  const uri = treeUri(root, treeAnnotations);
  const inSidecar = (...added: readonly Entry[]): (CreateFile | TextDocumentEdit)[] => [
    ...(sidecar === null ? [CreateFile.create(uri, { ignoreIfExists: true })] : []),
    TextDocumentEdit.create({ uri, version: null }, [...entriesFor(sidecar ?? '', added)]),
  ];
  const declared = (variable: string): Entry => ({ section: 'variables', text: `${variable}: { max: 1 }` });
  const own = file.functions.find((fn) => fn.name === name && fn.body !== null);
  if (own !== undefined) {
    const start = { line: own.range.line - 1, character: 0 };
    return choices(name, own, index).map(({ title, note, variable }) => ({
      title: `Annotate ${name}(): ${title}`,
      kind: CodeActionKind.RefactorRewrite,
      edit: {
        documentChanges: [
          TextDocumentEdit.create({ uri: document.uri, version: null }, [
            TextEdit.insert(start, `/* rescuer: ${note} */\n`),
          ]),
          ...(variable === undefined ? [] : inSidecar(declared(variable))),
        ],
      },
    }));
  }
  const [diagnostic] = diagnostics.filter((one) => one.code === code && touches(one.range, range));
  if (diagnostic === undefined) return [];
  const [fn] = index.functionsNamed(name);
  return choices(name, fn ?? null, index).map(({ title, note, variable }) => ({
    title: `Annotate ${name}() in ${treeAnnotations}: ${title}`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: {
      documentChanges: inSidecar(
        { section: 'functions', text: `${name}: ${note}` },
        ...(variable === undefined ? [] : [declared(variable)]),
      ),
    },
  }));
}

interface Choice {
  readonly title: string;
  readonly note: string;
  /** A variable that the note needs, and that is declared in the file of the tree. */
  readonly variable?: string;
}

/** What a wait is for until somebody says it better. */
const awaited = (name: string): string => `${name}_done`;

/** What is said most often. Bios can be spoken of only by parameters, so of a function that is in view. */
function choices(name: string, fn: CFunction | null, index: CIndex): readonly Choice[] {
  const bio = fn?.params.find(({ type }) => /^struct bio \*$/.test(index.resolve(type)))?.name;
  return [
    { title: 'has no effect, never blocks', note: '{}' },
    ...(bio ? [{ title: `ends ${bio}`, note: `{ does: [{ end: ${bio} }] }` }] : []),
    ...(fn?.returnType === 'void' ? [] : [{ title: 'returns 0', note: '{ returns: 0 }' }]),
    {
      title: `waits until ${awaited(name)} is set (say who sets it)`,
      note: `{ does: [{ wait: ${awaited(name)} > 0 }] }`,
      variable: awaited(name),
    },
  ];
}

interface Entry {
  readonly section: 'functions' | 'variables';
  readonly text: string;
}

/** Entries below the keys of their sections, which are added where there are none. */
function entriesFor(text: string, entries: readonly Entry[]): readonly TextEdit[] {
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  const end = { line: lines.length - 1, character: last.length };
  const edits: TextEdit[] = [];
  let atEnd = '';
  for (const { section, text: entry } of entries) {
    const at = lines.findIndex((line) => new RegExp(`^${section}:\\s*(?:#.*)?$`).test(line));
    const isLast = at === lines.length - 1;
    if (at >= 0 && !isLast) edits.push(TextEdit.insert({ line: at + 1, character: 0 }, `  ${entry}\n`));
    else atEnd += `${isLast ? '' : `${section}:\n`}  ${entry}\n`;
  }
  return atEnd === '' ? edits : [...edits, TextEdit.insert(end, `${last === '' ? '' : '\n'}${atEnd}`)];
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

/** The variables that the file of the tree declares. */
export function variablesIn(sidecar: string | null): readonly string[] {
  return [...readable(() => readLibrary({ [treeAnnotations]: sidecar ?? '' }).variables).keys()];
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
