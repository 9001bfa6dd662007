import type { Mail, Series } from '../series/types.js';
import { clean } from './formats/clean.js';
import { tally } from './formats/select.js';
import { originalIn, replyName } from './originals.js';
import { composeReply, type Remark, type Writer } from './reply.js';
import { rulePage } from './rules/catalogue.js';
import { plainText } from './rules/page.js';
import type { Finding, Report } from './types.js';

/** A mail that answers a patch, or the cover letter if `patch` is 0. */
export interface Answer {
  readonly patch: number;
  /** Name for a file. */
  readonly name: string;
  readonly text: string;
}

/**
 * The findings that a series causes as review mails: a summary for the cover letter, if there is one, and a mail for each
 * patch with findings. None if there are no findings.
 * @param mails what the series was read from; null for a git range
 */
export function answersTo(
  series: Series,
  report: Report,
  mails: readonly Mail[] | null,
  writer: Writer | null,
): readonly Answer[] {
  const caused = report.findings.filter(({ status }) => status === 'introduced' || status === 'worsened');
  if (caused.length === 0) return [];
  const about = (number: number): readonly Remark[] =>
    number === 0 ? [summary(report, caused)] : caused.filter(({ patch }) => patch === number).map(remarkOn);
  return [0, ...series.patches.map(({ index }) => index)].flatMap((patch) => {
    const original = originalIn(mails, series, patch);
    const remarks = about(patch);
    if (original === null || remarks.length === 0) return [];
    return [{ patch, name: replyName(patch, original), text: composeReply(original, remarks, writer) }];
  });
}

/** What the report says of a finding, below its line. */
function remarkOn({ rule, message, location, mail, related, fixedBy, trace }: Finding): Remark {
  const place = `${location.file}:${location.line}: `;
  const text = [
    `${mail === null ? place : ''}${clean(message)} [${rule}]`,
    ...related.map((one) => `- ${clean(`${one.location.file}:${one.location.line}: ${one.message}`)}`),
    ...(fixedBy === null ? [] : ['', `Patch ${fixedBy} repairs it, but the series cannot be bisected here.`]),
    ...(trace === null ? [] : ['', 'How it gets there:', '', ...trace.map(stepOf)]),
    ...advice(rule),
  ];
  return { lines: mail === null ? null : { first: mail.line, last: mail.line }, text: text.join('\n') };
}

function stepOf({ task, action, location }: NonNullable<Finding['trace']>[number]): string {
  const place = location === null ? '' : ` (${location.file}:${location.line})`;
  return `  ${clean(`${task}: ${action}${place}`)}`;
}

function advice(rule: string): readonly string[] {
  const page = rulePage(rule);
  return page === null ? [] : ['', plainText(page.whatToDo)];
}

/** The findings at a glance, and what the review did not cover. */
function summary({ series, base, coverage }: Report, caused: readonly Finding[]): Remark {
  const { patches = [] } = series ?? {};
  const total = patches.at(-1)?.index ?? 0;
  const lines = patches.map(({ index, subject }) => {
    const own = caused.filter(({ patch }) => patch === index);
    return `  ${index}/${total} ${clean(subject)}: ${tally(own)}`;
  });
  const tree = base.revision === null ? 'a kernel tree' : `commit ${base.revision.slice(0, 12)}`;
  const where = base.kind === 'hunks' ? 'from its hunks alone' : `on ${tree}`;
  const text = [
    `This series was reviewed by a program, Rescuer, ${where}: ${tally(caused)}.`,
    '',
    ...lines,
    ...(coverage.length === 0 ? [] : ['', 'Not covered:', '', ...coverage.map((sentence) => `- ${clean(sentence)}`)]),
  ];
  return { lines: null, text: text.join('\n') };
}
