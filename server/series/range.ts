/** Patches of a git range. Node only. */
import type { SimpleGit } from 'simple-git';
import { type Courtesy, UserError } from '../text.js';
import { binaryString, decodeGuessing } from './charset.js';
import { parseDiff } from './diff.js';
import { commitOf, gitIn } from './git.js';
import { readProvenance, readTrailers } from './trailers.js';
import type { BodyLine, InputProblem, Patch, Reading, Series } from './types.js';

/** Nobody reviews more in one go; a range between two releases is a mistake. */
const mostCommits = 1000;

/** Ends the part that git formats; neither a name nor a message can hold it. */
const endOfMessage = '\0';

/**
 * The commits of `A..B` (B defaults to HEAD) in the repository at `root` as one series, oldest first, merges left out.
 * Each patch's document is its full commit id, its lines are those of the commit's diff.
 * @throws UserError when the range is malformed, names no commits, is empty or longer than a thousand commits
 */
export async function seriesFromRange(root: string, range: string, courtesy: Courtesy): Promise<Reading> {
  const git = gitIn(root);
  const { from, to } = await endsOf(git, root, range);
  const list = async (...merges: string[]) =>
    (await git.raw(['rev-list', '--reverse', '--topo-order', ...merges, `${from}..${to}`])).split('\n').filter(Boolean);
  const commits = await list('--no-merges');
  if (commits.length === 0) throw new UserError(`${root}: no commits in ${range}`);
  if (commits.length > mostCommits) {
    throw new UserError(`${root}: ${range} has ${commits.length} commits; name a range of at most ${mostCommits}`);
  }
  const patches: Patch[] = [];
  const messages: BodyLine[][] = [];
  for (const [index, commit] of commits.entries()) {
    courtesy.signal?.throwIfAborted();
    courtesy.progress?.('reading commits', index, commits.length);
    const patch = await readCommit(git, commit, index + 1);
    patches.push(patch);
    messages.push(patch.message.split('\n').map((text, line) => ({ text, line: line + 1, column: 0 })));
  }
  const [first] = patches;
  if (first === undefined) throw new UserError(`${root}: no commits in ${range}`);
  const base = (await git.raw(['merge-base', from, to]).catch(() => '')).trim();
  const series: Series = {
    subject: first.subject,
    version: 1,
    total: patches.length,
    cover: null,
    patches,
    missing: [],
    newest: true,
    ...readProvenance(messages),
    baseCommit: base === '' ? from : base,
  };
  return { series: [series], leftOut: [], problems: mergeProblems(range, await list('--merges')) };
}

function mergeProblems(range: string, merges: readonly string[]): InputProblem[] {
  return merges.map((commit) => ({
    message: `merge commit ${commit.slice(0, 12)} is left out`,
    document: range,
    line: 1,
  }));
}

async function endsOf(git: SimpleGit, root: string, range: string): Promise<{ from: string; to: string }> {
  const [left = '', right = '', ...more] = range.split('..');
  if (left === '' || !range.includes('..') || right.startsWith('.') || more.length > 0) {
    throw new UserError(`'${range}' is no range: write A..B, for example v6.1..HEAD`);
  }
  const find = async (name: string) => {
    const commit = await commitOf(git, name);
    if (commit === null) throw new UserError(`${root}: no commit '${name}' in this repository`);
    return commit;
  };
  return { from: await find(left), to: await find(right === '' ? 'HEAD' : right) };
}

async function readCommit(git: SimpleGit, commit: string, index: number): Promise<Patch> {
  // Plumbing, so that no configuration changes the format; no program of the repository's choice may run either.
  const output = await rawBytes(git, [
    'diff-tree',
    '--root',
    '--patch',
    '--full-index',
    '--find-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--encoding=UTF-8',
    '--format=%an <%ae>%n%aI%n%B%x00',
    commit,
  ]);
  const end = output.indexOf(endOfMessage);
  const [author = '', date = '', ...message] = decodeGuessing(output.slice(0, end)).split('\n');
  const title = message.findIndex((line) => line.trim() === '');
  const subject = message.slice(0, title < 0 ? message.length : title).join(' ');
  const text = title < 0 ? '' : message.slice(title).join('\n').trim();
  const lines = diffLines(output.slice(end + endOfMessage.length));
  return {
    index,
    subject,
    messageId: null,
    author,
    date: new Date(date).toISOString().replace(/\.\d+Z$/, 'Z'),
    message: text,
    trailers: readTrailers(text),
    document: commit,
    line: 1,
    endLine: Math.max(1, lines.length),
    files: parseDiff(lines),
  };
}

function diffLines(diff: string): BodyLine[] {
  const text = diff.replace(/^\n+/, '').replace(/\n$/, '');
  return text.split('\n').map((line, index) => ({ text: decodeGuessing(line), line: index + 1, column: 1 }));
}

/** Standard output one character per byte; simple-git itself would read sources in Latin-1 as broken UTF-8. */
async function rawBytes(git: SimpleGit, command: string[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  git.outputHandler((_command, stdout) => {
    stdout.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
  });
  try {
    await git.raw(command);
  } finally {
    git.outputHandler(() => {});
  }
  return chunks.map(binaryString).join('');
}
