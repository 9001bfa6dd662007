import { clean } from './clean.js';

/** No line of a header should be longer; RFC 2047 says so for those with encoded words. */
const columns = 76;

/**
 * A header field, folded between its words. Words that are not ASCII are encoded (RFC 2047); white space in a word cannot
 * begin another field.
 */
export function encodeHeader(name: string, words: readonly string[], separator = ''): string[] {
  const lines: string[] = [];
  let current = `${name}:`;
  for (const [number, word] of joinEncoded(words.map((one) => clean(one.replace(/[\r\n]+/g, ' ')))).entries()) {
    const text = number < words.length - 1 ? word + separator : word;
    if (current.length + 1 + text.length > columns && current !== `${name}:`) {
      lines.push(current);
      current = ` ${text}`;
    } else {
      current += ` ${text}`;
    }
  }
  return [...lines, current];
}

/** `Name <address>` with the name quoted or encoded where it must be. */
export function encodeMailbox({ name, email }: { readonly name: string; readonly email: string }): string {
  const address = `<${clean(email).replace(/[\s<>]/g, '')}>`;
  const shown = clean(name.replace(/\s+/g, ' ')).trim();
  if (shown === '') return address.slice(1, -1);
  if (!isAscii(shown)) return `${encodeWords(shown)} ${address}`;
  return `${/^[\w !#$%&'*+/=?^`{|}~-]+$/.test(shown) ? shown : `"${shown.replace(/["\\]/g, '\\$&')}"`} ${address}`;
}

/** Between two encoded words white space is no text, so what belongs together is encoded together. */
function joinEncoded(words: readonly string[]): string[] {
  const out: string[] = [];
  let run: string[] = [];
  const end = (): void => {
    if (run.length > 0) out.push(...encodeWords(run.join(' ')).split(' '));
    run = [];
  };
  for (const word of words) {
    if (isAscii(word)) {
      end();
      out.push(word);
    } else {
      run.push(word);
    }
  }
  end();
  return out;
}

/** At most 75 characters each: 45 bytes are 60 in base64. */
function encodeWords(text: string): string {
  const encoder = new TextEncoder();
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (encoder.encode(piece + character).length > 42) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece].map((part) => `=?UTF-8?B?${base64(encoder.encode(part))}?=`).join(' ');
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
