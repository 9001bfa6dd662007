/** A kernel version as numbers: major and minor decide about interfaces, the rest does not. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

/**
 * The kernel version a text tells: the top Makefile, `UTS_RELEASE` of include/generated/utsrelease.h, a tag (`v5.14-rc5`) or a
 * bare number (`4.14.177`). Null when there is none.
 */
export function versionIn(text: string): string | null {
  const assigned = (name: string) => new RegExp(`^${name}[ \\t]*=[ \\t]*(\\d+)`, 'm').exec(text)?.[1];
  const major = assigned('VERSION');
  const minor = assigned('PATCHLEVEL');
  if (major !== undefined && minor !== undefined) return [major, minor, assigned('SUBLEVEL') ?? '0'].join('.');
  return (
    /^\s*v?(\d+\.\d+(?:\.\d+)?)(?![\w.])/.exec(text)?.[1] ??
    /UTS_RELEASE\s+"(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ??
    null
  );
}

/** Major and minor of `4.14.177`; null for what is no version. */
export function parseVersion(text: string): Version | null {
  const found = /^v?(\d+)\.(\d+)(?:\D|$)/.exec(text.trim());
  return found ? { major: Number(found[1]), minor: Number(found[2]) } : null;
}

/** Negative when `a` is older than `b`, 0 when they have the same major and minor number. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor;
}

/** Whether two spans of versions share one; null is an open end. Texts that are no version count as open. */
export function spansMeet(
  a: { readonly from: string | null; readonly to: string | null },
  b: { readonly from: string | null; readonly to: string | null },
): boolean {
  return startsBeforeEnd(a.from, b.to) && startsBeforeEnd(b.from, a.to);
}

function startsBeforeEnd(from: string | null, to: string | null): boolean {
  const start = from === null ? null : parseVersion(from);
  const end = to === null ? null : parseVersion(to);
  return start === null || end === null || compareVersions(start, end) <= 0;
}
