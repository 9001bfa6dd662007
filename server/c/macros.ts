import { blockForm, isSystemCall } from './annotations.js';
import { after, atFile, before, type Context, type Open, step, wordAt } from './brackets.js';
import { type Edit, overlay } from './lex.js';

/** A macro or function call met in the code: `name(`…`)`. Offsets of the name, both parentheses and what follows. */
interface Call {
  readonly name: string;
  readonly start: number;
  readonly open: number;
  readonly close: number;
  readonly next: number;
  readonly context: Context;
}

const keywords = new Set(
  'if while for switch return sizeof typeof else do case goto defined asm __asm__ _Generic alignof __alignof__ _Alignof'.split(
    ' ',
  ),
);
const primitives =
  'unsigned|signed|long|short|int|char|void|bool|_Bool|float|double|s?size_t|ptrdiff_t|u?intptr_t|u?int(?:8|16|32|64)_t';
const primitive = new RegExp(`^(?:${primitives})$`);
const typeArgument = new RegExp(
  `^(?:(?:const|volatile)\\s+)*(?:(?:struct|union|enum)\\s+\\w+|(?:${primitives})(?:\\s+(?:${primitives}))*)(?:\\s*\\*|\\s*const\\b)*$|^(?:const\\s+)?\\w+(?:\\s*\\*)+$|^const\\s+\\w+$`,
);

/**
 * Edits that make macro calls look like C: iterators become `while`, guards `if`, types in arguments one name, a
 * missing `;` goes into the white space after the call, file-scope macros go away, macro-made definitions get a head.
 */
export function macroEdits(code: string, matches: ReadonlyMap<number, number>): Edit[] {
  const edits: Edit[] = [];
  let open = atFile;
  const token = /[A-Za-z_]\w*|\d\w*|[()[\]{};]|\.\.\./g;
  for (let found = token.exec(code); found; found = token.exec(code)) {
    const word = found[0];
    const start = found.index;
    if (word === '...') {
      if (open.context === 'code') edits.push({ start, end: start + 3, text: ' + ' });
    } else if (word === ';') {
      if (open.context === 'paren' && !isForHead(code, open)) edits.push({ start, end: start + 1, text: ',' });
    } else if (word.length === 1 && !/\w/.test(word)) {
      open = step(code, start, open);
    } else if (word.startsWith('KERN_') && /[A-Za-z_]/.test(code.charAt(after(code, start + word.length)))) {
      edits.push(overlay(code, start, start + word.length));
    } else if (!keywords.has(word)) {
      const paren = after(code, start + word.length);
      const close = code.charAt(paren) === '(' ? matches.get(paren) : undefined;
      if (close === undefined || primitive.test(word)) continue;
      if (open.context !== 'code' && code.charAt(after(code, paren + 1)) === '*') continue;
      const next = after(code, close + 1);
      const call: Call = { name: word, start, open: paren, close, next, context: open.context };
      const skipTo = callEdits(code, call, edits);
      if (skipTo !== null) token.lastIndex = skipTo;
    }
  }
  return edits;
}

function isForHead(code: string, open: Open): boolean {
  return code.charAt(open.offset) === '(' && wordAt(code, before(code, open.offset)) === 'for';
}

/** Adds the edits for one call; returns where to go on when the call was blanked as a whole, else null. */
function callEdits(code: string, call: Call, edits: Edit[]): number | null {
  if (call.context === 'file') {
    const skipTo = fileScope(code, call, edits);
    if (skipTo !== null) return skipTo;
  }
  const starts = startsStatement(code, call);
  if (call.context === 'struct') return starts ? structMember(code, call, edits) : null;
  const last = code.charAt(before(code, call.start));
  if ((call.context === 'enum' || call.context === 'init') && /[{,)]/.test(last)) {
    listItem(code, call, edits);
  } else if (call.context === 'code') {
    if (starts) statement(code, call, edits);
    else staticMacro(code, call, edits);
  }
  if (starts || isOperand(code, call)) typeArguments(code, call, edits);
  return null;
}

