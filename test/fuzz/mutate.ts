import type { Random } from './random.js';

/** What readers of text have stumbled over since there are any: ends, encodings, numbers, names. One character per byte. */
const nasty: readonly [string, ...string[]] = [
  '\0',
  '\r',
  '\r\n',
  '\n\n',
  '\t',
  '\x1b[2J',
  '\x80',
  '\xff\xfe',
  '\xef\xbb\xbf',
  '\xe2\x80\xae',
  '\xe2\x80\x8b',
  '\xed\xa0\x80',
  '\xf0\x9f\x98\x80',
  '0',
  '-1',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
  '1e999',
  'NaN',
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  '/dev/null',
  '--upload-pack=id',
  '<img src=x onerror=alert(1)>',
  '[x](command:rescuer.simulate)',
  '%00',
  '(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((',
  '{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{',
];

const numbers: readonly [string, ...string[]] = [
  '0',
  '1',
  '-1',
  '2',
  '7',
  '1000',
  '65536',
  '2147483647',
  '99999999999',
];

export interface Material {
  /** Inputs that were worth keeping. */
  readonly corpus: readonly [string, ...string[]];
  /** Words that mean something to the reader at hand. */
  readonly words: readonly [string, ...string[]];
}

type Mutator = (text: string, random: Random, material: Material) => string;

const cut = (text: string, from: number, to: number, put = ''): string => text.slice(0, from) + put + text.slice(to);

function span(text: string, random: Random, longest: number): [number, number] {
  const from = random.below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + random.below(longest))];
}

/** Start and end of a line, its line feed included. */
function line(text: string, random: Random): [number, number] {
  const from = text.lastIndexOf('\n', random.below(text.length + 1)) + 1;
  const end = text.indexOf('\n', from);
  return [from, end < 0 ? text.length : end + 1];
}

const mutators: readonly [Mutator, ...Mutator[]] = [
  (text, random) => {
    const [from, to] = span(text, random, 1);
    return cut(text, from, to, String.fromCharCode(random.below(256)));
  },
  (text, random) => cut(text, ...span(text, random, 16)),
  (text, random) => cut(text, ...span(text, random, 400)),
  (text, random) => {
    const [from, to] = span(text, random, 60);
    const at = random.below(text.length + 1);
    return cut(text, at, at, text.slice(from, to));
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return cut(text, at, at, random.pick(nasty));
  },
  (text, random, { words }) => {
    const at = random.below(text.length + 1);
    return cut(text, at, at, random.pick(words));
  },
  (text, random, { words }) => {
    const [from, to] = span(text, random, 12);
    return cut(text, from, to, random.pick(words));
  },
  (text, random) => cut(text, ...line(text, random)),
  (text, random) => {
    const [from, to] = line(text, random);
    return cut(text, from, from, text.slice(from, to));
  },
  (text, random) => {
    const [from, to] = line(text, random);
    const at = line(text, random)[0];
    return cut(text, at, at, text.slice(from, to));
  },
  (text, random, { words }) => {
    const [from, to] = line(text, random);
    return cut(text, from, to, `${random.pick(words)}\n`);
  },
  (text, random) => {
    const found = [...text.matchAll(/\d+/g)];
    const chosen = found[random.below(found.length || 1)];
    if (!chosen) return text;
    return cut(text, chosen.index, chosen.index + chosen[0].length, random.pick(numbers));
  },
  (text, random, { corpus }) => {
    const other = random.pick(corpus);
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1));
  },
  (text, random, { corpus }) => {
    const other = random.pick(corpus);
    const [from, to] = span(other, random, 200);
    const at = random.below(text.length + 1);
    return cut(text, at, at, other.slice(from, to));
  },
];

/** One in so many inputs repeats a part of itself until it is large: what takes time by the square shows only there. */
const oneLargeIn = 2000;
const large = 100_000;

/** A damaged copy of one of the corpus, at most `longest` characters but for the rare large ones. One character per byte. */
export function mutate(random: Random, material: Material, longest: number): string {
  let text = random.pick(material.corpus);
  for (let left = 1 + random.below(5); left > 0; left--) text = random.pick(mutators)(text, random, material);
  text = text.slice(0, longest);
  if (random.below(oneLargeIn) > 0) return text;
  const [from, to] = random.below(2) === 0 ? span(text, random, 40) : line(text, random);
  const part = text.slice(from, to);
  return part === '' ? text : cut(text, from, to, part.repeat(Math.ceil((large - text.length) / part.length)));
}

/** The words of some texts, for `Material.words`. */
export function wordsOf(texts: readonly string[]): [string, ...string[]] {
  const words = new Set(texts.flatMap((text) => text.match(/[\w$][\w.-]*:?|[^\w\s]{1,4}|^.{1,60}$/gm) ?? []));
  return ['x', ...words];
}
