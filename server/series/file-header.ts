/** The lines above the first hunk of a file: what git, GNU diff, quilt and svn write there. */
import { stripComponents, unquote } from './paths.js';
import type { FileDiff } from './types.js';

/** A file's header while its lines come in; `finish` makes sense of it. */
export interface FileHeader {
  readonly line: number;
  readonly git: { readonly names: string } | null;
  index: string | null;
  /** Raw text behind `--- ` and `+++ `. */
  old: string | null;
  new: string | null;
  isNew: boolean;
  isDeleted: boolean;
  kind: 'rename' | 'copy' | null;
  from: string | null;
  to: string | null;
  oldMode: string | null;
  newMode: string | null;
  oldBlob: string | null;
  newBlob: string | null;
  binary: boolean;
}

export function openHeader(line: number, git: FileHeader['git']): FileHeader {
  return {
    line,
    git,
    index: null,
    old: null,
    new: null,
    isNew: false,
    isDeleted: false,
    kind: null,
    from: null,
    to: null,
    oldMode: null,
    newMode: null,
    oldBlob: null,
    newBlob: null,
    binary: false,
  };
}

const extended: readonly [RegExp, (header: FileHeader, value: string) => void][] = [
  [/^old mode (\d{1,6})$/, (h, mode) => (h.oldMode = mode)],
  [/^new mode (\d{1,6})$/, (h, mode) => (h.newMode = mode)],
  [
    /^deleted file mode (\d{1,6})$/,
    (h, mode) => {
      h.isDeleted = true;
      h.oldMode = mode;
    },
  ],
  [
    /^new file mode (\d{1,6})$/,
    (h, mode) => {
      h.isNew = true;
      h.newMode = mode;
    },
  ],
  [
    /^(?:rename (?:from|old)) (.+)$/,
    (h, name) => {
      h.kind = 'rename';
      h.from = name;
    },
  ],
  [
    /^(?:rename (?:to|new)) (.+)$/,
    (h, name) => {
      h.kind = 'rename';
      h.to = name;
    },
  ],
  [
    /^copy from (.+)$/,
    (h, name) => {
      h.kind = 'copy';
      h.from = name;
    },
  ],
  [
    /^copy to (.+)$/,
    (h, name) => {
      h.kind = 'copy';
      h.to = name;
    },
  ],
  [/^(?:dis)?similarity index (\d{1,3}%)$/, () => {}],
  [
    /^index ([0-9a-f]{4,64}\.\.[0-9a-f]{4,64}(?: \d{1,6})?)$/,
    (h, value) => {
      const [blobs = '', mode] = value.split(' ');
      const [old, renewed] = blobs.split('..');
      h.oldBlob = old ?? null;
      h.newBlob = renewed ?? null;
      h.oldMode ??= mode ?? null;
      h.newMode ??= mode ?? null;
    },
  ],
  [/^(--- .*)$/, (h, line) => (h.old = line.slice(4))],
  [/^(\+\+\+ .*)$/, (h, line) => (h.new = line.slice(4))],
  [/^(GIT binary patch|Binary files .* differ)$/, (h) => (h.binary = true)],
];

/** Takes one line below `diff --git` into the header. False when git would not know the line: the header ends. */
export function takeExtended(header: FileHeader, line: string): boolean {
  for (const [pattern, take] of extended) {
    const value = pattern.exec(line)?.[1];
    if (value !== undefined) {
      take(header, value);
      return true;
    }
  }
  return false;
}

/** git writes the Unix epoch for a side that does not exist; GNU diff -N does so in the local time zone. */
const epoch = /^19(?:69-12-31|70-01-01) \d\d:\d\d:\d\d/;

interface SideName {
  /** Null for /dev/null. */
  readonly name: string | null;
  readonly epoch: boolean;
}

