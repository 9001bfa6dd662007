import type { Hover, Position } from 'vscode-languageserver';
import type { CIndex } from '../../c/index.js';
import { notesInComments } from '../../model/extract/comments.js';
import { readFunction, shippedLibrary } from '../../model/extract/library.js';
import type { FunctionNote } from '../../model/extract/notes.js';
import { Field, ScenarioError } from '../../model/yaml.js';
import { placeAt } from '../scenarios/place.js';
import { keysOf, schemasAt } from '../scenarios/schema.js';
import type { Block } from './blocks.js';
import type { AnnotatedCode } from './code.js';
import { describeNote } from './words.js';

/** Explains a key of an annotation; of the entry of a function, or of a comment, what the annotation says and changes. */
export function annotationHover({ yaml, schema, after }: Block, position: Position, code: AnnotatedCode): Hover | null {
  const place = placeAt(yaml.getText(), yaml.offsetAt(position));
  if (place === null || place.role !== 'key') return null;
  const range = { start: yaml.positionAt(place.start), end: yaml.positionAt(place.end) };
  const [top] = place.way;
  const inFunctions = place.way.length === 1 && top !== undefined && 'key' in top && top.key === 'functions';
  const name = after === null ? (inFunctions ? place.text : null) : place.way.length === 0 ? code.subject?.name : null;
  if (name) {
    const way = after === null ? ['functions', name] : ['rescuer'];
    const note = readNote(yaml.getText(), way);
    return note && markdown(describeNote(name, note, code.index).join('\n\n'), range);
  }
  const key = keysOf(schemasAt(place.way, schema), place.siblings).find((one) => one.name === place.text);
  return key ? markdown(`**${key.name}**: ${key.description}`, range) : null;
}

/** What is said of a function of the code by a comment, else by an annotation that ships or was added; null if nothing. */
export function describeFunction(name: string, index: CIndex): string | null {
  const note = noteInComment(name, index) ?? shippedLibrary().functions.get(name);
  return note && index.functionsNamed(name).length > 0 ? describeNote(name, note, index).join('\n\n') : null;
}

function noteInComment(name: string, index: CIndex): FunctionNote | undefined {
  const paths = new Set(index.functionsNamed(name).map(({ path }) => path));
  try {
    return notesInComments(index.files.filter(({ path }) => paths.has(path))).get(name);
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
}

function readNote(text: string, way: readonly string[]): FunctionNote | null {
  try {
    return readFunction(way.reduce((field, key) => field.get(key), Field.document('annotation', text)));
  } catch (error) {
    if (error instanceof ScenarioError) return null;
    throw error;
  }
}

function markdown(value: string, range: Hover['range']): Hover {
  return { contents: { kind: 'markdown', value }, ...(range && { range }) };
}
