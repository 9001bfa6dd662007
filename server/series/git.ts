import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type SimpleGit, simpleGit } from 'simple-git';
import { UserError } from '../text.js';

/**
 * git for reading a repository whose configuration may come from a stranger: no hook, file-system monitor, transport or
 * pager is started, nothing is fetched or locked, and a repository above `root` is not found by accident. Of our own
 * environment git sees only where programs and the user's configuration are. Only plumbing should be run: `log` can be configured to run gpg.
 *
 * @param input what each git started here reads on its standard input.
 */
export function gitIn(root: string, input?: string): SimpleGit {
  const environment = safeEnvironment(root);
  return simpleGit({
    baseDir: root,
    allowEnvironment: Object.keys(environment),
    config: [...safeSettings],
    // simple-git refuses these three because of what they could switch on; here they switch it off.
    unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true, allowUnsafeProtocolOverride: true },
    timeout: { block: 60_000 },
    // Of a git that has ended there may be more to read.
    completion: { onClose: true, onExit: false },
    errors: (error, { exitCode, stdErr }) => error ?? failureOf(exitCode, Buffer.concat(stdErr)),
    ...(input === undefined ? {} : { input: () => input }),
  }).env({ ...inherited(), ...environment });
}

/** What gitIn runs, as a process that is written to and read from while it runs. */
export function startGit(root: string, args: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn('git', [...safeSettings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: root,
    env: { ...inherited(), ...safeEnvironment(root) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

const safeSettings = ['core.fsmonitor=', 'core.hooksPath=/dev/null', 'protocol.allow=never'];

function safeEnvironment(root: string): Record<string, string> {
  return {
    GIT_NO_LAZY_FETCH: '1',
    // Before git 2.45 the line above is not known; unlike `protocol.allow`, no configuration overrides this one.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_CEILING_DIRECTORIES: dirname(root),
  };
}

function inherited(): Record<string, string | undefined> {
  const names = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot', 'TEMP'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** git says with 1 and in silence that there is no such thing; whatever else is not 0 is a failure, also if it was killed. */
function failureOf(exitCode: number | null, said: Buffer): Buffer | Error | undefined {
  if (exitCode === 0 || (exitCode === 1 && said.length === 0)) return undefined;
  if (said.length > 0) return said;
  return new Error(exitCode === null ? 'it was killed' : `it ended with ${exitCode}`);
}

/** What git said when it failed, in one line for the user. */
export function gitFailure(command: string, error: unknown): UserError {
  return new UserError(`git ${command}: ${error instanceof Error ? error.message.trim().split('\n')[0] : 'failed'}`);
}

/**
 * The full id of the commit that a revision names, or null when the repository has none of that name.
 * @throws UserError for a name that git would take for an option, and when git cannot read the repository.
 */
export async function commitOf(git: SimpleGit, revision: string): Promise<string | null> {
  if (!/^[^-\s\0][^\0\n]*$/.test(revision)) {
    throw new UserError(`${JSON.stringify(revision)} is no revision: name a commit, tag or branch`);
  }
  const options = ['--verify', '--quiet', '--end-of-options'];
  try {
    return (await git.raw(['rev-parse', ...options, `${revision}^{commit}`])).trim() || null;
  } catch (error) {
    throw gitFailure(`rev-parse ${revision}`, error);
  }
}
