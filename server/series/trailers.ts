import type { BodyLine, Trailer } from './types.js';

const trailerLine = /^([A-Za-z][A-Za-z0-9-]{1,40}): *(\S.*)$/;
/** `[ada: rebased]` between tags, as maintainers note what they changed, and folded lines. */
const companion = /^(?:\[.*\]$|[ \t]+\S)/;

/**
 * The tags at the end of a commit message: its last paragraph, and those right above it that hold nothing else, since
 * kernel messages often set `Fixes:` apart from the rest. Plain prose yields none.
 */
export function readTrailers(message: string): Trailer[] {
  const lines = message.split('\n');
  let start = lines.length;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (trailerLine.test(line)) start = at;
    else if (line.trim() !== '' && !companion.test(line)) break;
  }
  // A paragraph of prose whose last lines look like tags is prose, unless somebody signs off.
  const before = lines[start - 1]?.trim() ?? '';
  const tail = lines.slice(start);
  if (before !== '' && !tail.some((line) => /^[A-Za-z-]+-by: /i.test(line))) return [];
  const trailers: { name: string; value: string }[] = [];
  for (const line of tail) {
    const match = trailerLine.exec(line);
    const last = trailers.at(-1);
    if (match) trailers.push({ name: match[1] ?? '', value: (match[2] ?? '').trimEnd() });
    else if (last && /^[ \t]+\S/.test(line)) last.value += ` ${line.trim()}`;
  }
  return trailers;
}

/** What git format-patch --base and b4 note at the end of a mail about the tree a series stands on. */
export interface Provenance {
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
  readonly changeId: string | null;
}

/** Reads `base-commit:`, `prerequisite-patch-id:` and `change-id:` lines, wherever in the mails they stand. */
export function readProvenance(bodies: readonly (readonly BodyLine[])[]): Provenance {
  const prerequisites = new Set<string>();
  let baseCommit: string | null = null;
  let changeId: string | null = null;
  for (const body of bodies) {
    for (const { text } of body) {
      const match = /^(base-commit|prerequisite-patch-id|change-id): *(\S+)\s*$/.exec(text);
      if (!match) continue;
      const [, name, value = ''] = match;
      if (name === 'change-id') changeId ??= value;
      else if (!/^[0-9a-f]{7,64}$/.test(value)) continue;
      else if (name === 'base-commit') baseCommit ??= value;
      else prerequisites.add(value);
    }
  }
  return { baseCommit, prerequisites: [...prerequisites], changeId };
}
