import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Range } from '../text.js';
import { UserError } from '../text.js';
import { type Expression, parseExpression } from './expression.js';
import type { Section } from './references.js';

interface Mistake {
  readonly range: Range;
  readonly reason: string;
}

/** What is wrong with a scenario file, and where: one line for each mistake, which starts with `file:line:column`. */
export class ScenarioError extends UserError {
  readonly mistakes: readonly Mistake[];

  constructor(
    readonly file: string,
    mistakes: readonly Mistake[],
  ) {
    // What several parts of the file need is read by each of them.
    const different = new Map(mistakes.map((mistake) => [JSON.stringify(mistake), mistake]));
    const sorted = [...different.values()].sort(
      ({ range: left }, { range: right }) => left.line - right.line || left.column - right.column,
    );
    super(sorted.map(({ range, reason }) => `${file}:${range.line}:${range.column}: ${reason}`).join('\n'));
    this.mistakes = sorted;
  }
}

/** Reads every part, and if there are mistakes in some throws one ScenarioError with all of them. */
export function together<T>(parts: Iterable<() => T>): T[] {
  const errors: ScenarioError[] = [];
  const values: T[] = [];
  for (const read of parts)
    try {
      values.push(read());
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      errors.push(error);
    }
  const [first] = errors;
  if (first)
    throw new ScenarioError(
      first.file,
      errors.flatMap(({ mistakes }) => mistakes),
    );
  return values;
}

/** `together` for the parts of an object. */
export function allOf<T extends Readonly<Record<string, () => unknown>>>(
  parts: T,
): { readonly [K in keyof T]: ReturnType<T[K]> } {
  const entries = Object.entries(parts).map(
    ([key, read]) =>
      () =>
        [key, read()] as const,
  );
  return Object.fromEntries(together(entries)) as { readonly [K in keyof T]: ReturnType<T[K]> };
}

/** Characters of a file that is read: many times what a person writes. */
const mostCharacters = 128 * 1024;
/** Mistakes that are told of a text that is no YAML: each hunk of garbage is one. */
const mostMistakes = 50;

/** Parses a text, or the empty one in place of one that no person wrote. Keys that are there twice are no error. */
export function parseText(text: string, lineCounter = new LineCounter()): Document.Parsed {
  // The library compares each key of a mapping with each other one, and reads the whole line for each mistake in it.
  return parseDocument(text.trim().length > mostCharacters ? '' : text, {
    lineCounter,
    uniqueKeys: false,
    prettyErrors: false,
  });
}

/** A key as text; the empty one for a mapping or a list as a key, whose text would be exponential in its depth. */
export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

/** The keys of a document that the same mapping has before. */
function repeatedKeys(document: Document.Parsed): readonly { readonly name: string; readonly range: Node['range'] }[] {
  const repeated: { readonly name: string; readonly range: Node['range'] }[] = [];
  visit(document, {
    Map(_, { items }) {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) repeated.push({ name, range: key.range });
        known.add(name);
      }
    },
  });
  return repeated;
}

/** A value of a YAML document that knows its place. Each reading method throws ScenarioError if the value is of another kind. */
export class Field {
  private constructor(
    private readonly document: { readonly file: string; readonly lines: LineCounter; readonly root: Node | null },
    private readonly node: Node | null,
    private readonly name: string,
    private readonly fallback: Node | null,
  ) {}

  /** Parses a whole text. */
  static document(file: string, text: string): Field {
    const lines = new LineCounter();
    const parsed = parseText(text, lines);
    const field = new Field({ file, lines, root: parsed.contents }, parsed.contents, 'the file', parsed.contents);
    const { length } = text.trim();
    if (length > mostCharacters) return field.fail(`${length} characters: a file of at most ${mostCharacters} is read`);
    const mistakes = [
      ...parsed.errors.map(({ pos, message }) => ({ pos, reason: message.split('\n')[0] ?? '' })),
      ...repeatedKeys(parsed).map(({ name, range }) => ({
        pos: [range?.[0] ?? 0, range?.[1] ?? 0] as const,
        reason: `Map keys must be unique: "${name}"`,
      })),
    ].slice(0, mostMistakes);
    if (mistakes.length > 0)
      throw new ScenarioError(
        file,
        mistakes.map(({ pos, reason }) => ({ range: field.rangeOf(pos[0], pos[1]), reason })),
      );
    return field;
  }

