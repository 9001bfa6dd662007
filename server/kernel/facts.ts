import type { CIndex } from '../c/index.js';
import type { CallSite } from '../c/names.js';
import type { EraGuess } from './types.js';

/** What is found out about a function or a file with the help of others. */
type Find<Key, Facts> = (key: Key, index: CIndex, guess: EraGuess) => Facts;

/** Whether an index gives the answer that was given before. */
type Question = (index: CIndex) => boolean;

/** A question about the functions or callers of that name; about all files, if null. */
interface Asked {
  readonly name: string | null;
  readonly question: Question;
}

interface Known<Facts> {
  readonly era: string;
  readonly outline: readonly string[];
  readonly asked: readonly Asked[];
  readonly facts: Facts;
  /** The version of the index for which that was found to hold last. */
  version: object;
}

/**
 * As `find`, but what was found in one state of the code is kept for others: as long as nothing outside the bodies of functions
 * has changed and the functions, callers and files that it asked for are the same objects. An edit, as a patch, changes few.
 */
export function keptFacts<Key extends object, Facts>(find: Find<Key, Facts>): Find<Key, Facts> {
  const known = new WeakMap<Key, Known<Facts>>();
  return (key, index, guess) => {
    const era = `${guess.era?.id} ${guess.version}`;
    const before = known.get(key);
    if (before?.era === era && stillHolds(before, index)) {
      before.version = index.version;
      // What a file says rests on what its functions ask.
      listening.get(index)?.asked.push(...before.asked);
      return before.facts;
    }
    const asked: Asked[] = [];
    const facts = find(key, asking(index, asked), guess);
    known.set(key, { era, outline: index.outline, asked, facts, version: index.version });
    return facts;
  };
}

function stillHolds({ outline, asked, version }: Known<unknown>, index: CIndex): boolean {
  if (version === index.version) return true;
  if (!isSame(outline, index.outline)) return false;
  const changed = index.since?.version === version ? index.since.names : null;
  return asked.every(({ name, question }) => (name !== null && changed?.has(name) === false) || question(index));
}

/** What indices of `asking` were asked, and the index below them all. */
const listening = new WeakMap<CIndex, { readonly index: CIndex; readonly asked: Asked[] }>();

/** The index, which notes what it is asked that bodies of functions decide. */
function asking(index: CIndex, asked: Asked[]): CIndex {
  const note = (name: string | null, question: Question) => asked.push({ name, question });
  // Not of `index` itself: to copy the files of one that listens is to ask it for them.
  const below = listening.get(index)?.index ?? index;
  const listener: CIndex = {
    ...below,
    get files() {
      note(null, (now) => isSame(now.files, index.files));
      return index.files;
    },
    filesAt: (path) => {
      const files = index.filesAt(path);
      note(null, (now) => isSame(now.filesAt(path), files));
      return files;
    },
    functionsNamed: (name, path) => {
      const functions = index.functionsNamed(name, path);
      note(name, (now) => isSame(now.functionsNamed(name, path), functions));
      return functions;
    },
    callers: (name) => {
      const sites = index.callers(name);
      note(name, (now) => isSame(now.callers(name), sites, sameSite));
      return sites;
    },
  };
  listening.set(listener, { index: below, asked });
  return listener;
}

const sameSite = (a: CallSite, b: CallSite | undefined): boolean => a.call === b?.call && a.caller === b.caller;

function isSame<T>(
  before: readonly T[],
  now: readonly T[],
  equal: (a: T, b: T | undefined) => boolean = Object.is,
): boolean {
  return before === now || (before.length === now.length && before.every((one, i) => equal(one, now[i])));
}
