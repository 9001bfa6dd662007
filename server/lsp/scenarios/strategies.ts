import type { Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isMap, isScalar, type Pair } from 'yaml';
import { keyText, parseText } from '../../model/yaml.js';

/** Where a scenario file names its strategies. */
export interface StrategyLines {
  /** The key `strategies`; null when there is none. */
  readonly heading: Range | null;
  /** The key of each strategy. */
  readonly strategies: ReadonlyMap<string, Range>;
}

/** Finds the strategies of a scenario file, whatever else is wrong with it. */
export function strategyLines(document: TextDocument): StrategyLines {
  const { contents } = parseText(document.getText());
  const heading = isMap(contents) ? contents.items.find((pair) => keyOf(pair) === 'strategies') : undefined;
  const strategies = isMap(heading?.value) ? heading.value.items : [];
  return {
    heading: heading === undefined ? null : rangeOf(document, heading),
    strategies: new Map(strategies.map((pair) => [keyOf(pair), rangeOf(document, pair)])),
  };
}

function keyOf({ key }: Pair): string {
  return keyText(key);
}

function rangeOf(document: TextDocument, { key }: Pair): Range {
  const [start, end] = isScalar(key) && key.range ? key.range : [0, 0];
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
