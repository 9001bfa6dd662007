import { parseDiff } from '../../server/series/diff.js';
import type { BodyLine, FileDiff, Patch, Series } from '../../server/series/types.js';

/** The lines of a plain document, each at its own place. */
export const bodyLines = (text: string): BodyLine[] =>
  text.split('\n').map((line, index) => ({ text: line, line: index + 1, column: 1 }));

/** The only file of a diff. */
export function onlyFile(text: string): FileDiff {
  const [file, ...others] = parseDiff(bodyLines(text));
  if (file === undefined || others.length > 0) {
    throw new Error(`${others.length + Number(file !== undefined)} files in the diff`);
  }
  return file;
}

/** A series whose patches are the given diffs, each its own document `1.patch`, `2.patch`… */
export function seriesOf(...diffs: string[]): Series {
  return {
    subject: 'test',
    version: 1,
    total: diffs.length,
    cover: null,
    patches: diffs.map((text, at) => patchOf(text, at + 1)),
    missing: [],
    newest: true,
    baseCommit: null,
    prerequisites: [],
    changeId: null,
  };
}

function patchOf(text: string, index: number): Patch {
  return {
    index,
    subject: `patch ${index}`,
    messageId: null,
    author: 'A U Thor <author@example.org>',
    date: null,
    message: '',
    trailers: [],
    document: `${index}.patch`,
    line: 1,
    endLine: text.split('\n').length,
    files: parseDiff(bodyLines(text)),
  };
}
