import { mailbox } from '../series/mail.js';
import type { BodyLine, Mail, Patch, Series } from '../series/types.js';

/**
 * The mail that brought a patch, or the cover letter if `number` is 0; null if there is none. Without `mails` the series is
 * a git range: its patches get a mail made for them.
 */
export function originalIn(mails: readonly Mail[] | null, series: Series, number: number): Mail | null {
  const patch = series.patches.find(({ index }) => index === number);
  if (mails === null) return patch ? mailOfCommit(patch, series.total) : null;
  if (patch) return mails.find(({ document, line }) => document === patch.document && line === patch.line) ?? null;
  const { cover } = series;
  if (number !== 0 || cover === null) return null;
  const isCover = ({ messageId, subject }: Mail): boolean =>
    cover.messageId === null ? subject.includes(cover.subject) : messageId === cover.messageId;
  return mails.find(isCover) ?? null;
}

/** Name for the file of a reply, without an ending. */
export function replyName(patch: number, { subject }: Mail): string {
  const words = subject.replace(/^(?:re:\s*)?\[[^\]]*\]\s*/i, '').replaceAll(/[^A-Za-z0-9._]+/g, '-');
  return `${String(patch).padStart(4, '0')}-re-${words.replaceAll(/^[-.]+|[-.]+$/g, '').slice(0, 52)}`;
}

/** A commit as `git format-patch` would send it. The lines of its message, which the diff's do not count, end at 0. */
function mailOfCommit(patch: Patch, total: number): Mail {
  const message = [...patch.message.split('\n'), '---'];
  const above = message.map((text, i): BodyLine => ({ text, line: i + 1 - message.length, column: 1 }));
  const diff = patch.files.flatMap((file): BodyLine[] => {
    const heading = [`--- a/${file.oldPath ?? ''}`, `+++ b/${file.newPath ?? ''}`];
    // Between the line that git begins a file with and its first hunk.
    const start = (file.hunks[0]?.line ?? file.line + heading.length) - heading.length;
    const hunks = file.hunks.flatMap((hunk): BodyLine[] => [
      { text: hunkLine(hunk), line: hunk.line, column: 1 },
      ...hunk.lines.map(({ kind, text, line }) => ({ text: `${signs[kind]}${text}`, line, column: 1 })),
    ]);
    return [...heading.map((text, i) => ({ text, line: start + i, column: 1 })), ...hunks];
  });
  return {
    document: patch.document,
    line: 1,
    endLine: patch.endLine,
    messageId: null,
    inReplyTo: null,
    references: [],
    subject: `[PATCH ${total > 1 ? `${patch.index}/${total}` : ''}] ${patch.subject}`.replace(' ]', ']'),
    from: mailbox(patch.author),
    to: [],
    cc: [],
    date: patch.date,
    body: [...above, ...diff],
  };
}

const signs = { context: ' ', add: '+', delete: '-' } as const;

function hunkLine(hunk: Patch['files'][number]['hunks'][number]): string {
  const { oldStart, oldLines, newStart, newLines, section } = hunk;
  return `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@ ${section}`.trimEnd();
}
