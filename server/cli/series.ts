import type { Report } from '../review/types.js';
import type { Document, Reading, Series, TreeSource } from '../series/types.js';
import { type Courtesy, UserError } from '../text.js';
import { resultStore } from './cache.js';
import { choosePolicy, type PolicyOptions } from './policy.js';
import type { Terminal } from './terminal.js';

/** What was read, and the mails and diffs it was read from; none for a git range. */
interface Input {
  readonly reading: Reading;
  readonly documents: readonly Document[];
}

/** How series are reviewed, whatever the command. */
export interface ReviewSettings extends PolicyOptions {
  readonly tree?: string;
  readonly base?: string;
  readonly cache: boolean;
  /** False to leave the simulator out, which takes a while even to get ready. */
  readonly simulate?: boolean;
}

/** Reads files, `-`, or the commits of a range of `tree`. */
export async function readInput(
  names: readonly string[],
  { range, tree }: { readonly range?: string; readonly tree?: string },
  terminal: Terminal,
  courtesy: Courtesy,
): Promise<Input> {
  if (range !== undefined) {
    if (names.length > 0) throw new UserError('give either --range or files to review, not both');
    const { seriesFromRange } = await import('../series/range.js');
    return { reading: await seriesFromRange(tree ?? '.', range, courtesy), documents: [] };
  }
  if (names.length === 0) throw new UserError('nothing to review: name a file, a directory, - or --range A..B');
  const { loadDocuments } = await import('../series/inputs.js');
  return readDocuments(await loadDocuments(names, () => terminal.input()));
}

/** The series of mails and diffs that were loaded. */
export async function readDocuments(documents: readonly Document[]): Promise<Input> {
  const { readSeries } = await import('../series/read.js');
  return { reading: await readSeries(documents), documents };
}

/** The series to review: the newest version of each, or the one version that was asked for. */
export function pick(reading: Reading, version: number | undefined): readonly Series[] {
  if (reading.series.length === 0) {
    const others = reading.leftOut.length;
    throw new UserError(`no patch found in the input${others > 0 ? ` (${others} mails that are no patch)` : ''}`);
  }
  if (version !== undefined) {
    const found = reading.series.filter((series) => series.version === version);
    if (found.length > 0) return found;
    const there = [...new Set(reading.series.map((series) => `v${series.version}`))].join(', ');
    throw new UserError(`the input has no version ${version} of the series, only ${there}`);
  }
  return reading.series.filter((series) => series.newest);
}

/** What could not be used of the input, a line each on standard error. */
export function tellProblems({ problems }: Reading, terminal: Terminal): void {
  for (const { document, line, message } of problems) terminal.err(`rescuer: ${document}:${line}: ${message}\n`);
}

/** Reviews each series against the tree, from the cache if nothing has changed, and applies the tree's policy. */
export async function reviewEach(
  all: readonly Series[],
  settings: ReviewSettings,
  annotations: string,
  terminal: Terminal,
  courtesy: Courtesy,
): Promise<readonly Report[]> {
  const [{ openSource }, { recalled }, { applyPolicy, today }, kept] = await Promise.all([
    import('../series/sources.js'),
    import('../review/recorded.js'),
    import('../review/policy.js'),
    resultStore(terminal, settings.cache, annotations),
  ]);
  const { tree, base, simulate = true } = settings;
  const reports: Report[] = [];
  for (const series of all) {
    const named = { ...(tree === undefined ? {} : { tree }), ...(base === undefined ? {} : { base }) };
    const source = await openSource({ ...named, series, trusted: true });
    const policy = await choosePolicy(settings, source);
    const key = ['review', JSON.stringify(series), annotations, String(simulate)];
    const review = async (watched: TreeSource): Promise<Report> => {
      const { reviewSeries } = await import('../review/session.js');
      return (await reviewSeries({ series, source: watched, simulate, ...courtesy })).report;
    };
    reports.push(applyPolicy(await recalled({ ...kept, source, key }, review), policy, today()));
  }
  return reports;
}
