import type { Language, Node } from 'web-tree-sitter';
import type { Placed } from './carry.js';
import { toExpr } from './convert-expr.js';
import { toBody } from './convert-stmt.js';
import { toMembers } from './convert-struct.js';
import {
  declaratorType,
  declaredName,
  functionDeclarator,
  parametersOf,
  returnTypeOf,
  typeText,
} from './convert-type.js';
import { headParams } from './dialect.js';
import type { Lexed } from './lex.js';
import type { Source } from './source.js';
import { childOf, type Syntax, snapshot } from './syntax.js';
import type { CConstant, CFile, CFunction, CPrototype, CStruct, CTypedef, CVariable, Parameter } from './types.js';

/** What a file is made of, while it is being read. */
interface Parts {
  readonly functions: CFunction[];
  readonly structs: CStruct[];
  readonly constants: CConstant[];
  readonly variables: CVariable[];
  readonly prototypes: CPrototype[];
  readonly typedefs: CTypedef[];
}

/** Where a file is being read from. */
export interface Reading {
  readonly path: string;
  readonly source: Source;
  readonly language: Language;
  /** Decides by a function's original text whether its body is converted; without it all are. */
  readonly wants: ((functionText: string) => boolean) | undefined;
  /** Functions that are known, by the offset where they begin. */
  readonly carried: ReadonlyMap<number, Placed>;
  /** The functions that were found, where the next version of the file may take them from. */
  readonly functions: Map<number, Placed>;
}

/** Node types below which file-scope items may stand: linkage blocks and what error recovery makes of broken text. */
const containers = new Set(['translation_unit', 'linkage_specification', 'declaration_list', 'ERROR']);

/** Converts a whole syntax tree. Everything is plain data when it returns; the tree may be deleted. */
export function toFileParts(root: Node, lexed: Lexed, reading: Reading): Omit<CFile, 'path' | 'text' | 'known'> {
  const parts: Parts = { functions: [], structs: [], constants: [], variables: [], prototypes: [], typedefs: [] };
  readDefines(lexed, reading.source, parts.constants);
  readItems(root, reading, parts, 0);
  const includes = lexed.directives.flatMap((line) => {
    const name = line.name === 'include' ? /^[<"]([^>"]*)/.exec(line.rest)?.[1] : undefined;
    return name === undefined ? [] : [name];
  });
  return { ...parts, includes };
}

function readItems(parent: Node, reading: Reading, parts: Parts, depth: number): void {
  for (const node of parent.namedChildren) {
    if (node.type === 'function_definition') readFunction(node, reading, parts);
    else if (containers.has(node.type) && depth < 50) readItems(node, reading, parts, depth + 1);
    else if (node.type === 'declaration' || node.type === 'type_definition' || node.type.endsWith('_specifier')) {
      readDeclaration(copy(node, reading), reading, parts);
    }
  }
}

function copy(node: Node, reading: Reading, withBody = true): Syntax {
  const cursor = node.walk();
  try {
    return snapshot(cursor, reading.language, (type) => !withBody && type === 'compound_statement');
  } finally {
    cursor.delete();
  }
}

function readFunction(node: Node, reading: Reading, parts: Parts): void {
  const { source, carried } = reading;
  const { startIndex: start, endIndex: end } = node;
  const known = carried.get(start);
  if (known?.end === end && !node.hasError) {
    parts.functions.push(known.fn);
    reading.functions.set(start, known);
    return;
  }
  const wanted = reading.wants?.(source.plain.slice(start, end)) ?? true;
  const syntax = copy(node, reading, wanted);
  const declarator = childOf(syntax, 'declarator');
  const name = declarator && declaredName(declarator);
  if (!declarator || !name) return;
  const fn = functionDeclarator(declarator);
  const converted: CFunction = {
    name: source.slice(name.start, name.end),
    path: reading.path,
    range: source.range(syntax.start, syntax.end),
    nameRange: source.range(name.start, name.end),
    returnType: returnTypeOf(syntax, source),
    isStatic: isStorage(syntax, 'static', source),
    params: paramsOfHead(source.plain.slice(syntax.start, name.start)) ?? (fn ? parametersOf(fn, source) : []),
    body: wanted ? toBody(childOf(syntax, 'body'), source) : null,
    hasError: node.hasError,
  };
  parts.functions.push(converted);
  const types = parts.structs.length + parts.constants.length;
  for (const child of syntax.children) if (child.field === 'type') readTypes(child, reading, parts);
  // A head that defines a type is read each time.
  if (parts.structs.length + parts.constants.length === types && !converted.hasError)
    reading.functions.set(start, { end, fn: converted });
}

