import type { CallSite, CIndex } from '../c/index.js';
import type { CFunction } from '../c/types.js';
import type { EraGuess } from './types.js';

/** What is found out about a function with the help of others. */
type Find<Facts> = (fn: CFunction, index: CIndex, guess: EraGuess) => Facts;

/** Whether an index gives the answer that was given before. */
type Question = (index: CIndex) => boolean;

interface Known<Facts> {
  readonly era: string;
  readonly outline: readonly string[];
  readonly questions: readonly Question[];
  readonly facts: Facts;
}

/**
 * As `find`, but what was found in one state of the code is kept for others: as long as nothing outside the bodies of functions
 * has changed and the functions, callers and files that it asked for are the same objects. An edit, as a patch, changes few.
 */
export function keptFacts<Facts>(find: Find<Facts>): Find<Facts> {
  const known = new WeakMap<CFunction, Known<Facts>>();
  return (fn, index, guess) => {
    const era = `${guess.era?.id} ${guess.version}`;
    const before = known.get(fn);
    const { outline } = index;
    if (before?.era === era && isSame(before.outline, outline) && before.questions.every((holds) => holds(index)))
      return before.facts;
    const questions: Question[] = [];
    const facts = find(fn, asking(index, questions), guess);
    known.set(fn, { era, outline, questions, facts });
    return facts;
  };
}

/** The index, which notes what it is asked that bodies of functions decide. */
function asking(index: CIndex, questions: Question[]): CIndex {
  return {
    ...index,
    get files() {
      questions.push((now) => isSame(now.files, index.files));
      return index.files;
    },
    filesAt: (path) => {
      const files = index.filesAt(path);
      questions.push((now) => isSame(now.filesAt(path), files));
      return files;
    },
    functionsNamed: (name, path) => {
      const functions = index.functionsNamed(name, path);
      questions.push((now) => isSame(now.functionsNamed(name, path), functions));
      return functions;
    },
    callers: (name) => {
      const sites = index.callers(name);
      questions.push((now) => isSame(now.callers(name), sites, sameSite));
      return sites;
    },
  };
}

const sameSite = (a: CallSite, b: CallSite | undefined): boolean => a.call === b?.call && a.caller === b.caller;

function isSame<T>(
  before: readonly T[],
  now: readonly T[],
  equal: (a: T, b: T | undefined) => boolean = Object.is,
): boolean {
  return before === now || (before.length === now.length && before.every((one, i) => equal(one, now[i])));
}
