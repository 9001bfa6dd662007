import { breathe, type Courtesy } from '../text.js';
import { applyFile, type NotApplied, relocate } from './apply.js';
import { HunkChain } from './image.js';
import { isInsideTree } from './paths.js';
import type { ApplyProblem, FileDiff, FileImage, Patch, Series, Stack, TreeSource, TreeState } from './types.js';

/** A file in one state: whole, or after `step` patches of a chain of hunks, whose images are made at the end. */
type Track =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly chain: HunkChain; readonly step: number };

/** What a patch makes of one file. */
interface Outcome {
  /** Null: the file is gone. */
  readonly after: Track | null;
  /** Set when the patch does not continue the state before. */
  readonly before: Track | null;
  readonly problem: ApplyProblem | null;
  /** With the line numbers of where it applied. */
  readonly file: FileDiff;
}

/**
 * Applies the series patch by patch to the files that it touches. A file that a patch does not fit continues from the
 * hunks of that and the later patches; the misfit is reported and everything else goes on.
 */
export async function layOut(series: Series, source: TreeSource, courtesy: Courtesy): Promise<Stack> {
  const base = await readBase(series, source, courtesy);
  const states: { readonly files: ReadonlyMap<string, Track>; readonly restarted: ReadonlyMap<string, Track> }[] = [
    { files: base, restarted: new Map() },
  ];
  const problems: ApplyProblem[] = [];
  const patches: Patch[] = [];
  let files: ReadonlyMap<string, Track> = base;
  for (const [index, patch] of series.patches.entries()) {
    courtesy.progress?.('patches applied', index, series.patches.length);
    await breathe(courtesy);
    const state = applyPatch(patch, files, source, problems);
    files = state.files;
    states.push(state);
    patches.push(state.patch);
  }
  const imageOf = imager();
  return {
    series: { ...series, patches },
    source,
    states: states.map(
      (state, index): TreeState => ({
        index: series.patches[index - 1]?.index ?? 0,
        files: mapValues(state.files, imageOf),
        restarted: mapValues(state.restarted, imageOf),
      }),
    ),
    problems,
  };
}

/** The files as patch number `place` (from 0) of the stack finds them. */
export function filesBefore(stack: Stack, place: number): ReadonlyMap<string, FileImage> {
  return new Map([...(stack.states[place]?.files ?? []), ...(stack.states[place + 1]?.restarted ?? [])]);
}

const mapValues = <A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));

/** Makes each track's image once, so that states which share a file share its image. */
function imager(): (track: Track) => FileImage {
  const images = new Map<Track, FileImage>();
  const chains = new Map<HunkChain, readonly FileImage[]>();
  return (track) => {
    const known = images.get(track);
    if (known !== undefined) {
      return known;
    }
    let image: FileImage = { path: track.path, text: '', known: null, sections: [] };
    if ('text' in track) {
      image = { ...image, text: track.text };
    } else {
      const states = chains.get(track.chain) ?? track.chain.images();
      chains.set(track.chain, states);
      image = { ...image, known: [], ...states[track.step], path: track.path };
    }
    images.set(track, image);
    return image;
  };
}

/** The files that the series finds in the tree: every path that no earlier patch of the series has made or removed. */
async function readBase(series: Series, source: TreeSource, courtesy: Courtesy): Promise<Map<string, Track>> {
  const base = new Map<string, Track>();
  const seen = new Set<string>();
  for (const file of series.patches.flatMap((patch) => patch.files)) {
    const paths = [file.oldPath, file.newPath].filter((path) => path !== null);
    for (const path of paths) {
      if (seen.has(path) || file.binary || !isInsideTree(path)) {
        continue;
      }
      seen.add(path);
      courtesy.signal?.throwIfAborted();
      const text = await source.read(path);
      if (text !== null) {
        base.set(path, { path, text });
      } else if (source.kind === 'hunks' && path === file.oldPath && file.change !== 'copy') {
        base.set(path, { path, chain: new HunkChain(), step: 0 });
      }
    }
  }
  return base;
}

