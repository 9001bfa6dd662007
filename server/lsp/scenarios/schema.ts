import annotationFile from '../../../docs/annotations.schema.json';
import schemaFile from '../../../docs/scenario.schema.json';
import type { Descent } from './place.js';

/** The parts of JSON Schema that docs/scenario.schema.json and docs/annotations.schema.json use. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly examples?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  /** What a text names: an entry of the file, or something of the code. */
  readonly 'x-names'?: string;
  /** The same for the keys of a mapping. */
  readonly 'x-keys'?: string;
}

/** A key that may stand in a mapping. */
export interface Key {
  readonly name: string;
  readonly description: string;
  readonly value: Schema;
}

const scenario: Schema = schemaFile;
/** What a file of annotations may have. */
export const annotations: Schema = annotationFile;
/** No name is in both files. */
const definitions = { ...scenario.$defs, ...annotations.$defs };

/** The schemas that the value at the end of the way may follow, in a scenario or in what follows another schema. */
export function schemasAt(way: readonly Descent[], root: Schema = scenario): readonly Schema[] {
  let schemas = alternatives(root);
  for (const descent of way) {
    schemas = schemas.flatMap((schema) => {
      if ('index' in descent) return schema.items ? alternatives(schema.items) : [];
      return fitting(schema, schemas, descent.keys) ? alternatives(childOf(schema, descent.key)) : [];
    });
  }
  return schemas;
}

/** The keys that a mapping may have beside `siblings`. A step without its verb may have any verb, and nothing else yet. */
export function keysOf(schemas: readonly Schema[], siblings: readonly string[]): readonly Key[] {
  const mappings = schemas.filter(({ properties }) => properties !== undefined);
  const chosen = mappings.filter((schema) => fitting(schema, mappings, siblings));
  const undecided = chosen.length > 1;
  return chosen.flatMap((schema) =>
    Object.entries(schema.properties ?? {})
      .filter(([name]) => !siblings.includes(name) && (!undecided || name === verbOf(schema)))
      .map(([name, value]) => ({ name, value, description: describe(name, value, schema, mappings.length > 1) })),
  );
}

/** The schema with what its reference leads to; its own description is the better one. */
function resolved(schema: Schema): Schema {
  return { ...definitions[schema.$ref?.replace(/^.*#\/\$defs\//, '') ?? ''], ...schema };
}

/** Whether a value is an expression, or an assignment of one: text that names parameters, options and variables. */
export function isExpression({ $ref }: Schema): boolean {
  return /#\/\$defs\/(?:expression|assignment)$/.test($ref ?? '');
}

/** Whether a value goes on below its key. */
export function isNested(schema: Schema): boolean {
  return ['object', 'array'].includes(String(resolved(schema).type));
}

/** What a schema allows, each possibility by itself. */
export function alternatives(schema: Schema | null): readonly Schema[] {
  if (schema === null) return [];
  const whole = resolved(schema);
  return whole.oneOf ? whole.oneOf.flatMap(alternatives) : [whole];
}

function childOf({ properties = {}, additionalProperties }: Schema, key: string): Schema | null {
  if (Object.hasOwn(properties, key)) return properties[key] ?? null;
  return typeof additionalProperties === 'object' ? additionalProperties : null;
}

/** The key that tells the kinds of steps apart. */
function verbOf({ required = [] }: Schema): string | undefined {
  return required[0];
}

/** Whether a mapping with these keys can be meant by the schema: among several, the one whose verb is there. */
function fitting(schema: Schema, among: readonly Schema[], keys: readonly string[]): boolean {
  const has = (one: Schema): boolean => keys.includes(verbOf(one) ?? '');
  return among.length <= 1 || has(schema) || !among.some(has);
}

function describe(name: string, value: Schema, owner: Schema, isStep: boolean): string {
  const own = resolved(value).description ?? '';
  return isStep && name === verbOf(owner) ? (owner.description ?? own) : own;
}
