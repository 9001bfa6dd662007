import { filesBefore } from '../../series/stack.js';
import type { FileImage, Patch, Series, Side, Stack } from '../../series/types.js';

/** The file as a patch finds it (`old`) or leaves it; null where it does not exist. `patch` is the patch's number. */
export function imageIn(stack: Stack, patch: number, side: Side, path: string): FileImage | null {
  const place = stack.series.patches.findIndex(({ index }) => index === patch);
  if (place < 0) return null;
  const files = side === 'old' ? filesBefore(stack, place) : stack.states[place + 1]?.files;
  return files?.get(path) ?? null;
}

/**
 * The text of an image to read. Each run of lines above a hunk that no hunk shows ends with a line that says so; as such a
 * run is as long before a patch as after it, both sides of a diff say the same.
 */
export function textOfImage({ text, known, sections }: FileImage): string {
  if (known === null) return text;
  const lines = text.split('\n');
  let next = 1;
  for (const { line, endLine } of known) {
    if (line > next) {
      const section = sections.find((one) => one.line === line)?.text ?? '';
      lines[line - 2] = gap(line - next, section);
    }
    next = endLine + 1;
  }
  return lines.join('\n');
}

/** A comment in C, which is what most files are, and plain ASCII: an editor would warn of other characters. */
function gap(count: number, section: string): string {
  const what = count === 1 ? 'a line' : `${count} lines`;
  return `/* ... ${what} that the patches do not show ... */${section === '' ? '' : ` ${section.trim()}`}`;
}

/** What a commit says, as `git log` shows it: the subject, then the message. */
export function textOfMessage(patch: Pick<Patch, 'subject' | 'message'>): string {
  return `${patch.subject}\n\n${patch.message}\n`;
}

/** The text that `patch` 0 (the cover letter) or a later one says; null when the series has no such mail. */
export function messageIn(series: Series, patch: number): string | null {
  const said = patch === 0 ? series.cover : series.patches.find(({ index }) => index === patch);
  return said ? textOfMessage(said) : null;
}
