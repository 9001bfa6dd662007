import { readTable } from '../table.js';
import text from './releases.yaml';

const { releases } = readTable<{ readonly releases: readonly { readonly version: string; readonly date: string }[] }>(
  text,
);

/**
 * The newest version that a patch of this day (RFC 3339) can be for: while one version is being tested, patches are for the next. Null
 * when the table ends before that.
 */
export function newestVersionAt(date: string): string | null {
  const tested = releases.findIndex((release) => release.date > date);
  return tested < 0 ? null : (releases[tested + 1]?.version ?? null);
}
