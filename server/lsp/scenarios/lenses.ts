import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { strategyLines } from './strategies.js';

/** Above each strategy of a scenario file, a lens that runs it; above the first, one that runs them all. */
export function scenarioLenses(document: TextDocument): CodeLens[] {
  const { heading, strategies } = strategyLines(document);
  const { uri } = document;
  const single = [...strategies].map(([strategy, range]) => {
    const link = { uri, strategy, parameters: {} };
    return { range, command: { title: `Run ${strategy}`, command: 'rescuer.simulate', arguments: [link] } };
  });
  if (heading === null || single.length === 0) return single;
  const all = { title: 'Run all', command: 'rescuer.simulateAll', arguments: [uri] };
  return [{ range: heading, command: all }, ...single];
}