/** Whether a call begins a statement: something that ends one, or a control statement's head, comes before it. */
function startsStatement(code: string, call: Call): boolean {
  const last = before(code, call.start);
  const char = code.charAt(last);
  if (last < 0 || ';{}'.includes(char)) return true;
  if (char === ':') return call.context === 'code' && !/\?[^;{}]*$/.test(code.slice(Math.max(0, last - 120), last));
  if (char === ')') return call.context === 'code';
  return /^(?:else|do)$/.test(wordAt(code, last));
}

function isOperand(code: string, call: Call): boolean {
  const last = before(code, call.start);
  if ('=(,[?:&|+-/<>!~%^'.includes(code.charAt(last))) return true;
  if (code.charAt(last) === '*' || code.charAt(last) === ')') return call.context !== 'file';
  return /^(?:return|else|do|case)$/.test(wordAt(code, last));
}

/** `MODULE_LICENSE(…);`, `static DEFINE_MUTEX(x);`, `SHOW(x) {`: macros at file scope. */
function fileScope(code: string, call: Call, edits: Edit[]): number | null {
  const last = before(code, call.start);
  const head = /[^;{}]*$/.exec(code.slice(Math.max(0, call.start - 60), call.start))?.[0] ?? '';
  const bare = last < 0 || ';{}'.includes(code.charAt(last)) || edits.at(-1)?.end === last + 1;
  const capitals = /^[A-Z][A-Z0-9_]+$/.test(call.name);
  if (!bare && !(capitals && /^\s*(?:(?:static|const|extern|inline)\s+)+$/.test(head))) return null;
  const start = bare ? call.start : call.start - head.trimStart().length;
  const follows = code.charAt(call.next);
  if (follows === '{') {
    if (capitals) edits.push(definition(code, call, start));
    return null;
  }
  if (follows === '=' || follows === '[') {
    const end = code.indexOf(';', call.close);
    edits.push(overlay(code, start, end < 0 ? code.length : end));
    return end < 0 ? code.length : end;
  }
  if (follows !== ';' && !/[\w}#]/.test(follows) && call.next < code.length) return null;
  edits.push(overlay(code, start, follows === ';' ? call.next + 1 : call.close + 1));
  return follows === ';' ? call.next + 1 : call.close + 1;
}

/** `SHOW(x)` → `int  x `, `SYSCALL_DEFINE2(x, int, a, int, b)` → `long x(int a, int b)`. */
function definition(code: string, call: Call, start: number): Edit {
  const end = call.close + 1;
  const inside = code.slice(call.open + 1, call.close);
  const head = 'int '.padEnd(call.open + 1 - start);
  if (!isSystemCall(call.name)) {
    const name = /^\s*\w+/.exec(inside)?.[0] ?? '';
    return overlay(code, start, end, head + name);
  }
  let comma = 0;
  const text = inside.replace(/,/g, () => (comma++ === 0 ? '(' : comma % 2 === 1 ? ',' : ' '));
  const close = comma === 0 ? ' ' : ')';
  return { start, end, text: `${head}${text}${close}` };
}

/** Members that a macro makes: bitmaps and flexible arrays keep name and type, groups their members; the rest goes. */
function structMember(code: string, call: Call, edits: Edit[]): number | null {
  const comma = code.indexOf(',', call.open);
  const single = comma > 0 && comma < call.close;
  if (call.name === 'DECLARE_BITMAP' && single) {
    edits.push(overlay(code, call.start, call.open + 1, 'unsigned long'));
    edits.push(overlay(code, comma, comma + 1, '['), overlay(code, call.close, call.close + 1, ']'));
    return call.close;
  }
  if (call.name === 'DECLARE_FLEX_ARRAY' && single) {
    edits.push(overlay(code, call.start, call.open + 1), overlay(code, comma, comma + 1, '*'));
    edits.push(overlay(code, call.close, call.close + 1));
    return call.close;
  }
  if (/^struct_group/.test(call.name) && single) {
    const skipped = { struct_group: 1, struct_group_attr: 2, struct_group_tagged: 2 }[call.name] ?? 1;
    const body = skipped === 2 ? code.indexOf(',', comma + 1) : comma;
    edits.push(overlay(code, call.start, body + 1), overlay(code, call.close, call.next + 1));
    return body + 1;
  }
  const semicolon = code.indexOf(';', call.close);
  const end = /[;[]/.test(code.charAt(call.next)) && semicolon > 0 ? semicolon + 1 : call.close + 1;
  edits.push(overlay(code, call.start, end));
  return end;
}

/** `FOR_ALL_ZONES(PGALLOC)` among enumerators goes; in an initialiser a macro without comma after it gets one. */
function listItem(code: string, call: Call, edits: Edit[]): void {
  const follows = code.charAt(call.next);
  if (call.context === 'enum') edits.push(overlay(code, call.start, follows === ',' ? call.next + 1 : call.close + 1));
  else if (/[\w&]/.test(follows) && call.next > call.close + 1) insertAfter(code, call, ',', edits);
}

/** `static DEFINE_RATELIMIT_STATE(…);` inside a function: the macro holds the type, so `static` has nothing to stand at. */
function staticMacro(code: string, call: Call, edits: Edit[]): void {
  const last = before(code, call.start);
  if (wordAt(code, last) === 'static') edits.push(overlay(code, last - 'static'.length + 1, last + 1));
}

/** A call where a statement is expected: one with a body, or one that lacks its `;`. */
function statement(code: string, call: Call, edits: Edit[]): void {
  const follows = code.charAt(call.next);
  const form = blockForm(call.name);
  const isBlock = follows === '{' || (form !== null && !/[;,.)=?:&|+\-*/<>[\]]/.test(follows) && follows !== '');
  if (isBlock) {
    if (after(code, call.open + 1) === call.close) {
      edits.push(overlay(code, call.start, call.close + 1, 'if(1)'));
    } else {
      const keyword = form === 'loop' && call.name.length >= 5 ? 'while' : 'if';
      edits.push(overlay(code, call.start, call.start + call.name.length, keyword));
    }
  } else if (/[\w}]/.test(follows)) {
    insertAfter(code, call, ';', edits);
  }
}