/** `static CLOSURE_CALLBACK(` declares parameters that the definition does not show. */
function paramsOfHead(head: string): readonly Parameter[] | undefined {
  return headParams.get(/(\w+)\s*\(\s*$/.exec(head)?.[1] ?? '');
}

function isStorage(node: Syntax, word: string, source: Source): boolean {
  return node.children.some(
    (child) => child.type === 'storage_class_specifier' && source.slice(child.start, child.end) === word,
  );
}

/** A file-scope declaration: the types it defines, then each of its declarators. */
function readDeclaration(node: Syntax, reading: Reading, parts: Parts): void {
  const { source } = reading;
  const declarators = node.children.filter((child) => child.field === 'declarator');
  const type = childOf(node, 'type') ?? node;
  const first = declarators[0] && declaredName(declarators[0]);
  readTypes(type, reading, parts, first && source.slice(first.start, first.end));
  const base = typeText(node, source);
  for (const declarator of declarators) {
    const name = declaredName(declarator);
    if (!name) continue;
    const text = source.slice(name.start, name.end);
    const range = source.range(name.start, name.end);
    const fn = functionDeclarator(declarator);
    if (node.type === 'type_definition') {
      const anonymous = /^(?:struct|union)$/.test(base) ? `${base} ${text}` : base;
      parts.typedefs.push({ name: text, type: declaratorType(anonymous, declarator, source), range });
    } else if (fn) {
      const returnType = returnTypeOf({ ...node, children: [...typeNodes(node), declarator] }, source);
      parts.prototypes.push({ name: text, returnType, params: parametersOf(fn, source), range });
    } else {
      const value = declarator.type === 'init_declarator' ? childOf(declarator, 'value') : undefined;
      parts.variables.push({
        name: text,
        type: declaratorType(/^(?:struct|union)$/.test(base) ? `${base} ${text}` : base, declarator, source),
        isStatic: isStorage(node, 'static', source),
        range,
        init: value ? toExpr(value, source) : null,
      });
    }
  }
}

function typeNodes(node: Syntax): Syntax[] {
  return node.children.filter((child) => child.field !== 'declarator');
}

/** Structs, unions and enumerators that a type specifier defines. `fallback` names a type without a tag. */
function readTypes(type: Syntax, reading: Reading, parts: Parts, fallback = ''): void {
  const { source } = reading;
  const body = childOf(type, 'body');
  if (!body) return;
  if (type.type === 'enum_specifier') readEnumerators(body, source, parts.constants);
  if (type.type !== 'struct_specifier' && type.type !== 'union_specifier') return;
  const tag = childOf(type, 'name');
  const name = tag ? source.slice(tag.start, tag.end) : fallback;
  const { structs, constants } = toMembers(type, name, source);
  parts.structs.push(...structs);
  for (const enumeration of constants) readEnumerators(enumeration, source, parts.constants);
}

/** Enumerators without a value get `previous + 1`, the first 0. */
function readEnumerators(body: Syntax, source: Source, constants: CConstant[]): void {
  let previous: string | null = null;
  for (const child of body.children) {
    if (child.type !== 'enumerator') continue;
    const name = childOf(child, 'name');
    if (!name) continue;
    const value = childOf(child, 'value');
    const text = source.slice(name.start, name.end);
    const next: string = value ? source.slice(value.start, value.end) : previous === null ? '0' : `${previous} + 1`;
    constants.push({ name: text, params: null, value: next, range: source.range(name.start, name.end) });
    previous = text;
  }
}

function readDefines(lexed: Lexed, source: Source, constants: CConstant[]): void {
  for (const line of lexed.directives) {
    if (line.name !== 'define') continue;
    const found = /^(\w+)(?:\(([^)]*)\))?/.exec(line.rest);
    const name = found?.[1];
    if (!found || name === undefined) continue;
    const start = line.start + lexed.plain.slice(line.start, line.end).indexOf(name, '#define'.length);
    constants.push({
      name,
      params: found[2] === undefined ? null : found[2].split(',').flatMap((param) => param.trim() || []),
      value: line.rest.slice(found[0].length).replace(/\s+/g, ' ').trim(),
      range: source.range(start, start + name.length),
    });
  }
}
