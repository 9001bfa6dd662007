/** Instructions as bytes; nested lists are written one after the other. */
export type Code = readonly (number | Code)[];

function unsigned(value: number): number[] {
  const low = value & 127;
  return value < 128 ? [low] : [low | 128, ...unsigned(Math.floor(value / 128))];
}

function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const done = rest === (low & 64 ? -1 : 0);
  return done ? [low] : [low | 128, ...signed(rest)];
}

/** An i32 constant. */
export const constant = (value: number): Code => [0x41, ...signed(value | 0)];

const binary =
  (opcode: number) =>
  (left: Code, right: Code): Code => [left, right, opcode];

export const equal = binary(0x46);
export const differ = binary(0x47);
export const less = binary(0x48);
export const lessUnsigned = binary(0x49);
export const more = binary(0x4a);
export const moreUnsigned = binary(0x4b);
export const atMost = binary(0x4c);
export const atLeast = binary(0x4e);
export const add = binary(0x6a);
export const subtract = binary(0x6b);
export const multiply = binary(0x6c);
export const divideUnsigned = binary(0x6e);
export const and = binary(0x71);
export const or = binary(0x72);
export const xor = binary(0x73);
export const shiftLeft = binary(0x74);
export const shiftRight = binary(0x76);
export const isZero = (value: Code): Code => [value, 0x45];

export const getLocal = (index: number): Code => [0x20, ...unsigned(index)];
export const setLocal = (index: number, value: Code): Code => [value, 0x21, ...unsigned(index)];
export const teeLocal = (index: number, value: Code): Code => [value, 0x22, ...unsigned(index)];
export const getGlobal = (index: number): Code => [0x23, ...unsigned(index)];
export const setGlobal = (index: number, value: Code): Code => [value, 0x24, ...unsigned(index)];

