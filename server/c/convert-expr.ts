import { declaratorType, typeText } from './convert-type.js';
import type { Source } from './source.js';
import { childOf, namedChildren, type Syntax } from './syntax.js';
import type { Expr, InitItem } from './types.js';

/**
 * The value of a C integer or character literal as the source writes it, or null (floats, huge, multi-character).
 * tree-sitter takes a sign before a number for a part of it.
 */
export function literal(text: string): number | null {
  const [, sign, integer] = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlLzZ]*$/.exec(text) ?? [];
  if (integer !== undefined) {
    const value = /^0\d/.test(integer) ? Number.parseInt(integer, 8) : Number(integer);
    return Number.isSafeInteger(value) ? (sign === '-' ? -value : value) : null;
  }
  const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '0': 0, '\\': 92, "'": 39, '"': 34 };
  const char = /^'(?:([^\\'])|\\(.))'$/.exec(text);
  return char?.[1]?.charCodeAt(0) ?? (char?.[2] === undefined ? null : (escapes[char[2]] ?? null));
}

/** Converts an expression node; what is no known expression becomes `other` with the expressions below it. */
export function toExpr(node: Syntax, source: Source): Expr {
  const base = { text: source.slice(node.start, node.end), range: source.range(node.start, node.end) };
  const part = (field: string) => childOf(node, field);
  const expr = (child: Syntax) => toExpr(child, source);
  const text = (child: Syntax | undefined) => (child ? source.slice(child.start, child.end) : '');
  const other = (): Expr => ({ ...base, kind: 'other', parts: namedChildren(node).map(expr) });
  switch (node.type) {
    case 'identifier':
    case 'type_identifier':
    case 'field_identifier':
    case 'primitive_type':
    case 'null':
    case 'true':
    case 'false':
      return { ...base, kind: 'name', name: base.text };
    case 'number_literal':
    case 'char_literal':
      return { ...base, kind: 'number', value: literal(base.text) };
    case 'string_literal':
    case 'concatenated_string':
      return { ...base, kind: 'string' };
    case 'parenthesized_expression': {
      const inner = namedChildren(node);
      return inner.length === 1 && inner[0] ? expr(inner[0]) : other();
    }
    case 'field_expression': {
      const object = part('argument');
      if (!object) return other();
      return {
        ...base,
        kind: 'field',
        base: expr(object),
        field: text(part('field')),
        arrow: text(part('operator')) === '->',
      };
    }
    case 'subscript_expression': {
      const object = part('argument');
      const index = part('index');
      return object && index ? { ...base, kind: 'index', base: expr(object), index: expr(index) } : other();
    }
    case 'call_expression': {
      const callee = part('function');
      const args = part('arguments');
      if (!callee || !args) return other();
      return { ...base, kind: 'call', callee: expr(callee), args: namedChildren(args).map(expr) };
    }
    case 'unary_expression':
    case 'pointer_expression': {
      const arg = part('argument');
      return arg ? { ...base, kind: 'unary', op: text(part('operator')), arg: expr(arg) } : other();
    }
    case 'update_expression': {
      const arg = part('argument');
      const operator = part('operator');
      if (!arg || !operator) return other();
      const op = text(operator);
      return { ...base, kind: 'unary', op: operator.start < arg.start ? op : `post${op}`, arg: expr(arg) };
    }
    case 'binary_expression':
    case 'assignment_expression': {
      const left = part('left');
      const right = part('right');
      if (!left || !right) return other();
      const kind = node.type === 'binary_expression' ? 'binary' : 'assign';
      const op = text(part('operator'));
      return { ...base, kind, op: op.startsWith('.') ? '...' : op, left: expr(left), right: expr(right) };
    }
    case 'conditional_expression': {
      const test = part('condition');
      const no = part('alternative');
      if (!test || !no) return other();
      const condition = expr(test);
      const yes = part('consequence');
      return { ...base, kind: 'conditional', test: condition, yes: yes ? expr(yes) : condition, no: expr(no) };
    }
    case 'cast_expression': {
      const type = part('type');
      const value = part('value');
      return type && value ? { ...base, kind: 'cast', type: descriptor(type, source), arg: expr(value) } : other();
    }
    case 'compound_literal_expression': {
      const type = part('type');
      const value = part('value');
      return type && value ? { ...base, kind: 'cast', type: descriptor(type, source), arg: expr(value) } : other();
    }
    case 'sizeof_expression': {
      const type = part('type');
      const of = type ? descriptor(type, source) : unwrap(text(part('value')));
      return { ...base, kind: 'sizeof', of };
    }
    case 'initializer_list':
      return { ...base, kind: 'list', items: namedChildren(node).map((child) => item(child, source)) };
    case 'comma_expression':
      return { ...base, kind: 'sequence', items: flattenComma(node).map(expr) };
    default:
      return other();
  }
}

function unwrap(text: string): string {
  return /^\(.*\)$/.test(text) ? text.slice(1, -1).trim() : text;
}

/** A type in a cast or `sizeof`, as written: `struct bio *`. */
function descriptor(node: Syntax, source: Source): string {
  const declarator = childOf(node, 'declarator');
  return declaratorType(typeText(node, source), declarator, source);
}

function item(node: Syntax, source: Source): InitItem {
  if (node.type !== 'initializer_pair') return { field: null, value: toExpr(node, source) };
  const value = childOf(node, 'value') ?? node;
  const names = node.children.filter((child) => child.field === 'designator');
  const path = names.map((name) => source.slice(name.start, name.end)).join('');
  return { field: path.replace(/^\./, ''), value: toExpr(value, source) };
}

/** The operands of a comma expression, left to right. */
export function flattenComma(node: Syntax): Syntax[] {
  const items: Syntax[] = [];
  let at: Syntax | undefined = node;
  while (at?.type === 'comma_expression') {
    const left = childOf(at, 'left');
    if (left) items.push(left);
    at = childOf(at, 'right');
  }
  if (at) items.push(at);
  return items;
}
