import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { UserError } from '../text.js';
import type { Wasm } from './parser.js';

/** Reads one WebAssembly file: beside the bundle when installed, else from the package in node_modules. */
function load(packageName: string, file: string): Uint8Array {
  const beside = fileURLToPath(new URL(file, import.meta.url));
  if (existsSync(beside)) return readFileSync(beside);
  try {
    return readFileSync(createRequire(import.meta.url).resolve(`${packageName}/${file}`));
  } catch {
    throw new UserError(`${file} is missing beside ${fileURLToPath(import.meta.url)}: reinstall rescuer.`);
  }
}

/** The parser's runtime and the C grammar, for Node. Throws `UserError` when the installation lacks them. */
export function loadWasm(): Wasm {
  return {
    runtime: load('web-tree-sitter', 'web-tree-sitter.wasm'),
    grammar: load('tree-sitter-c', 'tree-sitter-c.wasm'),
  };
}
