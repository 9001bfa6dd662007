import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Report } from '../review/types.js';
import type { Reading } from '../series/types.js';
import { type Courtesy, UserError } from '../text.js';
import { failOnOption, fails, type Level } from './output.js';
import { configOptions } from './policy.js';
import { exitCode, type Finish } from './run.js';
import { pick, type ReviewSettings, readDocuments, readInput, reviewEach, tellProblems } from './series.js';
import { courtesyOf, type Terminal } from './terminal.js';

interface HookOptions extends ReviewSettings {
  readonly block?: boolean;
  readonly hunks?: boolean;
  readonly failOn: Level;
}

/** What a hook is about, and the revision to apply it to if that is known. */
interface Subject {
  readonly reading: Reading;
  readonly base?: string;
}

const hooks = {
  'applypatch-msg': aboutToApply,
  'pre-applypatch': inIndex,
  'post-applypatch': (_args: readonly string[], terminal: Terminal, courtesy: Courtesy) =>
    inRange('HEAD~1..HEAD', terminal, courtesy),
  'sendemail-validate': aboutToSend,
  'pre-push': aboutToPush,
} satisfies Record<
  string,
  (args: readonly string[], terminal: Terminal, courtesy: Courtesy) => Promise<readonly Subject[]>
>;

/** `rescuer hook`: what the hooks of a git repository call. It prints, and stops git only if it was asked to. */
export function addHook(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('hook')
    .description('review what git am applied, or what is about to be applied, sent or pushed: for hooks of git')
    .addArgument(new Argument('<name>', 'the hook').choices(Object.keys(hooks)))
    .argument('[args...]', 'what git gives to the hook')
    .option('--block', 'end with 1 at findings, and with 2 at a mistake, so that git stops')
    .option('--hunks', 'look at the hunks alone, not at the tree: quicker')
    .addOption(failOnOption)
    .action(async (name: keyof typeof hooks, args: string[], options: HookOptions) => {
      const courtesy = courtesyOf(terminal);
      try {
        const reports: Report[] = [];
        for (const { reading, base } of await hooks[name](args, terminal, courtesy)) {
          tellProblems(reading, terminal);
          const tree = options.hunks === true ? {} : { tree: '.', ...(base === undefined ? {} : { base }) };
          const settings = { ...options, ...tree, cache: true };
          reports.push(...(await reviewEach(pick(reading, undefined), settings, '', terminal, courtesy)));
        }
        courtesy.done();
        terminal.out(await shown(reports, terminal));
        const failed = reports.some(({ findings }) => fails(findings, options.failOn));
        finish(failed && options.block === true ? exitCode.findings : exitCode.clean);
      } catch (error) {
        if (options.block === true || terminal.signal.aborted) throw error;
        const message = error instanceof Error ? error.message : String(error);
        terminal.err(`rescuer: not reviewed: ${message.split('\n')[0]}\n`);
      }
    });
  for (const option of configOptions) command.addOption(option);
}

/** The findings, or one line. */
async function shown(reports: readonly Report[], terminal: Terminal): Promise<string> {
  const [{ renderText }, { shownFindings }] = await Promise.all([
    import('../review/formats/text.js'),
    import('../review/formats/select.js'),
  ]);
  const telling = reports.filter((report) => shownFindings(report, false).length > 0);
  if (telling.length === 0) return reports.length === 0 ? '' : 'rescuer: no findings\n';
  return telling.map((report) => renderText(report, { all: false, colour: terminal.colour })).join('\n');
}

/** The patch that git am has in hand, with the message it was given. */
async function aboutToApply([message]: readonly string[]): Promise<readonly Subject[]> {
  if (message === undefined) throw new UserError('applypatch-msg is called with the file of the message');
  const { gitIn } = await import('../series/git.js');
  const folder = (await gitIn(resolve('.')).raw(['rev-parse', '--git-path', 'rebase-apply'])).trim();
  const [text, diff] = await Promise.all([readText(message), readText(`${folder}/patch`)]);
  return [await patchOf(text, diff)];
}

/** What git am has put into the index and is going to commit. */
async function inIndex(): Promise<readonly Subject[]> {
  const { gitIn } = await import('../series/git.js');
  const command = ['diff-index', '--cached', '--patch', '--full-index', '--no-ext-diff', '--no-textconv', 'HEAD'];
  const diff = await gitIn(resolve('.')).raw(command);
  return diff === '' ? [] : [await patchOf('the patch that is being applied', diff)];
}

async function patchOf(message: string, diff: string): Promise<Subject> {
  const [subject = '', ...body] = message.trim().split('\n');
  const mail = `Subject: [PATCH] ${subject}\n\n${body.join('\n')}\n---\n${diff}`;
  const { reading } = await readDocuments([{ name: 'patch', bytes: Buffer.from(mail) }]);
  return { reading, base: 'HEAD' };
}

async function inRange(range: string, terminal: Terminal, courtesy: Courtesy): Promise<readonly Subject[]> {
  return [{ reading: (await readInput([], { range }, terminal, courtesy)).reading }];
}

/** A mail of git send-email; the base is found by what the mail says. A cover letter holds no patch. */
async function aboutToSend(
  [file]: readonly string[],
  terminal: Terminal,
  courtesy: Courtesy,
): Promise<readonly Subject[]> {
  if (file === undefined) throw new UserError('sendemail-validate is called with the file of a mail');
  const { reading } = await readInput([file], {}, terminal, courtesy);
  return reading.series.length === 0 ? [] : [{ reading }];
}

/** The commits that the remote side lacks, by the lines that git writes to the hook: local ref and id, remote ref and id. */
async function aboutToPush(
  [remote = '']: readonly string[],
  terminal: Terminal,
  courtesy: Courtesy,
): Promise<readonly Subject[]> {
  const lines = new TextDecoder().decode(await terminal.input()).split('\n');
  const subjects: Subject[] = [];
  for (const line of lines) {
    const [, local = '', there = ''] = /^\S+ ([0-9a-f]+) \S+ ([0-9a-f]+)$/.exec(line) ?? [];
    const isDeleted = local === '' || /^0+$/.test(local);
    if (isDeleted || local === there) continue;
    const from = /^0+$/.test(there) ? await lastPushed(local, remote) : there;
    if (from === null)
      throw new UserError(`${remote} has nothing of ${local.slice(0, 12)} yet; rescuer review --range A..B`);
    subjects.push(...(await inRange(`${from}..${local}`, terminal, courtesy)));
  }
  return subjects;
}

/** The newest commit below `local` that the remote has; null if there is none. */
async function lastPushed(local: string, remote: string): Promise<string | null> {
  const { gitIn } = await import('../series/git.js');
  const known = /^\w[\w.-]*$/.test(remote) ? `--remotes=${remote}` : '--remotes';
  const list = await gitIn(resolve('.')).raw(['rev-list', '--boundary', local, '--not', known]);
  return /^-([0-9a-f]+)$/m.exec(list)?.[1] ?? null;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
