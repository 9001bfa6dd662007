import type { Range } from '../text.js';

/** A line with characters that are not shown, or that change how others are shown. */
export interface HiddenText {
  /** From the first of them to the last. */
  readonly range: Range;
  /** `U+202E (right-to-left override)`; each once, in the order of the line. */
  readonly what: readonly string[];
}

const names: ReadonlyMap<number, string> = new Map([
  [0x00ad, 'soft hyphen'],
  [0x061c, 'Arabic letter mark'],
  [0x115f, 'Hangul choseong filler'],
  [0x1160, 'Hangul jungseong filler'],
  [0x180e, 'Mongolian vowel separator'],
  [0x200b, 'zero width space'],
  [0x200c, 'zero width non-joiner'],
  [0x200d, 'zero width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x2028, 'line separator'],
  [0x2029, 'paragraph separator'],
  [0x202a, 'left-to-right embedding'],
  [0x202b, 'right-to-left embedding'],
  [0x202c, 'pop directional formatting'],
  [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'],
  [0x2060, 'word joiner'],
  [0x2066, 'left-to-right isolate'],
  [0x2067, 'right-to-left isolate'],
  [0x2068, 'first strong isolate'],
  [0x2069, 'pop directional isolate'],
  [0x3164, 'Hangul filler'],
  [0xfeff, 'zero width no-break space'],
  [0xffa0, 'halfwidth Hangul filler'],
]);

/** All format characters, line ends of other systems, fillers, and controls but for those that white space consists of. */
const hidden = /(?![\t\n\r\f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** Whether a text has any; quick. A byte order mark at its beginning is none. */
export function hasHiddenText(text: string): boolean {
  return text.replace(/^\ufeff/, '').search(hidden) >= 0;
}

/** The lines of a text that have such characters, in order. */
export function hiddenText(text: string): readonly HiddenText[] {
  if (!hasHiddenText(text)) return [];
  return text.split('\n').flatMap((line, index) => {
    const found = [...line.matchAll(hidden)].filter((match) => index > 0 || match.index > 0 || match[0] !== '\ufeff');
    const [first, last] = [found[0], found.at(-1)];
    if (!first || !last) return [];
    const range = {
      line: index + 1,
      column: first.index + 1,
      endLine: index + 1,
      endColumn: last.index + last[0].length + 1,
    };
    return [{ range, what: [...new Set(found.map(([character]) => named(character)))] }];
  });
}

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const name = names.get(code) ?? (code < 0xa0 ? 'control character' : 'format character');
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} (${name})`;
}
