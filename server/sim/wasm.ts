/** Instructions: one character per byte, so that parts are put together cheaply; a list is written one after the other. */
export type Code = string | readonly Code[];

const flat = (code: Code): string => (typeof code === 'string' ? code : code.map(flat).join(''));
const byte = String.fromCharCode;

function unsigned(value: number): string {
  return value < 128 ? byte(value) : byte((value & 127) | 128) + unsigned(Math.floor(value / 128));
}

function signed(value: number): string {
  const rest = value >> 6;
  return rest === 0 || rest === -1 ? byte(value & 127) : byte((value & 127) | 128) + signed(value >> 7);
}

/** An i32 constant. */
export const constant = (value: number): Code => `\x41${signed(value | 0)}`;

const binary =
  (opcode: string) =>
  (left: Code, right: Code): Code =>
    flat(left) + flat(right) + opcode;

export const equal = binary('\x46');
export const differ = binary('\x47');
export const less = binary('\x48');
export const lessUnsigned = binary('\x49');
export const more = binary('\x4a');
export const moreUnsigned = binary('\x4b');
export const atMost = binary('\x4c');
export const atLeast = binary('\x4e');
export const add = binary('\x6a');
export const subtract = binary('\x6b');
export const multiply = binary('\x6c');
export const divideUnsigned = binary('\x6e');
export const and = binary('\x71');
export const or = binary('\x72');
export const xor = binary('\x73');
export const shiftLeft = binary('\x74');
export const shiftRight = binary('\x76');
export const isZero = (value: Code): Code => `${flat(value)}\x45`;

export const getLocal = (index: number): Code => `\x20${unsigned(index)}`;
export const setLocal = (index: number, value: Code): Code => `${flat(value)}\x21${unsigned(index)}`;
export const teeLocal = (index: number, value: Code): Code => `${flat(value)}\x22${unsigned(index)}`;
export const getGlobal = (index: number): Code => `\x23${unsigned(index)}`;
export const setGlobal = (index: number, value: Code): Code => `${flat(value)}\x24${unsigned(index)}`;

/** Reads and writes at `address + offset`; the address is not negative. */
export const load = (address: Code, offset = 0): Code => `${flat(address)}\x28\0${unsigned(offset)}`;
export const store = (address: Code, offset: number, value: Code): Code =>
  `${flat(address)}${flat(value)}\x36\0${unsigned(offset)}`;
export const storeByte = (address: Code, offset: number, value: Code): Code =>
  `${flat(address)}${flat(value)}\x3a\0${unsigned(offset)}`;
const loadLong = (address: Code, offset: number): Code => `${flat(address)}\x29\0${unsigned(offset)}`;

/** True if as many 32-bit words are the same at two addresses. */
export function sameWords(left: Code, leftOffset: number, right: Code, rightOffset: number, words: number): Code {
  const parts = Array.from({ length: words >> 1 }, (_, pair): Code => {
    return [loadLong(left, leftOffset + 8 * pair), loadLong(right, rightOffset + 8 * pair), '\x51'];
  });
  const last = 4 * (words - 1);
  if (words % 2 === 1) parts.push(equal(load(left, leftOffset + last), load(right, rightOffset + last)));
  return parts.reduceRight<Code>((rest, part) => (rest.length === 0 ? part : choose(part, rest, constant(0))), []);
}

/** Instructions that load and store so many words at once. */
const moves = [
  { words: 4, loading: '\xfd\0', storing: '\xfd\x0b' },
  { words: 2, loading: '\x29', storing: '\x37' },
  { words: 1, loading: '\x28', storing: '\x36' },
] as const;

/** Copies 32-bit words, up to four at a time. */
export function copyWords(to: Code, toOffset: number, from: Code, fromOffset: number, words: number): Code {
  const [target, source] = [flat(to), flat(from)];
  let code = '';
  let done = 0;
  for (const move of moves)
    for (; words - done >= move.words; done += move.words) {
      code += `${target}${source}${move.loading}\0${unsigned(fromOffset + 4 * done)}`;
      code += `${move.storing}\0${unsigned(toOffset + 4 * done)}`;
    }
  return code;
}

