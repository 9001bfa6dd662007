import type { Era } from '../../kernel/types.js';

/** Whether every kernel of the era is at least `version`, as in "5.12". An era whose beginning is open is not. */
export function since(era: Era, version: string): boolean {
  if (era.from === null) return false;
  const [major = 0, minor = 0] = era.from.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = version.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
