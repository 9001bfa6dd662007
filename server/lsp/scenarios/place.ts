import { isMap, isPair, isSeq, type Node, type Pair, type Scalar, visit } from 'yaml';
import { keyText, parseText } from '../../model/yaml.js';

/** One step down into a scenario file: a key among the keys of a mapping, or an item of a list. */
export type Descent = { readonly keys: readonly string[]; readonly key: string } | { readonly index: number };

/** Where a cursor stands in a scenario file. */
export interface ScenarioPlace {
  /** A key of a mapping that is typed or read, or a value. */
  readonly role: 'key' | 'value';
  /** The way down to the mapping that has the key, or to the value. */
  readonly way: readonly Descent[];
  /** The other keys of the mapping; none for a value. */
  readonly siblings: readonly string[];
  /** The scalar at the cursor; empty where nothing stands yet. */
  readonly text: string;
  /** Offsets of the scalar in the text. */
  readonly start: number;
  readonly end: number;
  /** The entries of a section of the file: names that values can use. */
  readonly namesIn: (section: string) => readonly string[];
}

/** Where an offset lies in a scenario file as it stands; null between scalars. */
export function placeAt(text: string, offset: number): ScenarioPlace | null {
  const { contents } = parseText(text);
  let found: ScenarioPlace | null = null;
  visit(contents, {
    Scalar(key, node, ancestors) {
      if (!contains(node, offset)) return undefined;
      found = placeOf(key, node, ancestors.filter(isInTree), contents);
      return visit.BREAK;
    },
  });
  return found;
}

/** All keys and values of a text. */
export function placesIn(text: string): readonly ScenarioPlace[] {
  const { contents } = parseText(text);
  const found: ScenarioPlace[] = [];
  visit(contents, {
    Scalar(key, node, ancestors) {
      found.push(placeOf(key, node, ancestors.filter(isInTree), contents));
    },
  });
  return found;
}

/**
 * Where text typed at an offset would stand. A word is put in where there is none, and a colon after a word that is alone
 * on its line: YAML would take it for the beginning of a longer text.
 */
export function placeToComplete(text: string, offset: number): ScenarioPlace | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const before = text.slice(lineStart, offset);
  const after = text.slice(offset, lineEnd < 0 ? text.length : lineEnd);
  if (/(^|\s)#/.test(before)) return null;
  const [head = ''] = /[^\s{}[\],:'"#]*$/.exec(before) ?? [];
  const [tail = ''] = /^[^\s{}[\],:'"#]*/.exec(after) ?? [];
  const alone =
    /^\s*(- +)*$/.test(before.slice(0, before.length - head.length)) && after.slice(tail.length).trim() === '';
  const added = `${head + tail === '' ? 'x' : ''}${alone ? ':' : ''}`;
  const at = offset + tail.length;
  const place = placeAt(text.slice(0, at) + added + text.slice(at), offset);
  if (place === null) return null;
  const own = head + tail === '' ? { text: '', start: offset, end: offset } : {};
  return { ...place, ...own };
}

function contains({ range, source }: Scalar, offset: number): boolean {
  return source !== undefined && range != null && range[0] <= offset && offset <= range[1];
}

function isInTree(node: unknown): node is Node | Pair {
  return isMap(node) || isSeq(node) || isPair(node);
}

function placeOf(
  at: unknown,
  scalar: Scalar,
  ancestors: readonly (Node | Pair)[],
  contents: Node | null,
): ScenarioPlace {
  const role = at === 'key' ? 'key' : 'value';
  const chain = [...ancestors, scalar];
  const way: Descent[] = [];
  let own: readonly string[] = [];
  chain.forEach((node, depth) => {
    const next = chain[depth + 1];
    const last = depth === chain.length - 3;
    if (isSeq(node)) way.push({ index: node.items.indexOf(next) });
    else if (isMap(node) && isPair(next)) {
      const keys = keysOf(node);
      if (role === 'key' && last) own = keys;
      else way.push({ keys, key: keyText(next.key) });
    }
  });
  const [start = 0, end = 0] = scalar.range ?? [];
  const namesIn = (section: string): readonly string[] => {
    const entries = isMap(contents) ? contents.get(section, true) : null;
    return isMap(entries) ? keysOf(entries) : [];
  };
  return {
    role,
    way,
    // Made when it is asked for: of thousands of keys, each has all others.
    get siblings() {
      return own.filter((key) => key !== keyText(scalar));
    },
    text: scalar.source ?? '',
    start,
    end,
    namesIn,
  };
}

const known = new WeakMap<object, readonly string[]>();

function keysOf(map: { readonly items: readonly { readonly key: unknown }[] }): readonly string[] {
  const keys = known.get(map) ?? map.items.map(({ key }) => keyText(key));
  known.set(map, keys);
  return keys;
}
