import type { CIndex } from '../c/index.js';
import { readTable } from '../table.js';
import text from './eras.yaml';
import { type Sign, seen } from './signs.js';
import type { Era, EraGuess } from './types.js';
import { spansMeet, versionIn } from './version.js';

interface Table {
  readonly eras: readonly Era[];
  readonly signs: readonly Sign[];
}

const table: Table = readTable(text);

/** All eras, oldest first. */
export const eras: readonly Era[] = table.eras;

/** The era a kernel version (`4.14`, `v6.2.1`) belongs to, or null for what is no version. */
export function eraOfVersion(version: string): Era | null {
  const found = versionIn(version);
  return found === null ? null : (eras.find((era) => spansMeet(era, { from: found, to: found })) ?? null);
}

/**
 * Whether `era` lies in a span of era ids as the data files write it: `A..C`, `D..` or `B2..B2`. Throws `RangeError` for an
 * unknown id, which is a mistake in a data file.
 */
export function inEras(span: string, era: Era): boolean {
  const [first = '', last = ''] = span.split('..');
  const position = (id: string): number => {
    const at = eras.findIndex((candidate) => candidate.id === id);
    if (at < 0) throw new RangeError(`no era ${id} in ${span}`);
    return at;
  };
  const at = position(era.id);
  return at >= position(first) && (last === '' || at <= position(last));
}

/**
 * Tells the era of a tree or a fragment. Declarations outweigh everything, since a tree may carry backports that its version
 * number does not show; then the version counts, `versionText` being the Makefile's text or a version; then what the code
 * calls. Between eras that fit equally well the latest is taken, and `evidence` says that there was a choice.
 * @param newest the newest version that the code can be of, where only hunks are known
 */
export function recogniseEra(index: CIndex, versionText?: string, newest: string | null = null): EraGuess {
  const version = versionText === undefined ? null : versionIn(versionText);
  const byVersion = version === null ? null : eraOfVersion(version);
  const { declaring, declared } = interfaceOf(index);
  if (byVersion && declared.includes(byVersion))
    return { era: byVersion, version, evidence: `kernel version ${version}` };
  const using = look(table.signs.filter(fromUse), index);
  const found = [...declaring, ...using];
  if (found.length === 0) return { era: null, version, evidence: 'nothing that belongs to one era' };

  const fitting = best(
    declared,
    using.map(({ sign }) => sign),
  );
  const byDate = newest === null ? null : eraOfVersion(newest);
  const early = fitting.filter((one) => byDate === null || eras.indexOf(one) <= eras.indexOf(byDate));
  const used = early.length > 0 ? early : fitting;
  const era = used.at(-1) ?? null;
  const telling = found
    .filter(({ sign }) => era !== null && inEras(sign.eras, era))
    .sort((a, b) => Number(fromUse(a.sign)) - Number(fromUse(b.sign)) || width(a.sign) - width(b.sign))
    .slice(0, 2)
    .map(({ where }) => where);
  const choice = used.length > 1 ? `; ${used.map(({ id }) => id).join(', ')} fit equally, the latest is assumed` : '';
  if (era !== null && era === byDate) {
    return { era, version: newest, evidence: `${telling.join(', ')}; by its date for ${newest} at the latest` };
  }
  const conflict = byVersion ? `; kernel version ${version} would be era ${byVersion.id}` : '';
  return { era, version, evidence: `${telling.join(', ')}${choice}${conflict}` };
}

interface Interface {
  readonly declaring: readonly Seen[];
  /** The eras that fit what is declared best. */
  readonly declared: readonly Era[];
}

const interfaces = new WeakMap<readonly string[], Interface>();

/** What the declarations say, kept as long as nothing outside the bodies of functions changes. */
function interfaceOf(index: CIndex): Interface {
  const known = interfaces.get(index.outline);
  if (known) return known;
  const declaring = look(
    table.signs.filter((sign) => !fromUse(sign)),
    index,
  );
  const declared = best(
    eras,
    declaring.map(({ sign }) => sign),
  );
  interfaces.set(index.outline, { declaring, declared });
  return { declaring, declared };
}

/** A sign, and where it is. */
interface Seen {
  readonly sign: Sign;
  readonly where: string;
}

/** The signs that are there. */
function look(signs: readonly Sign[], index: CIndex): readonly Seen[] {
  return signs.flatMap((sign) => {
    const where = seen(sign, index);
    return where === null ? [] : [{ sign, where }];
  });
}

/** A sign from code that uses the interface, not from the interface itself. */
function fromUse(sign: Sign): boolean {
  return sign.calls !== undefined || sign.text !== undefined;
}

/** The eras of `among` that agree with most signs; all of them when there is no sign. */
function best(among: readonly Era[], signs: readonly Sign[]): readonly Era[] {
  const votes = among.map((era) => signs.filter((sign) => inEras(sign.eras, era)).length);
  const most = Math.max(...votes);
  return among.filter((_, at) => votes[at] === most);
}

/** How many eras a sign leaves open. */
function width(sign: Sign): number {
  return eras.filter((era) => inEras(sign.eras, era)).length;
}
