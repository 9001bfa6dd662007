/**
 * Text of a source file: UTF-8, else Latin-1, in which every byte is a character, so that nothing is lost (kernel
 * files of the 2.6 years have Latin-1 names in comments).
 */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** Whether a file is C by its name; a search goes through no others. */
export const isSource = (path: string): boolean => /\.[ch]$/.test(path);

/** Larger files are no kernel source that anyone reviews. */
export const maxFileBytes = 32 * 1024 * 1024;
