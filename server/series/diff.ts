import parseChunks from 'parse-diff';
import { type FileHeader, namesOf, openHeader, takeExtended } from './file-header.js';
import type { BodyLine, DiffLine, FileDiff, Hunk } from './types.js';

const hunkHeader = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$/s;

/** A hunk as cut out of the text: its real line counts, and each line with its prefix restored. */
interface RawHunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly section: string;
  readonly line: number;
  oldLines: number;
  newLines: number;
  readonly lines: { readonly body: BodyLine; readonly prefixed: string; readonly bare: boolean; newline: boolean }[];
}

interface RawFile {
  readonly header: FileHeader;
  /** The `+++` line ends in CR: the whole diff travelled with CRLF, the CR is no part of the file. */
  readonly crlf: boolean;
  readonly hunks: RawHunk[];
}

const withoutCr = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text);

/**
 * Finds the file diffs in a mail body or plain diff, whatever stands between them.
 *
 * A `diff --git` counts only if a line that git knows follows it, a `---`/`+++` pair only with a hunk below, and a
 * hunk has as many lines as its header says, as in git: so neither a commit message that quotes a diff nor the `-- `
 * signature is taken for one. A hunk that ends before its counts are reached (cut or edited mail) is kept with the
 * lines that are there. Never throws; time is linear in the text.
 *
 * @param strip leading path components to remove, as in `patch -pN`; ignored where the names carry no prefix.
 */
export function parseDiff(lines: readonly BodyLine[], strip = 1): FileDiff[] {
  const files: RawFile[] = [];
  let file: RawFile | null = null;
  /** Line of an `Index:` or `diff -u` line that belongs to the next `---`. */
  let intro: { readonly line: number; readonly index: string | null } | null = null;
  let at = 0;
  while (at < lines.length) {
    const text = bareText(lines, at);
    if (text.startsWith('diff --git ') && isExtended(bareText(lines, at + 1))) {
      const end = readGitHeader(lines, at);
      file = end.file;
      files.push(file);
      at = end.next;
      intro = null;
    } else if (startsPlainFile(lines, at)) {
      const header = openHeader(intro?.line ?? lineAt(lines, at), null);
      header.index = intro?.index ?? null;
      takeExtended(header, text);
      takeExtended(header, bareText(lines, at + 1));
      file = { header, crlf: lines[at + 1]?.text.endsWith('\r') ?? false, hunks: [] };
      files.push(file);
      at += 2;
      intro = null;
    } else if (file !== null && text.startsWith('@@ -')) {
      at = readHunk(lines, at, file);
    } else {
      intro = introOf(text, lineAt(lines, at), intro);
      at++;
    }
  }
  return files.flatMap((raw) => finish(raw, strip) ?? []);
}

const bareText = (lines: readonly BodyLine[], at: number): string => withoutCr(lines[at]?.text ?? '');
const lineAt = (lines: readonly BodyLine[], at: number): number => lines[at]?.line ?? 0;

const isExtended = (text: string): boolean => takeExtended(openHeader(0, null), text);

function startsPlainFile(lines: readonly BodyLine[], at: number): boolean {
  return (
    bareText(lines, at).startsWith('--- ') &&
    bareText(lines, at + 1).startsWith('+++ ') &&
    hunkHeader.test(bareText(lines, at + 2))
  );
}

function introOf(
  text: string,
  line: number,
  before: { readonly line: number; readonly index: string | null } | null,
): { readonly line: number; readonly index: string | null } | null {
  if (text.startsWith('Index: ')) {
    return { line: before?.line ?? line, index: text.slice('Index: '.length).trim() };
  }
  if (text.startsWith('diff ')) {
    return { line: before?.line ?? line, index: before?.index ?? null };
  }
  return /^={20,}$/.test(text) ? before : null;
}

function readGitHeader(lines: readonly BodyLine[], start: number): { readonly file: RawFile; readonly next: number } {
  const header = openHeader(lineAt(lines, start), { names: bareText(lines, start).slice('diff --git '.length) });
  let crlf = false;
  let at = start + 1;
  while (at < lines.length && takeExtended(header, bareText(lines, at))) {
    crlf = lines[at]?.text.endsWith('\r') ?? false;
    at++;
  }
  return { file: { header, crlf, hunks: [] }, next: at };
}

