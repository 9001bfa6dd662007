/** Neither bytes above ASCII nor the escape character that starts ISO-2022 sequences. */
const isAscii = (binary: string): boolean => !/[\u0080-\u00ff]/.test(binary) && !binary.includes('\u001b');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');

/** One character per byte, so that mail structure can be found before any charset is known. */
export function binaryString(bytes: Uint8Array): string {
  const step = 8192;
  let text = '';
  for (let at = 0; at < bytes.length; at += step) text += String.fromCharCode(...bytes.subarray(at, at + step));
  return text;
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Text of a byte string that names no charset: UTF-8 when it is valid, else Windows-1252, as git mailinfo guesses. */
export function decodeGuessing(binary: string): string {
  if (isAscii(binary)) return binary;
  const bytes = bytesOf(binary);
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

/** What an editor shows of a line: UTF-8, with replacement characters. */
export function shownText(binary: string): string {
  return isAscii(binary) ? binary : utf8Lenient.decode(bytesOf(binary));
}

/**
 * A decoder from byte strings to text for a MIME charset label. An unknown label, or one that says "ASCII" above 8-bit
 * text, is guessed line by line; so is UTF-8, since patches to old sources carry Latin-1 bytes inside UTF-8 mails.
 */
export function decoderFor(charset: string | undefined): (binary: string) => string {
  const label = charset?.trim().toLowerCase() ?? '';
  if (/^$|^utf-?8$|ascii$|^ansi_x3/.test(label)) return decodeGuessing;
  try {
    const decoder = new TextDecoder(label, { ignoreBOM: true });
    return (binary) => (isAscii(binary) ? binary : decoder.decode(bytesOf(binary)));
  } catch {
    return decodeGuessing;
  }
}

/** Text of UTF-16 data, whose lines cannot be found byte by byte; null when the label names another charset. */
export function decodeWide(binary: string, charset: string | undefined): string | null {
  const label = charset?.trim().toLowerCase() ?? '';
  if (!/^(utf-?16|ucs-?2|unicode)/.test(label)) return null;
  const bigEndian = /be$/.test(label) || binary.startsWith('\u00fe\u00ff');
  return new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le', { ignoreBOM: true }).decode(bytesOf(binary));
}
