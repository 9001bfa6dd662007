/**
 * Control characters would let a patch write to the reader's terminal, and bidirectional ones disguise code
 * (CVE-2021-42574). Both become visible.
 */
const unsafe = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line of text from a patch, made safe to print. Tabs stay. */
export function clean(text: string): string {
  return text.replace(unsafe, '\ufffd');
}

/** `text` with tabs expanded to multiples of 8, its first character standing in column `start` (0-based) of the line. */
export function expandTabs(text: string, start = 0): string {
  let column = start;
  let out = '';
  for (const char of text) {
    const piece = char === '\t' ? ' '.repeat(8 - (column % 8)) : char;
    out += piece;
    column += piece.length;
  }
  return out;
}

/** Text for HTML, in elements and in quoted attributes; what would not be seen is shown. */
export function escapeHtml(text: string): string {
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
