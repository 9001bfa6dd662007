import { fold, type Source } from './source.js';
import { childOf, type Syntax } from './syntax.js';
import type { Parameter } from './types.js';

const storage = new Set(['storage_class_specifier', 'attribute_specifier', 'attribute_declaration']);

/** The specifiers of a declaration, storage class and body left out: `const struct bio`. */
export function typeText(node: Syntax, source: Source): string {
  const words: string[] = [];
  for (const child of node.children) {
    if (child.field === 'declarator') break;
    if (storage.has(child.type) || /^[^\w]$|^(?:typedef|parameter_list)$/.test(child.type)) continue;
    if (child.field === 'type' || child.type === 'type_qualifier') words.push(specifier(child, source));
  }
  return words.join(' ');
}

function specifier(node: Syntax, source: Source): string {
  const kind = /^(struct|union|enum)_specifier$/.exec(node.type)?.[1];
  if (kind === undefined) return fold(source.masked.slice(node.start, node.end));
  const name = childOf(node, 'name');
  return name ? `${kind} ${source.slice(name.start, name.end)}` : kind;
}

/** The identifier inside a declarator, or undefined for an abstract one. */
export function declaredName(declarator: Syntax): Syntax | undefined {
  if (/^(?:identifier|field_identifier|type_identifier|primitive_type)$/.test(declarator.type)) return declarator;
  const inner = childOf(declarator, 'declarator');
  if (inner) return declaredName(inner);
  if (!/^(?:parenthesized|attributed)_declarator$/.test(declarator.type)) return undefined;
  for (const child of declarator.children) {
    const name = declaredName(child);
    if (name) return name;
  }
  return undefined;
}

/** A full type from specifiers and declarator, the name taken out: `struct bio` + `*bios[4]` → `struct bio *[4]`. */
export function declaratorType(base: string, declarator: Syntax | undefined, source: Source): string {
  if (!declarator) return base;
  const end =
    declarator.type === 'init_declarator' ? (childOf(declarator, 'declarator')?.end ?? declarator.end) : declarator.end;
  const name = declaredName(declarator);
  const text = name
    ? `${source.masked.slice(declarator.start, name.start)}${source.masked.slice(name.end, end)}`
    : source.masked.slice(declarator.start, end);
  const rest = fold(text).replace(/\* (?=[*)]|$)/g, '*');
  return rest === '' ? base : `${base} ${rest}`;
}

/** The function declarator inside a declarator, if it declares a function and not a pointer to one. */
export function functionDeclarator(declarator: Syntax): Syntax | undefined {
  if (declarator.type === 'function_declarator') {
    const inner = childOf(declarator, 'declarator');
    if (inner?.type === 'identifier') return declarator;
    if (
      inner?.type === 'parenthesized_declarator' &&
      !inner.children.some((child) => child.type === 'pointer_declarator')
    ) {
      return declarator;
    }
    return inner ? functionDeclarator(inner) : undefined;
  }
  const inner = childOf(declarator, 'declarator');
  return inner ? functionDeclarator(inner) : undefined;
}

/** The parameters of a function declarator; `void` alone and `...` are none. */
export function parametersOf(declarator: Syntax, source: Source): Parameter[] {
  const list = childOf(declarator, 'parameters');
  const params: Parameter[] = [];
  for (const child of list?.children ?? []) {
    if (child.type !== 'parameter_declaration') continue;
    const inner = childOf(child, 'declarator');
    const name = inner && declaredName(inner);
    const type = declaratorType(typeText(child, source), inner, source);
    if (type === 'void') continue;
    params.push({ name: name ? source.slice(name.start, name.end) : '', type });
  }
  return params;
}

/** What a function returns: specifiers, and the pointers around its declarator. */
export function returnTypeOf(node: Syntax, source: Source): string {
  let stars = '';
  for (let at = childOf(node, 'declarator'); at; at = childOf(at, 'declarator')) {
    if (at.type === 'function_declarator') break;
    if (at.type === 'pointer_declarator') stars += '*';
  }
  const base = typeText(node, source);
  return stars === '' ? base : `${base} ${stars}`;
}
