import type { BioSet, Place, SetCreation, Value } from '../kernel/types.js';
import type { TreeSource } from '../series/types.js';
import type { Courtesy } from '../text.js';
import { analyseFiles } from './analyse.js';
import { readFiles } from './files.js';
import { clean } from './formats/clean.js';

export interface SetsOptions extends Courtesy {
  readonly source: TreeSource;
  /** Files and folders of the tree. */
  readonly paths: readonly string[];
}

/** A value as written, and the number it stands for if the sources in view tell. */
interface ShownValue {
  readonly text: string;
  readonly number: number | null;
}

interface ShownPlace {
  readonly file: string;
  readonly line: number;
  readonly function: string | null;
}

/** What `rescuer sets` prints; `docs/cli.md` describes the JSON. */
export interface SetsReport {
  readonly schema: 'rescuer-sets/1';
  readonly era: { readonly id: string | null; readonly version: string | null; readonly evidence: string };
  readonly sets: readonly {
    readonly set: string;
    readonly owner: string | null;
    readonly created: readonly (ShownPlace & {
      readonly callee: string;
      readonly poolSize: ShownValue | null;
      readonly frontPad: ShownValue | null;
      readonly flags: string | null;
      readonly rescuer: string;
      readonly bvecs: string;
      /** The set whose parameters a copy takes over. */
      readonly from: string | null;
    })[];
    readonly allocations: readonly (ShownPlace & { readonly callee: string; readonly gfp: string | null })[];
    readonly exits: readonly (ShownPlace & { readonly callee: string })[];
  }[];
}

/** The bio_sets of files and folders: how each is made, who takes elements from it, where it ends. */
export async function takeSets({ source, paths, ...courtesy }: SetsOptions): Promise<SetsReport> {
  const images = await readFiles(source, paths);
  const { facts } = await analyseFiles(source, images, false, courtesy);
  const { era, sets } = facts.inventory;
  const asked = new Set(images.map(({ path }) => path));
  const inView = (place: Place): boolean => asked.has(place.path);
  return {
    schema: 'rescuer-sets/1',
    era: { id: era.era?.id ?? null, version: era.version, evidence: era.evidence },
    sets: sets
      .map((set) => ({
        ...set,
        creations: set.creations.filter(inView),
        allocations: set.allocations.filter(inView),
        exits: set.exits.filter(inView),
      }))
      .filter(({ creations, allocations, exits }) => creations.length + allocations.length + exits.length > 0)
      .map(show),
  };
}

function show({ id, owner, creations, allocations, exits }: BioSet): SetsReport['sets'][number] {
  return {
    set: id,
    owner,
    created: creations.map((creation) => ({
      ...at(creation),
      callee: creation.callee,
      poolSize: shown(creation.poolSize),
      frontPad: shown(creation.frontPad),
      flags: creation.flags.value?.text ?? null,
      rescuer: creation.flags.rescuer,
      bvecs: creation.flags.bvecs,
      from: creation.from,
    })),
    allocations: allocations.map((one) => ({ ...at(one), callee: one.callee, gfp: one.gfp?.text ?? null })),
    exits: exits.map((one) => ({ ...at(one), callee: one.callee })),
  };
}

function at({ path, range, function: name }: Place): ShownPlace {
  return { file: path, line: range.line, function: name };
}

function shown(value: Value | null): ShownValue | null {
  return value === null ? null : { text: value.text, number: value.number };
}

/** The inventory for a reader: one paragraph a set. Ends with a newline. */
export function renderSets({ era, sets }: SetsReport): string {
  const version = era.version === null ? '' : `Linux ${era.version}, `;
  const heading = `${version}${era.id === null ? 'era not recognised' : `API era ${era.id}`} (${era.evidence})`;
  const paragraphs = sets.map(({ set, created, allocations, exits }) =>
    [
      set,
      ...created.map((one) => `    created    ${where(one)}  ${describeCreation(one)}`),
      ...allocations.map(
        (one) => `    allocates  ${where(one)}  ${one.callee}${one.gfp === null ? '' : `, ${one.gfp}`}`,
      ),
      ...exits.map((one) => `    released   ${where(one)}  ${one.callee}`),
    ].join('\n'),
  );
  const count = sets.filter(({ created }) => created.length > 0).length;
  const text = [heading, ...paragraphs, `${count} ${count === 1 ? 'set' : 'sets'} created`].join('\n\n');
  return `${text.split('\n').map(clean).join('\n')}\n`;
}

function where({ file, line, function: name }: ShownPlace): string {
  return `${file}:${line}${name === null ? '' : ` ${name}()`}`;
}

function describeCreation(one: SetsReport['sets'][number]['created'][number]): string {
  if (one.from !== null) return `${one.callee}, a copy of ${one.from}`;
  const value = (shownValue: ShownValue | null): string => {
    if (shownValue === null) return '?';
    const { text, number } = shownValue;
    return number === null || String(number) === text ? text : `${text} = ${number}`;
  };
  const rescuer: Readonly<Record<SetCreation['flags']['rescuer'], string>> = {
    yes: 'rescuer',
    no: 'no rescuer',
    conditional: 'rescuer on a condition',
    unknown: 'rescuer unknown',
  };
  return [
    `${value(one.poolSize)} reserved`,
    `front_pad ${value(one.frontPad)}`,
    ...(one.flags === null ? [] : [`flags ${one.flags}`]),
    rescuer[one.rescuer as SetCreation['flags']['rescuer']],
  ].join(', ');
}
