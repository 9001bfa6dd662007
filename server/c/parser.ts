import { Language, Parser, type Tree } from 'web-tree-sitter';
import { type Converted, carryOver, type Placed } from './carry.js';
import { toFileParts } from './convert-file.js';
import { type Masked, mask } from './mask.js';
import { sourceOf } from './source.js';
import type { CFile } from './types.js';

/** The two WebAssembly files a parser is made of; a browser passes their bytes. */
export interface Wasm {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

/** Decides by a function's text whether its body is needed. */
export type Wants = (functionText: string) => boolean;

export interface Conversion {
  /** Function bodies are converted where this says so; all of them without it. */
  readonly wants?: Wants;
  /** Another version of the file, whose functions are taken over as they are where nothing about them differs. */
  readonly like?: CFile | null;
}

const nothing: ReadonlyMap<number, Placed> = new Map();

/** What files were converted from, as long as they are there. */
const conversions = new WeakMap<CFile, Converted>();

let language: Promise<Language> | null = null;

async function loadLanguage(wasm: Wasm | undefined): Promise<Language> {
  const files = wasm ?? (await import('#wasm')).loadWasm();
  // It looks for the file even so, beside a script that in a web worker has no address.
  await Parser.init({ wasmBinary: files.runtime, locateFile: (name: string) => name });
  return Language.load(files.grammar);
}

/**
 * Makes a parser. The WebAssembly is loaded once per process: from `wasm`, or in Node from beside the bundle or from
 * node_modules. Throws `UserError` when it is not there.
 */
export async function openParser(wasm?: Wasm): Promise<CParser> {
  language ??= loadLanguage(wasm);
  try {
    return new CParser(await language);
  } catch (error) {
    language = null;
    throw error;
  }
}

/** A longer text is not parsed: a tree may take two thousand times its size, and a parser that runs out of memory is lost. */
export const mostParsed = 750_000;

/** Parses C. Holds memory outside the JavaScript heap until `close`. */
export class CParser {
  readonly #parser = new Parser();
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
    this.#parser.setLanguage(language);
  }

  /** Reads a file. Never throws on any text. */
  parse(path: string, text: string, options: Conversion = {}): CFile {
    const masked = mask(text, options.wants ?? null);
    const tree = this.parseTree(masked);
    try {
      return this.convert(path, text, masked, tree, options);
    } finally {
      tree.delete();
    }
  }

  /** Parses masked text, reusing what `old` (edited to match) has in common with it. The caller deletes the tree. */
  parseTree(masked: Masked, old: Tree | null = null): Tree {
    this.#parser.reset();
    const { text } = masked;
    const tree = text.length > mostParsed ? this.#parser.parse('') : this.#parser.parse(text, old);
    if (!tree) throw new Error('tree-sitter returned no tree');
    return tree;
  }

  /** Turns a tree of `parseTree` into plain data. */
  convert(path: string, text: string, masked: Masked, tree: Tree, { wants, like }: Conversion = {}): CFile {
    const before = like && !wants ? conversions.get(like) : undefined;
    const carried = before ? carryOver(before, text, masked.text) : nothing;
    const functions = new Map<number, Placed>();
    const reading = { path, source: sourceOf(masked), language: this.#language, wants, carried, functions };
    const file: CFile = { path, text, ...toFileParts(tree.rootNode, masked.lexed, reading), known: null };
    if (!wants) conversions.set(file, { text, masked: masked.text, functions });
    return file;
  }

  /** Frees the parser's memory. */
  close(): void {
    this.#parser.delete();
  }
}
