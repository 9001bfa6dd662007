import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Position,
  SymbolKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CIndex } from '../../c/index.js';
import type { CFunction } from '../../c/types.js';
import { calleeName, callsIn } from '../../c/walk.js';
import { primitiveNames } from '../../kernel/primitives.js';
import { toLspRange, wordAt } from '../positions.js';
import type { FileView } from '../views.js';
import { lineAt } from './definition.js';

/** What an item needs to be found again: the document it was asked for in, and the function. */
export interface CallData {
  readonly view: string;
  readonly name: string;
  readonly path: string;
}

/** What makes a function part of the submission path: it takes bios or elements from a reserve, or hands bios on. */
const deeds = new Set(primitiveNames('alloc', 'clone', 'split', 'chain', 'submit', 'punt', 'pool-alloc'));

/** The function under the cursor, if it is on the submission path: it allocates or submits, or calls one that does. */
export function prepareCalls(view: FileView, document: TextDocument, position: Position): CallHierarchyItem[] {
  const word = wordAt(lineAt(document, position.line), position)?.word;
  if (word === undefined || !onPath(view.facts.index).has(word)) return [];
  return view.facts.index
    .functionsNamed(word, view.path)
    .flatMap((fn) => itemOf(view, document.uri, fn) ?? [])
    .slice(0, 1);
}

/** Who calls it. Every caller of such a function is on the submission path too. */
export function callersOf(view: FileView, { view: uri, name }: CallData): CallHierarchyIncomingCall[] {
  const sites = groupBy(view.facts.index.callers(name), ({ caller }) => caller);
  return [...sites].flatMap(([caller, calls]) => {
    const from = itemOf(view, uri, caller);
    return from === null ? [] : [{ from, fromRanges: calls.map(({ call }) => toLspRange(call.callee.range)) }];
  });
}

/** What it calls, without what has nothing to do with submission. */
export function calleesOf(view: FileView, { view: uri, name, path }: CallData): CallHierarchyOutgoingCall[] {
  const { index } = view.facts;
  const wanted = onPath(index);
  const own = index.functionsNamed(name, path).find((fn) => fn.path === path);
  const calls = groupBy(callsIn(own?.body ?? []), ({ call }) => calleeName(call) ?? '');
  return [...calls].flatMap(([callee, made]) => {
    if (!wanted.has(callee)) return [];
    const [target] = index.functionsNamed(callee, path);
    const to = target && itemOf(view, uri, target);
    return to ? [{ to, fromRanges: made.map(({ call }) => toLspRange(call.callee.range)) }] : [];
  });
}

const known = new WeakMap<CIndex, ReadonlySet<string>>();

/** Names of the functions from which a call leads to one of the deeds, the deeds included. */
function onPath(index: CIndex): ReadonlySet<string> {
  const kept = known.get(index);
  if (kept) return kept;
  const found = new Set(deeds);
  for (const name of found) {
    // A set visits what is added to it meanwhile.
    for (const { caller } of index.callers(name)) found.add(caller.name);
  }
  known.set(index, found);
  return found;
}

function itemOf(view: FileView, uri: string, fn: CFunction): CallHierarchyItem | null {
  const location = view.locate({ path: fn.path, range: fn.range, function: fn.name });
  if (location === null) return null;
  const data: CallData = { view: uri, name: fn.name, path: fn.path };
  return {
    name: fn.name,
    kind: SymbolKind.Function,
    detail: describeDeeds(fn) || fn.path,
    uri: location.uri,
    range: location.range,
    selectionRange: toLspRange(fn.nameRange),
    data,
  };
}

function describeDeeds(fn: CFunction): string {
  const names = callsIn(fn.body ?? []).map(({ call }) => calleeName(call) ?? '');
  const own = [...new Set(names.filter((name) => deeds.has(name)))];
  return own.length === 0 ? '' : `calls ${own.join(', ')}`;
}

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
