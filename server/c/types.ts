/**
 * C as plain data: what the upper layers see of a source file. Everything is serialisable; no syntax tree leaves this
 * folder. Ranges refer to the original text, not to the masked one that was parsed.
 */
import type { Range } from '../text.js';

/** An expression. `text` is the original source, white space folded. */
export type Expr = { readonly text: string; readonly range: Range } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number | null }
  | { readonly kind: 'string' }
  | { readonly kind: 'field'; readonly base: Expr; readonly field: string; readonly arrow: boolean }
  | { readonly kind: 'index'; readonly base: Expr; readonly index: Expr }
  | { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Expr[] }
  | { readonly kind: 'unary'; readonly op: string; readonly arg: Expr }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'assign'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'conditional'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'cast'; readonly type: string; readonly arg: Expr }
  | { readonly kind: 'sizeof'; readonly of: string }
  | { readonly kind: 'list'; readonly items: readonly InitItem[] }
  | { readonly kind: 'sequence'; readonly items: readonly Expr[] }
  | { readonly kind: 'other'; readonly parts: readonly Expr[] }
);

/** One item of a brace initialiser; `field` for `.field = value`. */
export interface InitItem {
  readonly field: string | null;
  readonly value: Expr;
}

/** A statement. */
export type Stmt = { readonly range: Range } & (
  | { readonly kind: 'expr'; readonly expr: Expr }
  | {
      readonly kind: 'decl';
      readonly name: string;
      readonly type: string;
      readonly init: Expr | null;
      readonly isStatic: boolean;
    }
  | { readonly kind: 'if'; readonly test: Expr; readonly then: readonly Stmt[]; readonly otherwise: readonly Stmt[] }
  /** `#if` inside a function: both arms are real code, which one is compiled is not known. */
  | {
      readonly kind: 'config';
      readonly test: string;
      readonly then: readonly Stmt[];
      readonly otherwise: readonly Stmt[];
    }
  | {
      readonly kind: 'loop';
      readonly form: 'while' | 'do' | 'for' | 'each';
      readonly init: readonly Stmt[];
      /** null for `for (;;)`. */
      readonly test: Expr | null;
      readonly update: Expr | null;
      readonly body: readonly Stmt[];
    }
  | { readonly kind: 'switch'; readonly value: Expr; readonly body: readonly Stmt[] }
  /** `value` is null for `default:`. */
  | { readonly kind: 'case'; readonly value: Expr | null }
  | { readonly kind: 'block'; readonly body: readonly Stmt[] }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'goto'; readonly label: string }
  | { readonly kind: 'return'; readonly value: Expr | null }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  /** What the parser could not read, or assembler. */
  | { readonly kind: 'unparsed'; readonly text: string }
);

export interface Parameter {
  readonly name: string;
  /** As written, declarator included: `struct bio *`. */
  readonly type: string;
}

export interface CFunction {
  readonly name: string;
  readonly path: string;
  readonly range: Range;
  readonly nameRange: Range;
  readonly returnType: string;
  readonly isStatic: boolean;
  readonly params: readonly Parameter[];
  /** null when the caller of `parse` did not ask for this function's body. */
  readonly body: readonly Stmt[] | null;
  /** True when the syntax tree below this function has an error. */
  readonly hasError: boolean;
}

export interface CField {
  readonly name: string;
  readonly type: string;
  readonly range: Range;
  /** True below an anonymous union: the field shares its place with others. */
  readonly inUnion: boolean;
}

export interface CStruct {
  /**
   * `foo` for `struct foo` and `union foo`; for the type of a named member without a tag of its own
   * (`struct foo { struct { … } bar; }`) `foo::bar`; for `typedef struct { … } foo_t` the typedef's name.
   */
  readonly name: string;
  readonly range: Range;
  /** In order; anonymous inner structs and unions are flattened, their fields marked `inUnion` where it applies. */
  readonly fields: readonly CField[];
}

/** `#define` (object-like or function-like) or enumerator. `value` is the replacement text. */
export interface CConstant {
  readonly name: string;
  readonly params: readonly string[] | null;
  readonly value: string;
  readonly range: Range;
}

/** A file-scope variable, with its initialiser if it has one (ops tables among them). */
export interface CVariable {
  readonly name: string;
  readonly type: string;
  readonly isStatic: boolean;
  readonly range: Range;
  readonly init: Expr | null;
}

/** `typedef struct bio_set bs_t;` */
export interface CTypedef {
  readonly name: string;
  readonly type: string;
  readonly range: Range;
}

/** A function declared but not defined here (prototypes in headers). */
export interface CPrototype {
  readonly name: string;
  readonly returnType: string;
  readonly params: readonly Parameter[];
  readonly range: Range;
}

export interface CFile {
  readonly path: string;
  /** The original text's lines are needed for messages and masks; kept by reference. */
  readonly text: string;
  readonly functions: readonly CFunction[];
  readonly structs: readonly CStruct[];
  readonly constants: readonly CConstant[];
  readonly variables: readonly CVariable[];
  readonly prototypes: readonly CPrototype[];
  readonly typedefs: readonly CTypedef[];
  /** Include names as written, without delimiters. */
  readonly includes: readonly string[];
  /**
   * The lines that are real (1-based, inclusive) where the text comes from hunks only and was repaired to make it parse; null
   * when all are.
   */
  readonly known: readonly { readonly line: number; readonly endLine: number }[] | null;
}
