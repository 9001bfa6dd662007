import type { Position } from 'vscode-languageserver';
import type { Place } from '../../kernel/types.js';
import { wordAt } from '../positions.js';
import { placeAt } from '../scenarios/place.js';
import { schemasAt } from '../scenarios/schema.js';
import type { Block } from './blocks.js';
import { type AnnotatedCode, definitionsOf } from './code.js';
import { kindOf } from './names.js';

const top = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Where the code defines what the annotation at a position names: a function, field, table or file. */
export function annotationDefinition(
  { yaml, schema, after }: Block,
  position: Position,
  code: AnnotatedCode,
): readonly Place[] {
  const text = yaml.getText();
  const place = placeAt(text, yaml.offsetAt(position));
  if (place === null) return [];
  if (after !== null && place.role === 'key' && place.way.length === 0) {
    return code.subject === null ? [] : [{ path: code.subject.path, range: code.subject.nameRange, function: null }];
  }
  const kind = kindOf(place, schemasAt(place.way, schema));
  if (kind === 'files') return [{ path: place.text, range: top, function: null }];
  if (kind === 'functions' || kind === 'tables' || kind === 'fields') return definitionsOf(code.index, place.text);
  const word = wordAt(text.split('\n')[position.line] ?? '', position)?.word;
  return word === undefined || place.role === 'key' ? [] : definitionsOf(code.index, word);
}
