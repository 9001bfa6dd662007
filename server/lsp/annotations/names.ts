import type { CFunction } from '../../c/types.js';
import { structTag } from '../../c/typing.js';
import { shippedLibrary } from '../../model/extract/library.js';
import type { Language } from '../scenarios/complete.js';
import { expressionNames } from '../scenarios/names.js';
import type { Descent, ScenarioPlace } from '../scenarios/place.js';
import { isExpression, type Schema } from '../scenarios/schema.js';
import type { Block } from './blocks.js';
import type { AnnotatedCode } from './code.js';

/** What a text of an annotation names. `call` and `body` are C, `bio` is a way to a bio from a parameter. */
export type Kind = 'functions' | 'files' | 'tables' | 'fields' | 'workloads' | 'works' | 'call' | 'body' | 'bio';

/** Keys of steps whose value is a bio. */
const bios = ['end', 'submit', 'free', 'hold', 'await', 'keep', 'bio', 'parent'];

/** What the text at a place names; null for what is said otherwise. */
export function kindOf({ role, way }: ScenarioPlace, schemas: readonly Schema[]): Kind | null {
  const [named] = schemas.flatMap((schema) => schema[role === 'key' ? 'x-keys' : 'x-names'] ?? []);
  if (named !== undefined) return named as Kind;
  const last = way.at(-1);
  const inSteps = way.some((descent) => 'key' in descent && ['does', 'first'].includes(descent.key));
  if (role === 'key' || !inSteps || last === undefined || 'index' in last) return null;
  if (last.key === 'queue') return 'works';
  return bios.includes(last.key) ? 'bio' : null;
}

/** The function that a place is about: that of the comment, else the one whose entry of `functions` it is in. */
export function subjectOf(way: readonly Descent[], { subject, index }: AnnotatedCode): CFunction | null {
  const [top, entry] = way;
  if (subject !== null || !top || !entry || 'index' in top || 'index' in entry || top.key !== 'functions')
    return subject;
  return index.functionsNamed(entry.key)[0] ?? null;
}

/** The annotation language with the names of the code at hand. */
export function languageOf({ schema }: Block, code: AnnotatedCode): Language {
  const { index } = code;
  const named = (place: ScenarioPlace, kind: Kind | null): readonly string[] | null => {
    const library = shippedLibrary();
    switch (kind) {
      case 'functions':
      case 'call':
        return unique(index.files.flatMap(({ functions }) => functions.map(({ name }) => name)));
      case 'files':
        return unique(index.files.map(({ path }) => path)).filter((path) => path.endsWith('.c'));
      case 'tables':
        return unique(
          index.files.flatMap(({ variables }) =>
            variables.flatMap(({ name, type, init }) =>
              init !== null && /^(?:const )?struct \w+$/.test(type) ? [name] : [],
            ),
          ),
        );
      case 'fields':
        return fieldNames(code, place.text);
      case 'workloads':
        return unique([...place.namesIn('workloads'), ...library.workloads.keys()]);
      case 'works':
        return unique([...place.namesIn('works'), ...library.works.keys()]);
      case 'bio':
        return biosOf(subjectOf(place.way, code), code);
      default:
        return null;
    }
  };
  return {
    root: schema,
    values: (place, schemas) =>
      named(place, kindOf(place, schemas)) ??
      (schemas.some(isExpression) ? unique([...expressionNames(place), ...shippedLibrary().variables.keys()]) : null),
    keys: (place, schemas) => named(place, kindOf({ ...place, role: 'key' }, schemas)) ?? [],
  };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** Structures until one is written, then its fields. */
function fieldNames({ index }: AnnotatedCode, written: string): readonly string[] {
  const [tag = ''] = written.split('.');
  if (written.includes('.'))
    return unique(index.structs(tag).flatMap(({ item }) => item.fields.map(({ name }) => `${tag}.${name}`)));
  return unique(index.files.flatMap(({ structs }) => structs.map(({ name }) => name))).filter((name) =>
    /^\w+$/.test(name),
  );
}

/** The bios that a function is given: parameters, and fields of what they point to. */
function biosOf(fn: CFunction | null, { index }: AnnotatedCode): readonly string[] {
  const isBio = (type: string): boolean => /^struct bio(?: \*)?$/.test(index.resolve(type));
  return (fn?.params ?? []).flatMap(({ name, type }) => {
    if (name === null) return [];
    if (isBio(type)) return [name];
    const tag = structTag(index.resolve(type));
    const fields = tag === null ? [] : index.structs(tag).flatMap(({ item }) => item.fields);
    return fields.filter((field) => isBio(field.type)).map((field) => `${name}->${field.name}`);
  });
}