/** Name and date of a `--- ` or `+++ ` line. Without a tab, a date at the end is cut as git does it. */
function sideName(raw: string): SideName {
  const quoted = raw.startsWith('"') ? unquote(raw, 0) : null;
  const tab = raw.indexOf('\t');
  const date = tab >= 0 ? tab : raw.search(/ (?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\((?:revision \d|working copy))/);
  const name = quoted?.name ?? (date >= 0 ? raw.slice(0, date) : raw).trimEnd();
  const rest = quoted !== null ? raw.slice(quoted.end) : date >= 0 ? raw.slice(date) : '';
  return { name: name === '/dev/null' ? null : name, epoch: epoch.test(rest.trim()) };
}

/** Both names of `diff --git A B`. Unquoted names may hold spaces, but then both sides name the same file. */
function gitNames(names: string): { readonly old: string; readonly new: string } | null {
  const first = names.startsWith('"') ? unquote(names, 0) : null;
  if (first !== null) {
    const rest = names.slice(first.end).trimStart();
    const second = rest.startsWith('"') ? unquote(rest, 0)?.name : rest;
    return second === undefined || second === '' ? null : { old: first.name, new: second };
  }
  if (names.endsWith('"')) {
    const quote = names.indexOf(' "');
    const second = quote < 0 ? null : unquote(names, quote + 1);
    return second === null ? null : { old: names.slice(0, quote), new: second.name };
  }
  const middle = (names.length - 1) / 2;
  if (
    names[middle] === ' ' &&
    stripComponents(names.slice(0, middle), 1) === stripComponents(names.slice(middle + 1), 1)
  ) {
    return { old: names.slice(0, middle), new: names.slice(middle + 1) };
  }
  const split = names.lastIndexOf(' b/') >= 0 ? names.lastIndexOf(' b/') : names.indexOf(' ');
  return split < 0 ? null : { old: names.slice(0, split), new: names.slice(split + 1) };
}

const unquoted = (name: string): string => (name.startsWith('"') ? (unquote(name, 0)?.name ?? name) : name);

type Names = Pick<FileDiff, 'change' | 'oldPath' | 'newPath'>;

/**
 * What the header says happened to which file, `strip` components removed; null when it names no file.
 * `createsFromNothing`: the only hunk is `@@ -0,0`, which is how a date-less diff shows a new file.
 */
export function namesOf(header: FileHeader, strip: number, createsFromNothing: boolean): Names | null {
  const fromGit = header.git === null ? null : gitNames(header.git.names);
  const old = header.old === null ? null : sideName(header.old);
  const renewed = header.new === null ? null : sideName(header.new);
  if (header.kind !== null) {
    // `rename from` carries no a/ prefix: git counts it as already stripped once.
    const cut = Math.max(0, strip - 1);
    const from = header.from ?? null;
    const to = header.to ?? null;
    return from === null || to === null
      ? null
      : {
          change: header.kind,
          oldPath: stripComponents(unquoted(from), cut),
          newPath: stripComponents(unquoted(to), cut),
        };
  }
  const oldName = old === null ? (fromGit?.old ?? null) : old.name;
  const newName = renewed === null ? (fromGit?.new ?? null) : renewed.name;
  const cut = prefixless(header, oldName, newName) ? 0 : strip;
  const oldPath = oldName === null ? null : stripComponents(oldName, cut);
  const newPath = newName === null ? null : stripComponents(newName, cut);
  // GNU diff names a backup on one side (dm.c.orig, dm.c~): both mean the file with the shorter name.
  const path = oldPath !== null && newPath?.startsWith(oldPath) ? oldPath : (newPath ?? oldPath);
  if (path === null || path === '') {
    return null;
  }
  if (header.isNew || oldName === null || (header.git === null && (old?.epoch === true || createsFromNothing))) {
    return { change: 'add', oldPath: null, newPath: path };
  }
  if (header.isDeleted || newName === null || (header.git === null && renewed?.epoch === true)) {
    return { change: 'delete', oldPath: path, newPath: null };
  }
  return { change: 'modify', oldPath: path, newPath: path };
}

/**
 * `git diff --no-prefix` and `svn diff` write the bare path on both sides, where git and quilt always write two
 * different first components.
 */
function prefixless(header: FileHeader, old: string | null, renewed: string | null): boolean {
  const shown = old ?? renewed;
  if (shown === null || (old !== null && renewed !== null && old !== renewed)) {
    return false;
  }
  if (header.git !== null) {
    return !/^[a-z]\//.test(shown) && gitNames(header.git.names)?.old === gitNames(header.git.names)?.new;
  }
  return header.index === shown && /\((?:revision \d|working copy|nonexistent)/.test(`${header.old}${header.new}`);
}