function applyPatch(
  patch: Patch,
  before: ReadonlyMap<string, Track>,
  source: TreeSource,
  problems: ApplyProblem[],
): {
  readonly files: ReadonlyMap<string, Track>;
  readonly restarted: ReadonlyMap<string, Track>;
  readonly patch: Patch;
} {
  const results = new Map<string, Track>();
  const removed = new Set<string>();
  const restarted = new Map<string, Track>();
  const files = patch.files.map((file): FileDiff => {
    const refusal = unusable(file);
    if (refusal !== null) {
      problems.push(problemOf(patch, file, 1, refusal));
      return file;
    }
    // As in git, a rename or copy is of the file before the patch, whatever the patch makes of that name elsewhere.
    const moves = file.change === 'rename' || file.change === 'copy';
    const path = file.oldPath ?? file.newPath ?? '';
    const current = moves
      ? before.get(path)
      : (results.get(path) ?? (removed.has(path) ? undefined : before.get(path)));
    const outcome = applyTo(current ?? null, patch, file, source);
    if (outcome.problem !== null) {
      problems.push(outcome.problem);
    }
    if (outcome.before !== null) {
      restarted.set(outcome.before.path, outcome.before);
    }
    if (file.oldPath !== null && (file.change === 'rename' || outcome.after === null)) {
      removed.add(file.oldPath);
      if (!moves) {
        results.delete(file.oldPath);
      }
    }
    if (outcome.after !== null) {
      results.set(outcome.after.path, outcome.after);
    }
    return outcome.file;
  });
  const kept = [...before].filter(([path]) => !removed.has(path));
  return { files: new Map([...kept, ...results]), restarted, patch: { ...patch, files } };
}

/** Why a file's part is left out altogether; null when it is not. */
function unusable(file: FileDiff): string | null {
  const outside = [file.oldPath, file.newPath].find((path) => path !== null && !isInsideTree(path));
  if (outside !== undefined) {
    return 'the path leads out of the tree';
  }
  return file.binary ? 'a binary file is not reviewed' : null;
}

function applyTo(current: Track | null, patch: Patch, file: FileDiff, source: TreeSource): Outcome {
  const path = file.newPath ?? file.oldPath ?? '';
  if (file.change === 'add') {
    const text = current !== null && 'text' in current ? current.text : null;
    const applied = applyFile(text, file);
    const created = applied.ok ? applied : applyFile(null, file);
    return {
      after: created.ok && created.text !== null ? { path, text: created.text } : null,
      before: null,
      problem: applied.ok ? null : problemOf(patch, file, applied.hunk, sentence(applied, source)),
      file,
    };
  }
  if (current !== null && 'chain' in current && file.change !== 'copy') {
    const contradiction = current.chain.add(file);
    if (contradiction === null) {
      const after = { path, chain: current.chain, step: current.step + 1 };
      return { after: file.change === 'delete' ? null : after, before: null, problem: null, file };
    }
    const { hunk, line } = contradiction;
    return restart(file, problemOf(patch, file, hunk, `an earlier patch of the series leaves another line ${line}`));
  }
  if (current === null && file.change === 'copy' && source.kind === 'hunks') {
    return restart(file, null);
  }
  const applied = applyFile(current !== null && 'text' in current ? current.text : null, file);
  if (!applied.ok) {
    return restart(file, problemOf(patch, file, applied.hunk, sentence(applied, source)));
  }
  return {
    after: applied.text === null ? null : { path, text: applied.text },
    before: null,
    problem: null,
    file: relocate(file, applied.hunks),
  };
}

/** Continues a file from this patch's hunks alone. */
function restart(file: FileDiff, problem: ApplyProblem | null): Outcome {
  const chain = new HunkChain();
  // A diff whose hunks overlap contradicts itself: then not even its hunks are known.
  const step = chain.add(file) === null ? 1 : 0;
  const newPath = file.newPath ?? file.oldPath ?? '';
  return {
    after: file.change === 'delete' ? null : { path: newPath, chain, step },
    before: { path: file.oldPath ?? newPath, chain, step: 0 },
    problem,
    file,
  };
}

function sentence(applied: NotApplied, source: TreeSource): string {
  const { reason, nearest } = applied;
  const place =
    nearest === null ? '' : `, nearest is line ${nearest.line}, where ${nearest.matching} of ${nearest.of} match`;
  return `${reason}${place} (tried: ${source.why})`;
}

function problemOf(patch: Patch, file: FileDiff, hunk: number, what: string): ApplyProblem {
  const path = file.newPath ?? file.oldPath ?? '';
  return {
    patch: patch.index,
    path,
    hunk,
    message: `${path}, hunk ${hunk}: ${what}`,
    document: patch.document,
    line: file.hunks[hunk - 1]?.line ?? file.line,
  };
}
