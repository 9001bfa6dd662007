/** Path names as diffs write them: C-quoted, prefixed, followed by a date, and not to be trusted. */

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Undoes git's C quoting of the name that begins at `start` (`"a/na\303\257ve"`).
 * @returns the name and the offset behind the closing quote, or null when there is no closing quote.
 */
export function unquote(text: string, start: number): { readonly name: string; readonly end: number } | null {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    const octal = /^\\([0-3][0-7]{2})/.exec(text.slice(at, at + 4))?.[1];
    if (octal !== undefined) {
      bytes.push(Number.parseInt(octal, 8));
      at += 4;
    } else if (text[at] === '\\') {
      const letter = text[at + 1] ?? '';
      bytes.push(...encoder.encode(escapes[letter] ?? letter));
      at += 2;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...encoder.encode(character));
      at += character.length;
    }
  }
  return text[at] === '"' ? { name: new TextDecoder().decode(Uint8Array.from(bytes)), end: at + 1 } : null;
}

/** Removes `count` leading components as `patch -pN` does; a name with fewer components keeps its last one. */
export function stripComponents(name: string, count: number): string {
  let at = 0;
  for (let left = count; left > 0; left--) {
    const slash = name.indexOf('/', at);
    if (slash < 0) {
      break;
    }
    at = slash + 1;
    while (name[at] === '/') {
      at++;
    }
  }
  return name.slice(at);
}

/**
 * Whether a path may be looked up below a tree's root: relative, no `..`, nothing in `.git`, no NUL, no separator or
 * drive of another system. Symbolic links are for the reader to check.
 */
export function isInsideTree(path: string): boolean {
  return (
    path !== '' &&
    !/[\0\\]/.test(path) &&
    !/^(\/|[A-Za-z]:)/.test(path) &&
    !path.split('/').some((part) => part === '..' || part === '.' || part === '' || part.toLowerCase() === '.git')
  );
}
