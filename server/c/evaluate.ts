import { literal } from './convert-expr.js';

/** What a name or a function-like macro stands for; null when not known. */
export interface Meanings {
  /** The replacement text of a name. */
  name(name: string): string | null;
  /** Parameters and replacement text of a function-like macro. */
  macro(name: string): { readonly params: readonly string[]; readonly value: string } | null;
}

const precedence: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};
const token = /\s*(0[xX][\da-fA-F]+[uUlL]*|\d\w*|'(?:[^'\\]|\\.)+'|[A-Za-z_]\w*|\|\||&&|[=!<>]=|<<|>>|\S)/y;
const castType =
  /^\s*\(\s*(?:const\s+)?(?:(?:unsigned|signed|long|short|int|char|bool|size_t|gfp_t|u\d+|s\d+|__u\d+|__s\d+|__force|sector_t|blk_opf_t|blk_status_t|__bitwise)\s*)+\)/;
/** Nested macros deeper than this are taken for a loop. */
const deepest = 40;

class Unknown extends Error {}

/**
 * The value of a constant expression, or null when it cannot be told: an unknown name, `sizeof`, `offsetof`, a call
 * that is no macro in view, or a number beyond 2^53.
 */
export function evaluateText(text: string, meanings: Meanings): number | null {
  try {
    const value = new Evaluation(text, meanings, 0).all();
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return null;
    throw error;
  }
}

/** One pass over one text; a macro's replacement is a text of its own. */
class Evaluation {
  readonly #text: string;
  readonly #meanings: Meanings;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, meanings: Meanings, depth: number) {
    if (depth > deepest || text.length > 2000) throw new Unknown();
    this.#text = text;
    this.#meanings = meanings;
    this.#depth = depth;
  }

  all(): bigint {
    const value = this.#conditional();
    if (this.#peek() !== '') throw new Unknown();
    return value;
  }

  #peek(): string {
    token.lastIndex = this.#at;
    return token.exec(this.#text)?.[1] ?? '';
  }

  #next(): string {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (found) this.#at = token.lastIndex;
    return found?.[1] ?? '';
  }

  #expect(word: string): void {
    if (this.#next() !== word) throw new Unknown();
  }

  #conditional(): bigint {
    const test = this.#binary(1);
    if (this.#peek() !== '?') return test;
    this.#next();
    const yes = this.#peek() === ':' ? test : this.#conditional();
    this.#expect(':');
    const no = this.#conditional();
    return test !== 0n ? yes : no;
  }

  #binary(lowest: number): bigint {
    let left = this.#unary();
    for (;;) {
      const operator = this.#peek();
      const level = precedence[operator];
      if (level === undefined || level < lowest) return left;
      this.#next();
      left = apply(operator, left, this.#binary(level + 1));
    }
  }

  #unary(): bigint {
    const cast = castType.exec(this.#text.slice(this.#at));
    if (cast) {
      this.#at += cast[0].length;
      return this.#unary();
    }
    const word = this.#next();
    switch (word) {
      case '-':
        return -this.#unary();
      case '+':
        return this.#unary();
      case '~':
        return ~this.#unary();
      case '!':
        return this.#unary() === 0n ? 1n : 0n;
      case '(': {
        const value = this.#conditional();
        this.#expect(')');
        return value;
      }
      default:
        return this.#primary(word);
    }
  }

  #primary(word: string): bigint {
    const number = literal(word);
    if (number !== null) return BigInt(number);
    if (!/^[A-Za-z_]/.test(word)) throw new Unknown();
    if (this.#peek() === '(') return this.#macro(word, this.#arguments());
    if (word === 'true') return 1n;
    if (word === 'false' || word === 'NULL') return 0n;
    const value = this.#meanings.name(word);
    if (value === null || value === '') throw new Unknown();
    return new Evaluation(value, this.#meanings, this.#depth + 1).all();
  }

  #macro(name: string, args: readonly string[]): bigint {
    const macro = this.#meanings.macro(name);
    if (!macro || macro.params.length !== args.length) throw new Unknown();
    const values = new Map(macro.params.map((param, index) => [param, `(${args[index] ?? ''})`]));
    const text = macro.value.replace(/[A-Za-z_]\w*/g, (word) => values.get(word) ?? word);
    return new Evaluation(text, this.#meanings, this.#depth + 1).all();
  }

  #arguments(): string[] {
    this.#expect('(');
    const args: string[] = [];
    let depth = 0;
    let start = this.#at;
    for (;;) {
      const before = this.#at;
      const word = this.#next();
      if (word === '') throw new Unknown();
      if (depth === 0 && (word === ',' || word === ')')) {
        args.push(this.#text.slice(start, before).trim());
        start = this.#at;
        if (word === ')') return args.length === 1 && args[0] === '' ? [] : args;
      }
      if (word === '(') depth++;
      if (word === ')') depth--;
    }
  }
}

function apply(operator: string, left: bigint, right: bigint): bigint {
  const truth = (value: boolean) => (value ? 1n : 0n);
  switch (operator) {
    case '||':
      return truth(left !== 0n || right !== 0n);
    case '&&':
      return truth(left !== 0n && right !== 0n);
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '&':
      return left & right;
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '<<':
    case '>>':
      if (right < 0n || right > 63n) throw new Unknown();
      return operator === '<<' ? left << right : left >> right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (right === 0n) throw new Unknown();
      return operator === '/' ? left / right : left % right;
  }
}