/** Puts a separator into the white space after a call, or, where there is only a newline, over the parentheses. */
function insertAfter(code: string, call: Call, separator: ',' | ';', edits: Edit[]): void {
  const room = code.slice(call.close + 1, call.next).search(/[^\n]/);
  if (room >= 0) {
    const at = call.close + 1 + room;
    edits.push({ start: at, end: at + 1, text: separator });
  } else if (call.close > call.open + 1) {
    edits.push({ start: call.open, end: call.open + 1, text: ',' });
    edits.push({ start: call.close, end: call.close + 1, text: separator });
  } else {
    edits.push({ start: call.open, end: call.close + 1, text: `${separator} ` });
  }
}

/** Turns arguments that are types into one name: `container_of(p, struct foo, m)` → `container_of(p, struct_foo, m)`. */
function typeArguments(code: string, call: Call, edits: Edit[]): void {
  const isOffset = call.name === 'offsetof' || call.name === '__builtin_offsetof';
  if (isOffset) edits.push(overlay(code, call.start, call.start + call.name.length, call.name.replace('of', 'Of')));
  for (const { start, end } of topLevelArguments(code, call.open + 1, call.close)) {
    const text = code.slice(start, end);
    if (text === '') {
      const comma = before(code, start);
      if (code.charAt(comma) === ',') edits.push(overlay(code, comma, comma + 1));
    }
    if (text.includes('\n') || !typeArgument.test(text)) continue;
    const joined = text.replace(/\W/g, '_');
    edits.push({
      start,
      end,
      text: primitive.test(joined) ? joined.charAt(0).toUpperCase() + joined.slice(1) : joined,
    });
  }
}

function* topLevelArguments(code: string, from: number, to: number): Generator<{ start: number; end: number }> {
  let depth = 0;
  let start = from;
  for (let at = from; at <= to; at++) {
    const char = code.charAt(at);
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && at < to) depth--;
    if (at === to || (char === ',' && depth === 0)) {
      const first = after(code, start);
      yield { start: first, end: Math.max(first, before(code, at) + 1) };
      start = at + 1;
    }
  }
}