/** Reads and writes at `address + offset`; the address is not negative. */
export const load = (address: Code, offset = 0): Code => [address, 0x28, 0, ...unsigned(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  address,
  value,
  0x36,
  0,
  ...unsigned(offset),
];
export const storeByte = (address: Code, offset: number, value: Code): Code => [
  address,
  value,
  0x3a,
  0,
  ...unsigned(offset),
];
const loadLong = (address: Code, offset: number): Code => [address, 0x29, 0, ...unsigned(offset)];

/** True if as many 32-bit words are the same at two addresses. */
export function sameWords(left: Code, leftOffset: number, right: Code, rightOffset: number, words: number): Code {
  const parts = Array.from({ length: words >> 1 }, (_, pair): Code => {
    return [loadLong(left, leftOffset + 8 * pair), loadLong(right, rightOffset + 8 * pair), 0x51];
  });
  const last = 4 * (words - 1);
  if (words % 2 === 1) parts.push(equal(load(left, leftOffset + last), load(right, rightOffset + last)));
  // The first words differ almost always if any does, or none does: leave early only there.
  return parts.reduceRight<Code>((rest, part) => (rest.length === 0 ? part : choose(part, rest, constant(0))), []);
}

/** Copies 32-bit words, up to four at a time. */
export function copyWords(to: Code, toOffset: number, from: Code, fromOffset: number, words: number): Code {
  const code: Code[] = [];
  for (let done = 0; done < words; ) {
    const [size, loading, storing] =
      words - done >= 4 ? [4, [0xfd, 0], [0xfd, 11]] : words - done >= 2 ? [2, [0x29], [0x37]] : [1, [0x28], [0x36]];
    const [source, target] = [unsigned(fromOffset + 4 * done), unsigned(toOffset + 4 * done)];
    code.push([to, from, ...loading, 0, ...source, ...storing, 0, ...target]);
    done += size;
  }
  return code;
}

export const copyBytes = (to: Code, from: Code, count: Code): Code => [to, from, count, 0xfc, 10, 0, 0];
export const clearBytes = (to: Code, count: Code): Code => [to, constant(0), count, 0xfc, 11, 0];
/** Pages of 64 KB; growing gives -1 if that is not possible. */
export const memoryPages: Code = [0x3f, 0];
export const growMemory = (pages: Code): Code => [pages, 0x40, 0];

export const when = (condition: Code, yes: Code, no: Code = []): Code =>
  no.length > 0 ? [condition, 0x04, 0x40, yes, 0x05, no, 0x0b] : [condition, 0x04, 0x40, yes, 0x0b];
/** One of two values. */
export const choose = (condition: Code, yes: Code, no: Code): Code => [condition, 0x04, 0x7f, yes, 0x05, no, 0x0b];
export const repeatWhile = (condition: Code, body: Code): Code => [
  [0x02, 0x40, 0x03, 0x40],
  [isZero(condition), 0x0d, 1, body, 0x0c, 0],
  [0x0b, 0x0b],
];
export const call = (index: number): Code => [0x10, ...unsigned(index)];
export const giveBack = (value: Code = []): Code => [value, 0x0f];
export const drop: Code = [0x1a];

/** Runs the case of that number, or `otherwise` if it is null or none. A case goes on after the switch unless it returns. */
export function select(value: Code, cases: readonly (Code | null)[], otherwise: Code = []): Code {
  const present = cases.flatMap((code) => (code === null ? [] : [code]));
  let next = 0;
  const targets = cases.flatMap((code) => unsigned(code === null ? present.length : next++));
  const table: Code = [value, 0x0e, ...unsigned(cases.length), ...targets, ...unsigned(present.length)];
  const opened = present.reduce<Code>((inside, code, index) => {
    return [0x02, 0x40, inside, 0x0b, code, 0x0c, ...unsigned(present.length - index)];
  }, table);
  return [0x02, 0x40, 0x02, 0x40, opened, 0x0b, otherwise, 0x0b];
}

interface Signature {
  readonly parameters: number;
  readonly results: 0 | 1;
}

interface Defined extends Signature {
  locals: number;
  body: Code;
}

/** 64 KB short of 4 GB, so that a size in bytes fits 32 bits. */
const mostPages = 65535;

/** A WebAssembly module with one memory, in which every value is an i32. */
export class Module {
  private readonly imports: (Signature & { readonly name: string })[] = [];
  private readonly functions: Defined[] = [];
  private readonly globals: number[] = [];
  private readonly data: { readonly address: number; readonly values: readonly number[] }[] = [];
  private reserved = 0;
  private readonly exports: { readonly name: string; readonly index: number }[] = [];

  /** Declares a function of the host; all of them come before the first one of the module. */
  import(name: string, parameters: number, results: 0 | 1 = 0): number {
    return this.imports.push({ name, parameters, results }) - 1;
  }

  /** Declares a function, whose body may follow; gives the number to call it by. */
  function(parameters: number, results: 0 | 1): number {
    return this.imports.length + this.functions.push({ parameters, results, locals: 0, body: [] }) - 1;
  }

  /** Gives a function its body; local variables count after the parameters. */
  define(index: number, locals: number, body: Code): void {
    const declared = this.functions[index - this.imports.length];
    if (declared) Object.assign(declared, { locals, body });
  }

  export(name: string, index: number): void {
    this.exports.push({ name, index });
  }

  /** A variable of the whole module. */
  global(initial = 0): number {
    return this.globals.push(initial) - 1;
  }

  /** Sets memory aside; gives its address. */
  reserve(bytes: number): number {
    const address = this.reserved;
    this.reserved = (address + bytes + 63) & -64;
    return address;
  }

  /** Memory that begins with these numbers; gives its address. */
  table(values: readonly number[]): number {
    const address = this.reserve(4 * values.length);
    this.data.push({ address, values });
    return address;
  }

  /** The binary format; `pages` of memory to begin with. */
  bytes(pages: number): Uint8Array<ArrayBuffer> {
    const name = (text: string): Code => [text.length, ...new TextEncoder().encode(text)];
    const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
    const sized = (code: Code): Code => {
      const flat = flatten(code);
      return [unsigned(flat.length), flat];
    };
    const types = [...this.imports, ...this.functions].map(({ parameters, results }): Code => {
      return [0x60, list(Array.from({ length: parameters }, () => [0x7f])), list(results ? [[0x7f]] : [])];
    });
    const section = (id: number, items: readonly Code[]): Code => [id, sized(list(items))];
    const { length } = this.imports;
    return Uint8Array.from(
      flatten([
        [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        section(1, types),
        section(
          2,
          this.imports.map((host, index) => [name('host'), name(host.name), 0, unsigned(index)]),
        ),
        section(
          3,
          this.functions.map((_, index) => unsigned(length + index)),
        ),
        section(5, [[1, unsigned(pages), unsigned(mostPages)]]),
        section(
          6,
          this.globals.map((initial) => [0x7f, 1, constant(initial), 0x0b]),
        ),
        section(7, [
          [name('memory'), 2, 0],
          ...this.exports.map((exported): Code => [name(exported.name), 0, unsigned(exported.index)]),
        ]),
        section(
          10,
          this.functions.map(({ locals, body }) => sized([list([[unsigned(locals), 0x7f]]), body, 0x0b])),
        ),
        section(
          11,
          this.data.map(({ address, values }) => {
            const bytes = new Uint8Array(Int32Array.from(values).buffer);
            return [0, constant(address), 0x0b, unsigned(bytes.length), [...bytes]];
          }),
        ),
      ]),
    );
  }
}

function flatten(code: Code, into: number[] = []): number[] {
  for (const part of code)
    if (typeof part === 'number') into.push(part);
    else flatten(part, into);
  return into;
}
