import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { indexFiles } from '../../../server/c/index.js';
import { openParser } from '../../../server/c/parser.js';
import { eraOfVersion } from '../../../server/kernel/eras.js';
import { takeInventory } from '../../../server/kernel/inventory.js';
import { setFacts } from '../../../server/kernel/set-facts.js';
import { readLibrary } from '../../../server/model/extract/library.js';
import { type Line, listProgram } from '../../../server/model/extract/listing.js';
import { type Extracted, scenarioOf } from '../../../server/model/extract/stack.js';

const parser = await openParser();

export interface Given {
  /** Notes, in the language of docs/annotations.md. */
  readonly notes?: string;
  readonly tables?: readonly string[];
  readonly version?: string;
  /** Edits the source first. */
  readonly edit?: (text: string) => string;
  /** Tasks besides the one that submits bios: functions that they run. */
  readonly runs?: readonly string[];
  /** Whether bios come to weft_make_request(). */
  readonly submits?: boolean;
  /** The set that those bios come from. */
  readonly from?: string;
}

const read = (name: string): string => readFileSync(new URL(`../../fixtures/extract/${name}`, import.meta.url), 'utf8');

/** The scenario of a fixture: a task that submits bios to weft_make_request(), and tasks that run the functions named. */
export function extracted(
  name: string,
  { notes = '{}', tables = [], version = '4.14', edit = (text) => text, runs = [], submits = true, from }: Given = {},
): Extracted {
  const files = [parser.parse('weft.h', read('weft.h')), parser.parse(name, edit(read(name)))];
  const index = indexFiles(files);
  const era = { era: eraOfVersion(version), version, evidence: 'given' };
  const stack = {
    entry: submits ? ['weft_make_request'] : runs,
    tables,
    tasks: [
      ...(submits ? [{ name: 'T', workload: 'any', count: 'tasks', ...(from !== undefined && { from }) }] : []),
      ...runs.map((fn) => ({ name: fn, runs: fn, count: 'tasks' })),
    ],
  };
  const library = readLibrary({ 'notes.yaml': notes, 'stack.yaml': stringify({ stacks: { weft: stack } }) });
  const inventory = takeInventory(index, era);
  const [weft] = library.stacks;
  const subject = { index, era, parser, inventory, setFacts: (set: string) => setFacts(inventory, set) };
  const made = weft ? scenarioOf(subject, library, weft) : null;
  if (!made) throw new Error(`${name} has no entry point`);
  return made;
}

/** The program of the entry point or of another function, one line a step, indented. */
export function programText({ programs }: Extracted, name?: string): string {
  const program = name === undefined ? programs[0] : programs.find(({ fn }) => fn.name === name);
  return program
    ? listProgram(program.graph, 'n')
        .flatMap((line) => indented(line, 0))
        .join('\n')
    : '';
}

function indented(line: Line, depth: number): readonly string[] {
  return [`${'  '.repeat(depth)}${line.text}`, ...line.inside.flatMap((inner) => indented(inner, depth + 1))];
}

/** A text without the indentation of the code it stands in; `|` at the start of a line keeps what is behind it. */
export function trim(text: string): string {
  const lines = text.split('\n').slice(1);
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(margin).replace(/^\|/, '')).join('\n');
}
