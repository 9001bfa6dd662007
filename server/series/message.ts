import { readDate } from './date.js';
import { mailbox } from './mail.js';
import { parseSubject } from './subject.js';
import type { BodyLine, Mail } from './types.js';

/** A mail as `git am` sees it: in-body header, commit message, and the lines from the diffstat or diff on. */
export interface Message {
  /** Of the in-body header where there is one; else of the mail. */
  readonly subject: string;
  readonly author: string;
  readonly date: string | null;
  readonly message: string;
  /** From the `---`, `diff -`, `Index:` or `--- file` line to the end of the mail. */
  readonly rest: readonly BodyLine[];
  /** The patch stands below other text and has a subject of its own. */
  readonly pasted: boolean;
}

const formatPatchLine = /^>?From [0-9a-f]{40,64} /;
const inBodyField = /^(from|subject|date):\s*(.*)$/i;

/** Splits a mail as git mailinfo does, with in-body `From:`, `Subject:` and `Date:`, and see startOfPatch. */
export function splitMessage(mail: Mail): Message {
  const { body } = mail;
  const start = startOfPatch(mail);
  const breaks = body.findIndex((line, at) => at >= start && isPatchBreak(line.text));
  const end = breaks < 0 ? body.length : breaks;
  const { fields, next } = readInBody(body, start, end);
  const from = fields.get('from');
  const { name, email } = from === undefined ? mail.from : mailbox(from);
  return {
    subject: fields.get('subject') ?? mail.subject,
    // As git does, the address stands in for a name that is not given.
    author: email === '' ? name : `${name || email} <${email}>`,
    date: readDate(fields.get('date') ?? '') ?? mail.date,
    message: textOf(body.slice(next, withoutDiffstat(body, next, end))),
    rest: body.slice(end),
    pasted: start > 0,
  };
}

/**
 * Index of the line where a patch below other text begins, else 0. A scissors line counts if a subject follows it:
 * commit messages also use scissors around a quoted log, which must stay. People also paste what git format-patch
 * wrote without scissors.
 */
function startOfPatch({ body, subject }: Mail): number {
  const own = parseSubject(subject);
  const subjectAt = (at: number) => readInBody(body, at, body.length).fields.get('subject');
  let start = 0;
  for (let at = 0; at < body.length; at++) {
    const text = body[at]?.text ?? '';
    if (isScissors(text)) {
      if (subjectAt(at + 1) !== undefined) start = at + 1;
    } else if (isPatchBreak(text)) {
      // A discussion has its own `---` and diffs above the patch.
      if (!own.reply || start > 0) break;
    } else if (at > 0 && (formatPatchLine.test(text) || (/^From: /.test(text) && body[at - 1]?.text.trim() === ''))) {
      const pasted = parseSubject(subjectAt(at) ?? 'Re:');
      // The mail that is answered may stand below the answer unquoted.
      const isNew = pasted.text !== own.text && (pasted.patch || formatPatchLine.test(text));
      if (isNew && !pasted.reply) start = at;
    }
  }
  return start;
}

const diffstatLine = /^ (?:\S.* \| +(?:\d+|Bin)|\d+ files? changed|(?:create|delete) mode \d|rename .* => )/;

/** Where the message ends when a diffstat follows it without a `---` between, as quilt patches have it. */
function withoutDiffstat(body: readonly BodyLine[], start: number, end: number): number {
  if (body[end]?.text.trimEnd() === '---') return end;
  let last = end;
  while (last > start && (body[last - 1]?.text.trim() === '' || diffstatLine.test(body[last - 1]?.text ?? ''))) last--;
  return last;
}

/** Lines as one text without blank lines at either end. */
function textOf(lines: readonly BodyLine[]): string {
  const texts = lines.map((line) => line.text.trimEnd());
  const first = texts.findIndex((text) => text !== '');
  return first < 0 ? '' : texts.slice(first, texts.findLastIndex((text) => text !== '') + 1).join('\n');
}

/** The text of a cover letter, without in-body header and without the `-- ` signature and what follows it. */
export function coverText({ body }: Mail): string {
  const signature = body.findLastIndex((line) => line.text === '-- ');
  const end = signature < 0 ? body.length : signature;
  return textOf(body.slice(readInBody(body, 0, end).next, end));
}

/** check_inbody_header() of git's mailinfo.c: fields, folded or not, until the first line that is none. */
function readInBody(
  body: readonly BodyLine[],
  start: number,
  end: number,
): { readonly fields: ReadonlyMap<string, string>; readonly next: number } {
  const fields = new Map<string, string>();
  let at = start;
  while (at < end && body[at]?.text.trim() === '') at++;
  const first = at;
  let name: string | null = null;
  for (; at < end; at++) {
    const text = body[at]?.text ?? '';
    const match = inBodyField.exec(text);
    const key = match?.[1]?.toLowerCase();
    if (key !== undefined && !fields.has(key)) {
      name = key;
      fields.set(key, match?.[2]?.trim() ?? '');
    } else if (name !== null && /^[ \t]+\S/.test(text)) {
      fields.set(name, `${fields.get(name)} ${text.trim()}`);
    } else if (name === null && text.startsWith('[PATCH] ')) {
      fields.set('subject', parseSubject(text).text);
    } else if (at > first || !formatPatchLine.test(text)) {
      break;
    }
  }
  return { fields, next: at };
}

/** patchbreak() of git's mailinfo.c. */
function isPatchBreak(text: string): boolean {
  return /^(?:diff -|Index: |--- \S|---\s*$)/.test(text);
}

const snip = /^(?:>8|8<|>%|%<)/;

/** is_scissors_line() of git's mailinfo.c: mostly dashes, with scissors, at least 8 wide. */
export function isScissors(text: string): boolean {
  if (text.length > 200 || !/>8|8<|>%|%</.test(text)) return false;
  const visible = text.trim().length;
  let perforation = 0;
  let gap = 0;
  let inPerforation = false;
  for (let at = 0; at < text.length; at++) {
    if (/\s/.test(text.charAt(at))) {
      if (inPerforation) {
        perforation++;
        gap++;
      }
    } else if (snip.test(text.slice(at, at + 2))) {
      inPerforation = true;
      perforation += 2;
      at++;
    } else if (text.charAt(at) === '-') {
      inPerforation = true;
      perforation++;
    } else {
      inPerforation = false;
    }
  }
  return visible >= 8 && visible < perforation * 3 && gap * 2 < perforation;
}
