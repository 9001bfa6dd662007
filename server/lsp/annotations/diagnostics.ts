import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { openParser } from '../../c/parser.js';
import { readLibrary, shippedLibrary } from '../../model/extract/library.js';
import { ScenarioError } from '../../model/yaml.js';
import { toLspRange } from '../positions.js';
import { placesIn, type ScenarioPlace } from '../scenarios/place.js';
import { isExpression, schemasAt } from '../scenarios/schema.js';
import type { Block } from './blocks.js';
import { type AnnotatedCode, hasField, missingOnWay } from './code.js';
import { type Kind, kindOf, subjectOf } from './names.js';

/** What a file of annotations says that is not of the language. Comments have a rule of their own (`annotation`). */
export function languageMistakes({ yaml }: Block, file: string): Diagnostic[] {
  try {
    readLibrary({ [file]: yaml.getText() });
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.mistakes.map(({ range, reason }) => ({
      range: toLspRange(range),
      severity: DiagnosticSeverity.Error,
      source: 'rescuer',
      code: 'annotation',
      message: reason,
    }));
  }
}

interface Named {
  readonly place: ScenarioPlace;
  readonly kind: Kind;
}

/** Names that the code has not, and C that is none. */
export async function nameMistakes({ yaml, schema }: Block, code: AnnotatedCode): Promise<Diagnostic[]> {
  const undeclared: Diagnostic[] = [];
  const rangeOf = ({ start, end }: ScenarioPlace) => ({ start: yaml.positionAt(start), end: yaml.positionAt(end) });
  const named = placesIn(yaml.getText()).flatMap((place): readonly Named[] => {
    const schemas = schemasAt(place.way, schema);
    const kind = kindOf(place, schemas);
    if (place.role === 'value' && schemas.some(isExpression))
      for (const name of undeclaredIn(place, code))
        undeclared.push({
          range: rangeOf(place),
          severity: DiagnosticSeverity.Warning,
          source: 'rescuer',
          code: 'annotation',
          message: `no variable is called ${name}: nothing that comes to this step can be decided until \`variables\` of an annotation file has it`,
        });
    return kind === null ? [] : [{ place, kind }];
  });
  const wanted = named.flatMap(({ place, kind }) => {
    if (kind === 'functions' || kind === 'tables') return [place.text];
    return kind === 'fields' ? [place.text.split('.')[0] ?? ''] : [];
  });
  const gone = await code.missing(wanted.filter((name) => /^\w+$/.test(name)));
  const said = named.map((one) => ({ one, reason: isNamedByBody(one, named) ? null : reasonFor(one, code, gone) }));
  const broken = await brokenC(named);
  const missing = await missingFiles(named, code);
  // Of several names, one for each kernel version, one has to be there.
  const served = new Set(said.flatMap(({ one, reason }) => (reason === null ? (listOf(one.place) ?? []) : [])));
  const wrong = named.flatMap(({ place }, i) => {
    const reason = said[i]?.reason ?? broken.get(place) ?? missing.get(place) ?? null;
    if (reason === null) return [];
    const list = listOf(place);
    const severity = list !== null && served.has(list) ? DiagnosticSeverity.Hint : DiagnosticSeverity.Warning;
    return [{ range: rangeOf(place), severity, source: 'rescuer', code: 'annotation', message: reason }];
  });
  return [...wrong, ...undeclared];
}

/** What every program may speak of: the bounds that it is tried with. */
const bounds = ['reserve', 'pieces', 'tasks', 'true', 'false'];

/** The names in an expression of a step that stand for nothing. */
function undeclaredIn({ text, namesIn }: ScenarioPlace, { variables }: AnnotatedCode): readonly string[] {
  const declared = new Set([...bounds, ...namesIn('variables'), ...variables, ...shippedLibrary().variables.keys()]);
  const names = [...text.matchAll(/(?<![\w.])[A-Za-z_]\w*(?![\w.])/g)].map(([name]) => name);
  return names.filter((name, i) => !declared.has(name) && names.indexOf(name) === i);
}

function reasonFor({ place, kind }: Named, code: AnnotatedCode, gone: ReadonlySet<string>): string | null {
  const { text, way } = place;
  switch (kind) {
    case 'functions':
      return gone.has(text) ? `no function ${text}() in the tree: what is said of it has no effect` : null;
    case 'tables':
      return gone.has(text) ? `no operation table ${text} in the tree` : null;
    case 'fields': {
      // A template may also name a call that registers a function.
      if (!text.includes('.')) return null;
      const [tag = '', field = ''] = text.split('.');
      if (gone.has(tag)) return `no struct ${tag} in the tree`;
      return hasField(code.index, text) === false ? `struct ${tag} has no field ${field}` : null;
    }
    case 'bio': {
      const fn = subjectOf(way, code);
      if (fn === null) return null;
      const reasons = text.split('|').map((one) => (/->|\./.test(one) ? missingOnWay(code.index, fn, one) : null));
      return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
    }
    default:
      return null;
  }
}

/** What only the bodies of annotations call needs to be in no tree. */
function isNamedByBody({ place, kind }: Named, named: readonly Named[]): boolean {
  if (kind !== 'functions' || place.role !== 'key') return false;
  return named.some(
    (other) => other.kind === 'body' && new RegExp(`\\b${place.text.replace(/\W/g, '')}\\(`).test(other.place.text),
  );
}

/** Texts that are to be C and are none. */
async function brokenC(named: readonly Named[]): Promise<ReadonlyMap<ScenarioPlace, string>> {
  const texts = named.filter(({ kind }) => kind === 'call' || kind === 'body');
  if (texts.length === 0) return new Map();
  const parser = await openParser();
  try {
    return new Map(
      texts.flatMap(({ place, kind }) => {
        const code = place.text.replace(/^(['"])([\s\S]*)\1$/, '$2').replace(/^[|>][-+]?\n/, '');
        const [fn] = parser.parse('note.c', `void note(void) { ${code}; }\n`).functions;
        if (fn?.body && !fn.hasError) return [];
        return [[place, `this is no C ${kind === 'call' ? 'call or assignment' : 'statement'}`] as const];
      }),
    );
  } finally {
    parser.close();
  }
}

async function missingFiles(named: readonly Named[], code: AnnotatedCode): Promise<ReadonlyMap<ScenarioPlace, string>> {
  const missing = new Map<ScenarioPlace, string>();
  for (const { place, kind } of named) {
    if (kind === 'files' && !(await code.hasFile(place.text))) missing.set(place, `no file ${place.text} in the tree`);
  }
  return missing;
}

/** Tells the list that a text is an item of from others; null for what is in none. */
function listOf({ way }: ScenarioPlace): string | null {
  const last = way.at(-1);
  return last !== undefined && 'index' in last ? JSON.stringify(way.slice(0, -1)) : null;
}
