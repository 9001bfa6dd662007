import type { Language, TreeCursor } from 'web-tree-sitter';

/** A syntax node copied out of the parser's memory. Offsets are UTF-16 units. */
export interface Syntax {
  readonly type: string;
  /** False for punctuation and keywords. */
  readonly named: boolean;
  /** The field of the parent's rule that this node fills. */
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Syntax[];
}

/** Below this depth nodes are copied without children, so that hostile nesting cannot exhaust the stack. */
const deepest = 400;

const leaves = new Set(['string_literal', 'char_literal', 'system_lib_string', 'preproc_arg']);

/**
 * Copies the node under the cursor and what is below it. Each cursor call crosses into WebAssembly, so a subtree that
 * `skip` names is copied as a leaf. The cursor is left where it was.
 */
export function snapshot(
  cursor: TreeCursor,
  language: Language,
  skip: (type: string) => boolean = () => false,
  depth = 0,
): Syntax {
  const typeId = cursor.nodeTypeId;
  const type = language.types[typeId] ?? 'ERROR';
  const fieldId = cursor.currentFieldId;
  const field = fieldId === 0 ? null : (language.fields[fieldId] ?? null);
  const children: Syntax[] = [];
  const { startIndex: start, endIndex: end } = cursor;
  if (depth < deepest && !leaves.has(type) && !skip(type) && cursor.gotoFirstChild()) {
    do {
      children.push(snapshot(cursor, language, skip, depth + 1));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type, named: type === 'ERROR' || isNamed(language, typeId), field, start, end, children };
}

const namedTypes = new WeakMap<Language, Map<number, boolean>>();

function isNamed(language: Language, typeId: number): boolean {
  const known = namedTypes.get(language) ?? new Map<number, boolean>();
  namedTypes.set(language, known);
  const named = known.get(typeId) ?? language.nodeTypeIsNamed(typeId);
  known.set(typeId, named);
  return named;
}

/** The first child that fills `field`. */
export function childOf(node: Syntax, field: string): Syntax | undefined {
  return node.children.find((child) => child.field === field);
}

/** Children that are no punctuation or keyword. */
export function namedChildren(node: Syntax): readonly Syntax[] {
  return node.children.filter((child) => child.named);
}
