import { flattenComma, toExpr } from './convert-expr.js';
import { declaratorType, declaredName, functionDeclarator, typeText } from './convert-type.js';
import { declaringMacros } from './dialect.js';
import type { Source } from './source.js';
import { childOf, namedChildren, type Syntax } from './syntax.js';
import type { Expr, Stmt } from './types.js';

/** The statements of a compound statement, or a single statement as a list. */
export function toBody(node: Syntax | undefined, source: Source): Stmt[] {
  if (!node) return [];
  if (node.type === 'compound_statement') return node.children.flatMap((child) => toStmts(child, source));
  return toStmts(node, source);
}

/** Converts one statement node. Labels, cases and declarations of several names give several statements. */
export function toStmts(node: Syntax, source: Source): Stmt[] {
  const range = source.range(node.start, node.end);
  const part = (field: string) => childOf(node, field);
  const body = (field: string) => toBody(part(field), source);
  switch (node.type) {
    case 'expression_statement': {
      const [inner] = namedChildren(node);
      return inner ? (declared(inner, range, source) ?? [expression(inner, range, source)]) : [];
    }
    case 'declaration':
      return declarations(node, source);
    case 'compound_statement':
      return [{ kind: 'block', range, body: toBody(node, source) }];
    case 'if_statement':
      return [branch(node, source)];
    case 'while_statement':
      return [whileLoop(node, source)];
    case 'do_statement':
      return [
        { kind: 'loop', form: 'do', range, init: [], test: condition(node, source), update: null, body: body('body') },
      ];
    case 'for_statement':
      return [forLoop(node, source)];
    case 'switch_statement':
      return [{ kind: 'switch', range, value: condition(node, source) ?? toExpr(node, source), body: body('body') }];
    case 'case_statement':
      return caseStatement(node, source);
    case 'labeled_statement': {
      const label = part('label');
      const name = label ? source.slice(label.start, label.end) : '';
      const rest = node.children.filter((child) => child !== label);
      const range = source.range(node.start, label?.end ?? node.end);
      return [{ kind: 'label', range, name }, ...rest.flatMap((child) => toStmts(child, source))];
    }
    case 'goto_statement': {
      const label = part('label');
      return [{ kind: 'goto', range, label: label ? source.slice(label.start, label.end) : '' }];
    }
    case 'return_statement': {
      const [value] = namedChildren(node);
      return [{ kind: 'return', range, value: value ? toExpr(value, source) : null }];
    }
    case 'break_statement':
      return [{ kind: 'break', range }];
    case 'continue_statement':
      return [{ kind: 'continue', range }];
    case 'preproc_if':
    case 'preproc_ifdef':
    case 'preproc_elif':
      return [config(node, source)];
    case 'attributed_statement':
      return namedChildren(node).flatMap((child) => toStmts(child, source));
    case 'ERROR':
    case 'gnu_asm_expression':
      return [{ kind: 'unparsed', range, text: source.slice(node.start, node.end) }];
    default:
      return [];
  }
}

/** The declarations that a macro like closure_type() comes to; null for any other expression. */
function declared(node: Syntax, range: Stmt['range'], source: Source): Stmt[] | null {
  if (node.type !== 'call_expression') return null;
  const call = toExpr(node, source);
  const made = call.kind === 'call' && call.callee.kind === 'name' ? declaringMacros.get(call.callee.name) : undefined;
  if (!made || call.kind !== 'call') return null;
  const filled = (text: string): string => text.replace(/\$(\d)/g, (_, n) => call.args[Number(n) - 1]?.text ?? '');
  const name = (text: string): Expr => ({ kind: 'name', name: filled(text), text: filled(text), range: call.range });
  return made.map((one): Stmt => {
    const args = one.container_of.map(name);
    const text = `container_of(${args.map((arg) => arg.text).join(', ')})`;
    const init: Expr = { kind: 'call', callee: name('container_of'), args, text, range: call.range };
    return { kind: 'decl', range, name: filled(one.name), type: filled(one.type), init, isStatic: false };
  });
}

function expression(node: Syntax, range: Stmt['range'], source: Source): Stmt {
  if (node.type === 'gnu_asm_expression') return { kind: 'unparsed', range, text: source.slice(node.start, node.end) };
  return { kind: 'expr', range, expr: toExpr(node, source) };
}

function condition(node: Syntax, source: Source): Expr | null {
  const test = childOf(node, 'condition');
  return test ? toExpr(test, source) : null;
}

/** Whether the source spells a statement's keyword as the parser saw it; if not, a macro stands there. */
function isKeyword(node: Syntax, keyword: string, source: Source): boolean {
  return new RegExp(`^${keyword}\\b`).test(source.plain.slice(node.start, node.start + keyword.length + 1));
}

