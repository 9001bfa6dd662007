import bcache from '../../kernel/annotations/bcache.yaml';
import blkCrypto from '../../kernel/annotations/blk-crypto.yaml';
import block from '../../kernel/annotations/block.yaml';
import bounce from '../../kernel/annotations/bounce.yaml';
import dm from '../../kernel/annotations/dm.yaml';
import dmCache from '../../kernel/annotations/dm-cache.yaml';
import dmCrypt from '../../kernel/annotations/dm-crypt.yaml';
import dmRaid from '../../kernel/annotations/dm-raid.yaml';
import dmSnapshot from '../../kernel/annotations/dm-snapshot.yaml';
import drbd from '../../kernel/annotations/drbd.yaml';
import md from '../../kernel/annotations/md.yaml';
import mdRaid1 from '../../kernel/annotations/md-raid1.yaml';
import mdRaid5 from '../../kernel/annotations/md-raid5.yaml';
import mdRaid10 from '../../kernel/annotations/md-raid10.yaml';
import pktcdvd from '../../kernel/annotations/pktcdvd.yaml';
import { readStep } from '../steps.js';
import { Field } from '../yaml.js';
import { bound } from './bounds.js';
import type { FunctionNote, Library, NoteStep, Stack, TaskNote, Try } from './notes.js';

const shipped: Readonly<Record<string, string>> = {
  'block.yaml': block,
  'dm.yaml': dm,
  'dm-snapshot.yaml': dmSnapshot,
  'dm-crypt.yaml': dmCrypt,
  'dm-cache.yaml': dmCache,
  'dm-raid.yaml': dmRaid,
  'md.yaml': md,
  'md-raid1.yaml': mdRaid1,
  'md-raid10.yaml': mdRaid10,
  'md-raid5.yaml': mdRaid5,
  'bcache.yaml': bcache,
  'pktcdvd.yaml': pktcdvd,
  'blk-crypto.yaml': blkCrypto,
  'bounce.yaml': bounce,
  'drbd.yaml': drbd,
};

let library: Library | null = null;
/** Counts the libraries that were in use. */
let number = 0;

/** What ships with Rescuer, and what was added. */
export function shippedLibrary(): Library {
  library ??= readLibrary(shipped);
  return library;
}

/** Adds annotation files of the user, by name; they win over what ships. Throws ScenarioError with file, line and column. */
export function addAnnotations(texts: Readonly<Record<string, string>>): void {
  library = readLibrary({ ...shipped, ...texts });
  number++;
}

/** Tells what is said at one time from what is said at another: what was found out with other annotations does not count. */
export function libraryNumber(): number {
  return number;
}

/** Reads annotation files, by name; later ones win. Throws ScenarioError with file, line and column. */
export function readLibrary(texts: Readonly<Record<string, string>>): Library {
  const roots = Object.entries(texts).map(([file, text]) => Field.document(file, text));
  const collect = <T>(section: string, read: (field: Field, name: string) => T): Map<string, T> =>
    new Map(
      roots.flatMap((root) =>
        root
          .get(section)
          .entries()
          .map(([name, field]): [string, T] => [name, read(field, name)]),
      ),
    );
  for (const root of roots) root.only(['functions', 'variables', 'works', 'workloads', 'stacks', 'templates']);
  return {
    functions: collect('functions', readFunction),
    variables: collect('variables', (field) => ({
      initial: field.get('initial').expression(0),
      max: field.get('max').expression(15),
      balanced: field.get('balanced').flag(false),
      places: textsOf(field.get('places')),
    })),
    works: collect('works', (field, name) => ({
      runs: textsOf(field.get('runs')),
      queue: field.get('queue').text(name),
    })),
    workloads: collect('workloads', textsOf),
    stacks: [...collect('stacks', readStack).values()],
    templates: collect('templates', readStack),
  };
}

const textsOf = (field: Field): readonly string[] => field.list().map((item) => item.text());

/** The annotation of one function. Throws ScenarioError with file, line and column. */
export function readFunction(field: Field): FunctionNote {
  field.only(['does', 'first', 'body', 'returns', 'assumes']);
  const assumes = field.get('assumes');
  const returns = field.get('returns');
  const body = field.get('body');
  const first = readNoteSteps(field.get('first'));
  return {
    does: first.length > 0 ? null : readNoteSteps(field.get('does')),
    first,
    body: body.present ? body.text() : null,
    returns: returns.present ? returns.text() : null,
    ...(assumes.present ? { assumes: assumes.text() } : {}),
  };
}

/** `[STEP, …]` in which a text is a C call. */
function readNoteSteps(field: Field): readonly NoteStep[] {
  return field
    .items()
    .flatMap((item): readonly NoteStep[] =>
      item.isText ? [{ do: 'call', call: item.text() }] : [readStep(item, false)],
    );
}

function readStack(field: Field, name: string): Stack {
  field.only(['about', 'entry', 'files', 'tables', 'tasks', 'fields', 'tries', 'carried', 'needs']);
  return {
    name,
    about: field.get('about').text(''),
    entry: textsOf(field.get('entry')),
    files: textsOf(field.get('files')),
    tables: textsOf(field.get('tables')),
    tasks: field.get('tasks').items().map(readTask),
    fields: new Map(
      field
        .get('fields')
        .entries()
        .map(([key, value]) => [key, /^-?\d+$/.test(value.text()) ? Number(value.text()) : value.text()]),
    ),
    tries: field.get('tries').items().map(readTry),
    ...(field.get('needs').present ? { needs: textsOf(field.get('needs')) } : {}),
    ...(field.get('carried').present ? { carried: field.get('carried').text() } : {}),
  };
}

function readTry(field: Field): Try {
  field.only(['reserve', 'pieces', 'tasks']);
  return {
    reserve: field.get('reserve').integer(2),
    pieces: field.get('pieces').integer(3),
    tasks: field.get('tasks').integer(1),
  };
}

function readTask(field: Field): TaskNote {
  field.only(['name', 'count', 'workload', 'pieces', 'from', 'runs', 'next', 'with']);
  const text = (key: string): string | null => (field.get(key).present ? field.get(key).text() : null);
  if (text('workload') === null && text('runs') === null)
    field.fail('a task needs a workload, or a function that it runs');
  return {
    name: field.get('name').text(),
    count: field.get('count').text('1'),
    workload: text('workload'),
    runs: text('runs'),
    pieces: field.get('pieces').text(bound),
    from: text('from'),
    next: textsOf(field.get('next')),
    given: new Map(
      field
        .get('with')
        .entries()
        .map(([key, value]) => [key, value.integer(0)]),
    ),
  };
}
