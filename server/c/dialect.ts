import { readTable } from '../table.js';
import text from './dialect.yaml';

/** A function-like macro: its parameters and its replacement. */
export interface Macro {
  readonly params: readonly string[];
  readonly value: string;
}

/** A variable that a macro declares; `$1` is the macro's first argument. */
export interface Declared {
  readonly name: string;
  readonly type: string;
  readonly container_of: readonly [string, string, string];
}

interface Dialect {
  readonly types: readonly {
    readonly result: 'pointer to named type' | 'type of argument' | 'target of argument';
    readonly argument: number;
    readonly match: string;
  }[];
  readonly names: Readonly<Record<string, string>>;
  readonly macros: Readonly<Record<string, Macro>>;
  readonly heads: Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;
  readonly declares: Readonly<Record<string, readonly Declared[]>>;
  readonly noreturn: readonly string[];
}

const data: Dialect = readTable(text);

/** How the type of a macro call follows from its arguments. */
export const macroTypes = data.types.map((entry) => ({ ...entry, match: new RegExp(`^(?:${entry.match})$`) }));

/** Types of names that no C file declares. */
export const builtinNames: ReadonlyMap<string, string> = new Map(Object.entries(data.names));

/** Function-like macros that are known without their header. */
export const builtinMacros: ReadonlyMap<string, Macro> = new Map(Object.entries(data.macros));

/** Parameters of functions whose head is a macro, by the macro's name. */
export const headParams = new Map(Object.entries(data.heads));

/** What macros declare, by name. */
export const declaringMacros = new Map(Object.entries(data.declares));

/** Functions that do not return. */
export const noreturn: ReadonlySet<string> = new Set(data.noreturn);