export const copyBytes = (to: Code, from: Code, count: Code): Code => [to, from, count, '\xfc\x0a\0\0'];
export const clearBytes = (to: Code, count: Code): Code => [to, constant(0), count, '\xfc\x0b\0'];
/** Pages of 64 KB; growing gives -1 if that is not possible. */
export const memoryPages: Code = '\x3f\0';
export const growMemory = (pages: Code): Code => [pages, '\x40\0'];

export const when = (condition: Code, yes: Code, no: Code = ''): Code => {
  const otherwise = flat(no);
  return `${flat(condition)}\x04\x40${flat(yes)}${otherwise === '' ? '' : `\x05${otherwise}`}\x0b`;
};
/** One of two values. */
export const choose = (condition: Code, yes: Code, no: Code): Code =>
  `${flat(condition)}\x04\x7f${flat(yes)}\x05${flat(no)}\x0b`;
export const repeatWhile = (condition: Code, body: Code): Code =>
  `\x02\x40\x03\x40${flat(isZero(condition))}\x0d\x01${flat(body)}\x0c\0\x0b\x0b`;
export const call = (index: number): Code => `\x10${unsigned(index)}`;
export const giveBack = (value: Code = ''): Code => [value, '\x0f'];

/** Runs the case of that number, or `otherwise` if it is null or none. A case goes on after the switch unless it returns. */
export function select(value: Code, cases: readonly (Code | null)[], otherwise: Code = ''): Code {
  const present = cases.flatMap((code) => (code === null ? [] : [flat(code)]));
  let next = 0;
  const targets = cases.map((code) => unsigned(code === null ? present.length : next++)).join('');
  const table = `${flat(value)}\x0e${unsigned(cases.length)}${targets}${unsigned(present.length)}`;
  const bodies = present.map((code, index) => `\x0b${code}\x0c${unsigned(present.length - index)}`).join('');
  return `${'\x02\x40'.repeat(present.length + 2)}${table}${bodies}\x0b${flat(otherwise)}\x0b`;
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
    return this.imports.length + this.functions.push({ parameters, results, locals: 0, body: '' }) - 1;
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
    const sized = (code: Code): string => {
      const text = flat(code);
      return unsigned(text.length) + text;
    };
    const list = (items: readonly Code[]): Code => [unsigned(items.length), items];
    const section = (id: number, items: readonly Code[]): Code => [byte(id), sized(list(items))];
    const { imports, functions, globals, exports, data } = this;
    const host = sized('host');
    const sections = [
      '\0asm\x01\0\0\0',
      section(
        1,
        [...imports, ...functions].map(({ parameters, results }) => [
          '\x60',
          unsigned(parameters) + '\x7f'.repeat(parameters),
          unsigned(results) + '\x7f'.repeat(results),
        ]),
      ),
      section(
        2,
        imports.map(({ name }, index) => [host, sized(name), '\0', unsigned(index)]),
      ),
      section(
        3,
        functions.map((_, index) => unsigned(imports.length + index)),
      ),
      section(5, [['\x01', unsigned(pages), unsigned(mostPages)]]),
      section(
        6,
        globals.map((initial) => ['\x7f\x01', constant(initial), '\x0b']),
      ),
      section(7, [
        [sized('memory'), '\x02\0'],
        ...exports.map(({ name, index }) => [sized(name), '\0', unsigned(index)]),
      ]),
      section(
        10,
        functions.map(({ locals, body }) => sized(['\x01', unsigned(locals), '\x7f', body, '\x0b'])),
      ),
      section(
        11,
        data.map(({ address, values }) => {
          const bytes = new Uint8Array(Int32Array.from(values).buffer);
          return ['\0', constant(address), '\x0b', unsigned(bytes.length), Array.from(bytes, (value) => byte(value))];
        }),
      ),
    ];
    const text = flat(sections);
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index);
    return bytes;
  }
}
