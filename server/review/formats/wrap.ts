/**
 * Breaks lines that are longer than `columns` at their spaces. Shorter lines stay as they are, and so do those that mean
 * something as they stand: indented ones (code, traces) and quotes. A list item continues under its text.
 */
export function wrap(text: string, columns: number): string[] {
  return text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split('\n')
    .flatMap((line) => wrapLine(line.trimEnd(), columns));
}

function wrapLine(line: string, columns: number): string[] {
  if (line.length <= columns || /^(?:\s|>)/.test(line)) return [line];
  const marker = /^(?:[-*]|\d+[.)])\s+/.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(marker.length);
  const lines: string[] = [];
  let current = marker;
  let empty = true;
  for (const word of line.slice(marker.length).split(/\s+/)) {
    if (!empty && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = indent + word;
    } else {
      current += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, current];
}
