import type { EraGuess } from '../../kernel/types.js';
import { compareVersions, parseVersion } from '../../kernel/version.js';

/**
 * Whether the kernel is at least `version`, as in "5.12": by its own version where that lies in the era, else every kernel of
 * the era must be. False when the era is not known or its beginning is open.
 */
export function since({ era, version }: EraGuess, wanted: string): boolean {
  const least = parseVersion(wanted);
  if (era === null || least === null) return false;
  const from = era.from === null ? null : parseVersion(era.from);
  if (from !== null && compareVersions(from, least) >= 0) return true;
  const to = era.to === null ? null : parseVersion(era.to);
  const own = version === null ? null : parseVersion(version);
  const within =
    own !== null && from !== null && compareVersions(own, from) >= 0 && (to === null || compareVersions(own, to) <= 0);
  return within && compareVersions(own, least) >= 0;
}