/** Reads the hunk whose `@@` is at `start` into `file`; returns where its lines end. */
function readHunk(lines: readonly BodyLine[], start: number, file: RawFile): number {
  const match = hunkHeader.exec(bareText(lines, start));
  if (match === null) {
    return start + 1;
  }
  const count = (digits: string | undefined): number => Number(digits ?? 1);
  const left = { old: count(match[2]), new: count(match[4]) };
  const hunk: RawHunk = {
    oldStart: Number(match[1]),
    newStart: Number(match[3]),
    section: match[5] ?? '',
    line: lineAt(lines, start),
    oldLines: 0,
    newLines: 0,
    lines: [],
  };
  let at = start + 1;
  for (; at < lines.length && left.old + left.new > 0; at++) {
    const body = lines[at];
    if (body === undefined || body.text.startsWith('\\ ')) {
      markNoNewline(hunk);
      continue;
    }
    const text = file.crlf ? withoutCr(body.text) : body.text;
    // Mailers eat the space of an empty context line, and sometimes the one before a tab.
    const bare = text === '' || text === '\r' || text.startsWith('\t');
    const prefixed = bare ? ` ${text}` : text;
    const isOld = prefixed[0] === ' ' || prefixed[0] === '-';
    const isNew = prefixed[0] === ' ' || prefixed[0] === '+';
    if ((!isOld && !isNew) || (isOld && left.old === 0) || (isNew && left.new === 0) || endsEarly(lines, at, left)) {
      break;
    }
    left.old -= Number(isOld);
    left.new -= Number(isNew);
    hunk.oldLines += Number(isOld);
    hunk.newLines += Number(isNew);
    hunk.lines.push({ body, prefixed, bare, newline: true });
  }
  if (lines[at]?.text.startsWith('\\ ')) {
    markNoNewline(hunk);
    at++;
  }
  if (hunk.lines.length > 0) {
    file.hunks.push(hunk);
  }
  return at;
}

function markNoNewline(hunk: RawHunk): void {
  const last = hunk.lines.at(-1);
  if (last !== undefined) {
    last.newline = false;
  }
}

/**
 * Counts that promise more lines than there are would swallow what follows. A signature or the next file's header
 * looks like deleted lines; it is the end of the hunk unless taking it makes the counts come out right.
 */
function endsEarly(lines: readonly BodyLine[], at: number, left: { old: number; new: number }): boolean {
  const text = lines[at]?.text ?? '';
  if (withoutCr(text) === '-- ') {
    const next = lines[at + 1]?.text;
    return !(left.old === 1 && left.new === 0) && (next === undefined || !/^[ +\-\\\t\r]|^$/.test(next));
  }
  return text.startsWith('--- ') && startsPlainFile(lines, at) && !(left.old === 1 && left.new === 1);
}

function finish(raw: RawFile, strip: number): FileDiff | null {
  const { header } = raw;
  const only = raw.hunks.length === 1 ? raw.hunks[0] : undefined;
  const names = namesOf(header, strip, only !== undefined && only.oldStart === 0 && only.oldLines === 0);
  const says = header.kind ?? header.oldBlob ?? header.oldMode ?? header.newMode;
  if (names === null || (raw.hunks.length === 0 && says === null && !header.binary)) {
    return null;
  }
  return {
    ...names,
    oldMode: names.oldPath === null ? null : header.oldMode,
    newMode: names.newPath === null ? null : header.newMode,
    oldBlob: header.oldBlob,
    newBlob: header.newBlob,
    binary: header.binary,
    line: header.line,
    hunks: raw.hunks.length === 0 ? [] : numberLines(raw.hunks),
  };
}

/**
 * Has parse-diff say what each hunk line is and count the old and new lines. It is given only the hunks, with counts
 * that are known to be right: on false counts it reads on into the next file, its patterns for header names
 * backtrack on hostile names, and it does not tell where in the document a line stood. One change per line comes
 * back, in order, which ties each to its document line.
 */
function numberLines(hunks: readonly RawHunk[]): Hunk[] {
  const text = ['--- a/file', '+++ b/file'];
  for (const hunk of hunks) {
    text.push(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`);
    for (const line of hunk.lines) {
      text.push(line.prefixed);
    }
  }
  const chunks = parseChunks(text.join('\n'))[0]?.chunks ?? [];
  return hunks.map((hunk, index): Hunk => {
    const changes = chunks[index]?.changes ?? [];
    const lines = changes.flatMap((change, place): DiffLine[] => {
      const raw = hunk.lines[place];
      return raw === undefined ? [] : [diffLine(raw, change)];
    });
    const { oldStart, oldLines, newStart, newLines, section, line } = hunk;
    return { oldStart, oldLines, newStart, newLines, section, line, lines };
  });
}

function diffLine(raw: RawHunk['lines'][number], change: parseChunks.Change): DiffLine {
  const { body, newline } = raw;
  const place = {
    text: raw.prefixed.slice(1),
    line: body.line,
    column: body.column === 0 ? 0 : body.column + (raw.bare ? 0 : 1),
    newline,
  };
  switch (change.type) {
    case 'add':
      return { kind: 'add', oldLine: null, newLine: change.ln, ...place };
    case 'del':
      return { kind: 'delete', oldLine: change.ln, newLine: null, ...place };
    case 'normal':
      return { kind: 'context', oldLine: change.ln1, newLine: change.ln2, ...place };
  }
}
