import { binaryString, decodeGuessing } from './charset.js';

/**
 * Text of a source file: UTF-8, else each line as the lines of a patch are read, so that both agree on the Latin-1
 * names in old kernel files.
 */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return binaryString(bytes).split('\n').map(decodeGuessing).join('\n');
  }
}

/** Whether a file is C by its name; a search goes through no others. */
export const isSource = (path: string): boolean => /\.[ch]$/.test(path);

/** Larger files are no kernel source that anyone reviews. */
export const maxFileBytes = 32 * 1024 * 1024;