/** The macro call behind a masked `while` or `if`: `list_for_each_entry(a, b, c)`. */
function macroCall(node: Syntax, source: Source): Expr {
  const test = childOf(node, 'condition');
  const end = test?.end ?? node.end;
  const name = /^\w+/.exec(source.plain.slice(node.start, end))?.[0] ?? '';
  const callee: Expr = {
    kind: 'name',
    name,
    text: name,
    range: source.range(node.start, node.start + name.length),
  };
  const hasArgs = !/^\w+\s*\(\s*\)/.test(source.plain.slice(node.start, end));
  const inner = hasArgs && test ? namedChildren(test)[0] : undefined;
  const args = inner ? flattenComma(inner).map((arg) => toExpr(arg, source)) : [];
  return { kind: 'call', callee, args, text: source.slice(node.start, end), range: source.range(node.start, end) };
}

function branch(node: Syntax, source: Source): Stmt {
  const range = source.range(node.start, node.end);
  const then = toBody(childOf(node, 'consequence'), source);
  if (!isKeyword(node, 'if', source)) {
    const call = macroCall(node, source);
    return { kind: 'block', range, body: [{ kind: 'expr', range: call.range, expr: call }, ...then] };
  }
  const alternative = childOf(node, 'alternative');
  const otherwise = (alternative?.children ?? []).flatMap((child) => toBody(child, source));
  return { kind: 'if', range, test: condition(node, source) ?? toExpr(node, source), then, otherwise };
}

function whileLoop(node: Syntax, source: Source): Stmt {
  const range = source.range(node.start, node.end);
  const body = toBody(childOf(node, 'body'), source);
  const isEach = !isKeyword(node, 'while', source);
  const test = isEach ? macroCall(node, source) : condition(node, source);
  return { kind: 'loop', form: isEach ? 'each' : 'while', range, init: [], test, update: null, body };
}

function forLoop(node: Syntax, source: Source): Stmt {
  const start = childOf(node, 'initializer');
  const update = childOf(node, 'update');
  let init: Stmt[] = [];
  if (start) {
    init =
      start.type === 'declaration'
        ? declarations(start, source)
        : [expression(start, source.range(start.start, start.end), source)];
  }
  return {
    kind: 'loop',
    form: 'for',
    range: source.range(node.start, node.end),
    init,
    test: condition(node, source),
    update: update ? toExpr(update, source) : null,
    body: toBody(childOf(node, 'body'), source),
  };
}

function caseStatement(node: Syntax, source: Source): Stmt[] {
  const value = childOf(node, 'value');
  const colon = node.children.find((child) => child.type === ':');
  const rest = node.children.filter((child) => child !== value && child.start >= (colon?.end ?? node.start));
  const range = source.range(node.start, colon?.end ?? node.end);
  const label: Stmt = { kind: 'case', range, value: value ? toExpr(value, source) : null };
  return [label, ...rest.flatMap((child) => toStmts(child, source))];
}

function config(node: Syntax, source: Source): Stmt {
  const alternative = childOf(node, 'alternative');
  const head = new Set(['condition', 'name', 'alternative']);
  const then = node.children.filter((child) => !head.has(child.field ?? '')).flatMap((child) => toStmts(child, source));
  let otherwise: Stmt[] = [];
  if (alternative) {
    otherwise =
      alternative.type === 'preproc_else'
        ? alternative.children.flatMap((child) => toStmts(child, source))
        : toStmts(alternative, source);
  }
  const line = /^\s*#\s*((?:[^\n\\]|\\\r?\n|\\.)*)/.exec(source.plain.slice(node.start, node.start + 2000))?.[1] ?? '';
  const test = line
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return { kind: 'config', range: source.range(node.start, node.end), test, then, otherwise };
}

/** The names a local declaration introduces, function prototypes left out. */
function declarations(node: Syntax, source: Source): Stmt[] {
  const base = typeText(node, source);
  const isStatic = node.children.some(
    (child) => child.type === 'storage_class_specifier' && source.slice(child.start, child.end) === 'static',
  );
  const result: Stmt[] = [];
  for (const declarator of node.children) {
    if (declarator.field !== 'declarator' || functionDeclarator(declarator)) continue;
    const name = declaredName(declarator);
    if (!name) continue;
    const value = declarator.type === 'init_declarator' ? childOf(declarator, 'value') : undefined;
    result.push({
      kind: 'decl',
      range: source.range(result.length === 0 ? node.start : declarator.start, declarator.end),
      name: source.slice(name.start, name.end),
      type: declaratorType(base, declarator, source),
      init: value ? toExpr(value, source) : null,
      isStatic,
    });
  }
  return result;
}