  get present(): boolean {
    return this.node !== null && !(isScalar(this.node) && this.node.value === null);
  }

  get range(): Range {
    const range = (this.node ?? this.fallback)?.range;
    return range ? this.rangeOf(range[0], range[1]) : { line: 1, column: 1, endLine: 1, endColumn: 1 };
  }

  private rangeOf(start: number, end: number): Range {
    const from = this.document.lines.linePos(start);
    const to = this.document.lines.linePos(end);
    return { line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  }

  fail(reason: string): never {
    throw new ScenarioError(this.document.file, [{ range: this.range, reason }]);
  }

  private expected(kind: string): never {
    if (isAlias(this.node)) return this.fail(`${this.name}: expected ${kind}, not an alias of one elsewhere`);
    return this.fail(this.present ? `${this.name}: expected ${kind}` : `${this.name} is missing: expected ${kind}`);
  }

  /** The value of a key; absent keys give a field that is not present. */
  get(key: string): Field {
    if (!isMap(this.node)) return this.expected('a mapping');
    const value = this.node.get(key, true);
    return new Field(this.document, value === undefined ? null : (value as Node), key, this.node);
  }

  /** All keys with their values, in the order of the file. An absent field has none. */
  entries(): [string, Field][] {
    if (!this.present) return [];
    if (!isMap(this.node)) return this.expected('a mapping');
    return this.node.items.map((item) => {
      const key = keyText(item.key);
      return [key, new Field(this.document, item.value as Node | null, key, item.key as Node)];
    });
  }

  /** Checks that no key is unknown. */
  only(keys: readonly string[]): void {
    const unknown = this.entries().filter(([key]) => !keys.includes(key));
    together(
      unknown.map(([key, value]) => () => {
        new Field(this.document, null, key, value.fallback).fail(
          `unknown key "${key}": expected one of ${keys.join(', ')}`,
        );
      }),
    );
  }

  get isList(): boolean {
    return isSeq(this.node);
  }

  get isText(): boolean {
    return isScalar(this.node) && typeof this.node.value === 'string';
  }

  items(): Field[] {
    if (!this.present) return [];
    if (!isSeq(this.node)) return this.expected('a list');
    return this.node.items.map(
      (item, index) => new Field(this.document, item as Node, `${this.name}[${index}]`, this.node),
    );
  }

  /** The items of a list, or the one value alone. */
  list(): Field[] {
    return isSeq(this.node) || !this.present ? this.items() : [this];
  }

  text(fallback?: string): string {
    if (!this.present && fallback !== undefined) return fallback;
    if (!isScalar(this.node) || this.node.value === null) return this.expected('a text');
    return String(this.node.value);
  }

  /** A text that names an entry of a section, a key at the top of the file. */
  reference(section: Section): string {
    const text = this.text();
    const { root } = this.document;
    const entries = isMap(root) ? root.get(section, true) : null;
    const names = isMap(entries) ? entries.items.map(({ key }) => keyText(key)) : [];
    if (names.includes(text)) return text;
    const expected = names.length > 0 ? `expected one of ${names.join(', ')}` : `there are no ${section}`;
    return this.fail(`${this.name}: "${text}" is not in ${section}: ${expected}`);
  }

  integer(fallback: number): number {
    if (!this.present) return fallback;
    if (!isScalar(this.node) || !Number.isInteger(this.node.value)) return this.expected('a whole number');
    return Number(this.node.value);
  }

  flag(fallback: boolean): boolean {
    if (!this.present) return fallback;
    if (!isScalar(this.node) || typeof this.node.value !== 'boolean') return this.expected('true or false');
    return this.node.value;
  }

  choice<T extends string>(values: readonly T[], fallback: T): T {
    const text = this.text(fallback);
    const found = values.find((value) => value === text);
    return found ?? this.expected(`one of ${values.join(', ')}`);
  }

  /** `true` and `false` count as 1 and 0. */
  expression(fallback?: number): Expression {
    if (!this.present && fallback !== undefined) return { kind: 'number', value: fallback };
    return this.expressionOf(this.text());
  }

  /** Reads a part of this field's text as an expression. */
  expressionOf(text: string): Expression {
    if (text === 'true' || text === 'false') return { kind: 'number', value: Number(text === 'true') };
    try {
      return parseExpression(text);
    } catch (error) {
      return this.fail(error instanceof Error ? error.message : String(error));
    }
  }
}
