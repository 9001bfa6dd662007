import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { UserError } from '../text.js';
import { addB4Check } from './b4-check.js';
import { addCheck } from './check.js';
import { addDiff } from './diff.js';
import { addExplain } from './explain.js';
import { addHook } from './hook.js';
import { addLsp } from './lsp.js';
import { addPaths } from './paths.js';
import { addReply } from './reply.js';
import { addReview } from './review.js';
import { addSets } from './sets.js';
import { addSimulate } from './simulate.js';
import { addSweep } from './sweep.js';
import type { Terminal } from './terminal.js';

/** Exit codes: nothing to complain about, findings at or above `--fail-on`, bad input or usage. */
export const exitCode = { clean: 0, findings: 1, usage: 2, interrupted: 130 } as const;

/** Lets a command say how the process ends. */
export type Finish = (code: number) => void;

function program(terminal: Terminal, finish: Finish): Command {
  const command = new Command('rescuer')
    .description('Reviews Linux block-layer patch series: biosets, rescuers and the paths that could deadlock.')
    .version(version)
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .showHelpAfterError('(--help lists what there is)');
  // Subcommands inherit the output and exit settings only if these are made first.
  for (const add of [
    addReview,
    addReply,
    addDiff,
    addB4Check,
    addHook,
    addCheck,
    addSets,
    addPaths,
    addExplain,
    addSimulate,
    addSweep,
    addLsp,
  ])
    add(command, terminal, finish);
  return command;
}

/** Runs one command line (without node and script) and returns the exit code. Never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCode.clean;
  try {
    await program(terminal, (wanted) => {
      code = wanted;
    }).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.clean : exitCode.usage;
    if (terminal.signal.aborted) return exitCode.interrupted;
    const message = error instanceof Error ? error.message : String(error);
    const internal = error instanceof UserError ? '' : 'internal error, please report: ';
    terminal.err(`rescuer: ${internal}${message.split('\n')[0]}\n`);
    return exitCode.usage;
  }
}
