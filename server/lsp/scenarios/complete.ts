import { type CompletionItem, CompletionItemKind, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { expressionNames, namedKeys, sectionNamed } from './names.js';
import { placeToComplete, type ScenarioPlace } from './place.js';
import { alternatives, isExpression, isNested, type Key, keysOf, type Schema, schemasAt } from './schema.js';

/** A language in YAML: its schema, and the names that are not in it. */
export interface Language {
  readonly root?: Schema;
  /** Names that a value can be; null where it is something else. */
  readonly values: (place: ScenarioPlace, schemas: readonly Schema[]) => readonly string[] | null;
  /** Keys that a mapping can have besides those of its schema. */
  readonly keys: (place: ScenarioPlace, schemas: readonly Schema[]) => readonly string[];
}

const scenarios: Language = {
  values: (place) => {
    const section = sectionNamed(place.way);
    return section === null ? null : place.namesIn(section);
  },
  keys: namedKeys,
};

/** What may stand at a cursor of a scenario file, or of another: keys, their fixed values, and names that the file declares. */
export function completeScenario(document: TextDocument, offset: number, language = scenarios): CompletionItem[] {
  const text = document.getText();
  const place = placeToComplete(text, offset);
  if (place === null) return [];
  const schemas = schemasAt(place.way, language.root);
  // An expression has several names, of which the one at the cursor is replaced.
  const [start, end] = schemas.some(isExpression) ? nameAt(text, offset) : [place.start, place.end];
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  if (place.role === 'value') return values(place, schemas, range, language);
  const write = keyWriter(text, place);
  const keys = keysOf(schemas, place.siblings).map((key) => property(key, range, write(key)));
  const named = language
    .keys(place, schemas)
    .filter((name) => !place.siblings.includes(name))
    .map((label) =>
      word(label, CompletionItemKind.Property, range, write({ name: label, description: '', value: {} })),
    );
  if (keys.length + named.length > 0) return [...keys, ...named];
  if (place.siblings.length > 0) return [];
  const items = schemas.flatMap(({ items }) => alternatives(items ?? null));
  const first = keysOf(items, []).map((key) => property(key, range, `- ${write(key)}`));
  return first.length > 0 ? first : values(place, schemas, range, language);
}

function values(place: ScenarioPlace, schemas: readonly Schema[], range: Range, language: Language): CompletionItem[] {
  const named = language.values(place, schemas);
  if (named !== null) return named.map((name) => word(name, CompletionItemKind.Reference, range));
  if (schemas.some(isExpression))
    return expressionNames(place).map((name) => word(name, CompletionItemKind.Variable, range));
  const fixed = schemas.flatMap(
    (schema) => schema.enum ?? schema.examples ?? (schema.type === 'boolean' ? ['true', 'false'] : []),
  );
  return [...new Set(fixed)].map((value) => word(value, CompletionItemKind.EnumMember, range));
}

/** The offsets of the name around an offset. */
function nameAt(text: string, offset: number): readonly [number, number] {
  const [head = ''] = /\w*$/.exec(text.slice(0, offset)) ?? [];
  const [tail = ''] = /^\w*/.exec(text.slice(offset)) ?? [];
  return [offset - head.length, offset + tail.length];
}

/** Writes a key as it goes into the text: with its colon unless there is one. */
function keyWriter(text: string, { start, end }: ScenarioPlace): (key: Key) => string {
  const hasColon = /^\s*:/.test(text.slice(end));
  const startsLine = /^\s*(- +)*$/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
  return ({ name, value }) => {
    if (hasColon) return name;
    return startsLine && isNested(value) ? `${name}:` : `${name}: `;
  };
}

function property({ name, description }: Key, range: Range, newText: string): CompletionItem {
  return { ...word(name, CompletionItemKind.Property, range, newText), documentation: description };
}

function word(label: string, kind: CompletionItemKind, range: Range, newText = label): CompletionItem {
  return { label, kind, textEdit: { range, newText } };
}
