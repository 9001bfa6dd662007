import type { CIndex } from '../c/index.js';
import type { CFile, Parameter } from '../c/types.js';
import { kept } from '../kept.js';

/** One line of `signs` in eras.yaml, where the keys are described. */
export interface Sign {
  readonly eras: string;
  readonly declares?: string;
  readonly params?: number;
  readonly lacks?: string;
  readonly beside?: string;
  readonly field?: string;
  readonly noField?: string;
  readonly calls?: string;
  readonly args?: number;
  readonly text?: string;
}

/** Looks for a sign; says in words where it was seen, or null. */
export function seen(sign: Sign, index: CIndex): string | null {
  if (sign.declares !== undefined) return seenDeclaration(sign.declares, sign.params, index);
  if (sign.lacks !== undefined) return seenLack(sign.lacks, sign.beside ?? '', index);
  if (sign.field !== undefined) return seenField(sign.field, true, index);
  if (sign.noField !== undefined) return seenField(sign.noField, false, index);
  if (sign.calls !== undefined) return seenCall(sign.calls, sign.args, index);
  const text = sign.text;
  const file = text === undefined ? undefined : index.files.find((candidate) => includes(candidate, text));
  return file ? `${text} in ${file.path}` : null;
}

const included = kept((_: CFile) => new Map<string, boolean>());

/** Whether a file has a text, looked for once. */
function includes(file: CFile, text: string): boolean {
  const known = included(file);
  const found = known.get(text) ?? file.text.includes(text);
  known.set(text, found);
  return found;
}

function seenDeclaration(name: string, params: number | undefined, index: CIndex): string | null {
  const fits = (list: readonly Parameter[]) => params === undefined || list.length === params;
  const prototype = index.prototypes(name).find(({ item }) => fits(item.params));
  const path =
    prototype?.path ??
    index.functionsNamed(name).find((fn) => fits(fn.params))?.path ??
    (params === undefined ? index.constants(name)[0]?.path : undefined);
  if (path === undefined) return null;
  return params === undefined
    ? `${name} in ${path}`
    : `${name}() with ${params} ${params === 1 ? 'parameter' : 'parameters'} in ${path}`;
}

function declares(name: string, path: string, index: CIndex): boolean {
  return [...index.prototypes(name), ...index.constants(name), ...index.functionsNamed(name)].some(
    (found) => found.path === path,
  );
}

/** Fragments prove no absence, so they are not looked at. */
function seenLack(name: string, beside: string, index: CIndex): string | null {
  const whole = index.files.find(
    (file) =>
      file.known === null &&
      file.path.endsWith('.h') &&
      declares(beside, file.path, index) &&
      !declares(name, file.path, index),
  );
  return whole ? `no ${name} beside ${beside} in ${whole.path}` : null;
}

function seenField(field: string, wanted: boolean, index: CIndex): string | null {
  const [struct = '', name = ''] = field.split('.');
  for (const { path, item } of index.structs(struct)) {
    const has = item.fields.some((candidate) => candidate.name === name);
    if (wanted && has) return `struct ${field} in ${path}`;
    const whole = index.files.some((file) => file.path === path && file.known === null);
    if (!wanted && !has && whole && item.fields.length > 0) return `no ${name} in struct ${struct} in ${path}`;
  }
  return null;
}

function seenCall(name: string, args: number | undefined, index: CIndex): string | null {
  const site = index.callers(name).find(({ call }) => args === undefined || call.args.length === args);
  if (!site) return null;
  const count = args === undefined ? '' : ` with ${args} ${args === 1 ? 'argument' : 'arguments'}`;
  return `call of ${name}()${count} in ${site.caller.path}`;
}
