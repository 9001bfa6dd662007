import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Writer } from '../review/reply.js';
import { UserError } from '../text.js';
import { useAnnotations } from './output.js';
import { addSeriesOptions, treeOf } from './review.js';
import type { Finish } from './run.js';
import { pick, type ReviewSettings, readInput, reviewEach, tellProblems } from './series.js';
import { courtesyOf, type Terminal } from './terminal.js';

interface ReplyOptions extends ReviewSettings {
  readonly annotations?: readonly string[];
  readonly range?: string;
  readonly seriesVersion?: number;
  readonly from?: string;
  readonly out?: string;
}

/** `rescuer reply`: the findings as review mails. Nothing is sent. */
export function addReply(program: Command, terminal: Terminal, _finish: Finish): void {
  const command = program
    .command('reply')
    .description('write the findings as review mails, one for each patch and the cover letter; nothing is sent')
    .argument('[series...]', 'files or directories, - for standard input');
  addSeriesOptions(command)
    .option('--from <mailbox>', 'the writer, as in "Ada Example <ada@example.org>"; else left to the mail program')
    .option('--out <dir>', 'a file for each mail in this folder, instead of one mbox on standard output')
    .action(async (inputs: string[], options: ReplyOptions) => {
      const annotations = await useAnnotations(options.annotations);
      const courtesy = courtesyOf(terminal);
      const { reading, documents } = await readInput(inputs, options, terminal, courtesy);
      const series = pick(reading, options.seriesVersion);
      const reports = await reviewEach(series, treeOf(options), annotations, terminal, courtesy);
      courtesy.done();
      tellProblems(reading, terminal);
      const [{ answersTo }, { toMbox }, { mailbox, readMails }] = await Promise.all([
        import('../review/remarks.js'),
        import('../review/reply.js'),
        import('../series/mail.js'),
      ]);
      const mails = options.range === undefined ? documents.flatMap((document) => readMails(document)) : null;
      const writer: Writer | null = options.from === undefined ? null : mailbox(options.from);
      if (writer?.email === '') throw new UserError(`--from ${options.from}: expected Name <address>`);
      const answers = series.flatMap((one, at) => {
        const report = reports[at];
        return report ? answersTo(one, report, mails, writer) : [];
      });
      if (answers.length === 0) terminal.err('rescuer: no findings, so there is nothing to reply\n');
      else if (options.out === undefined) terminal.out(toMbox(answers.map(({ text }) => text)));
      else await writeMails(options.out, answers, terminal);
    });
}

/** Several series may have a patch of the same number and name, so the files are numbered through. */
async function writeMails(
  folder: string,
  answers: readonly { readonly name: string; readonly text: string }[],
  terminal: Terminal,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [at, { name, text }] of answers.entries()) {
      const file = join(folder, `${String(at).padStart(4, '0')}-${name.replace(/^\d+-/, '')}.eml`);
      await writeFile(file, text);
      terminal.out(`${file}\n`);
    }
  } catch (error) {
    throw new UserError(`cannot write to ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
