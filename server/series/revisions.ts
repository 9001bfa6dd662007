/** Branches, tags and commits to choose from. Node only. */
import { gitFailure, gitIn } from './git.js';

/** Something that names a commit. */
export interface Revision {
  readonly kind: 'branch' | 'tag' | 'commit';
  readonly name: string;
  /** First line of the commit's message. */
  readonly subject: string;
}

const most = { refs: 60, commits: 60 };

/**
 * Branches and tags whose name holds `text`, the latest first, and commits of HEAD with `text` in their message.
 * @throws UserError when `root` is no repository
 */
export async function listRevisions(root: string, text: string): Promise<readonly Revision[]> {
  const git = gitIn(root);
  const wanted = text.trim().toLowerCase();
  const format = '%(refname)%09%(contents:subject)';
  const refs = await git
    .raw(['for-each-ref', '--sort=-creatordate', `--format=${format}`, 'refs/heads', 'refs/remotes', 'refs/tags'])
    .catch((error: unknown) => Promise.reject(gitFailure('for-each-ref', error)));
  const search = wanted === '' ? [] : ['--regexp-ignore-case', '--fixed-strings', `--grep=${text.trim()}`];
  const log = await git
    .raw([
      'rev-list',
      `--max-count=${most.commits}`,
      '--no-merges',
      '--no-commit-header',
      '--format=%h%x09%s',
      ...search,
      'HEAD',
    ])
    // A repository without commits has no HEAD yet.
    .catch(() => '');
  const named = linesOf(refs).map(([ref, subject]): Revision => {
    const kind = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
    return { kind, name: ref.replace(/^refs\/(heads|remotes|tags)\//, ''), subject };
  });
  return [
    ...named.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, most.refs),
    ...linesOf(log).map(([name, subject]): Revision => ({ kind: 'commit', name, subject })),
  ];
}

function linesOf(output: string): [string, string][] {
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t');
      return [line.slice(0, tab), line.slice(tab + 1)];
    });
}
