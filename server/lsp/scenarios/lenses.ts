import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { traceLenses } from '../features/traceLinks.js';
import type { Workspace } from '../workspace.js';
import { strategyLines } from './strategies.js';

/** Above each strategy of a scenario file, lenses that run it and show its steps; above the first, such that run them all. */
export function scenarioLenses(document: TextDocument, { showsTraces }: Pick<Workspace, 'showsTraces'>): CodeLens[] {
  const { heading, strategies } = strategyLines(document);
  const { uri } = document;
  const single = [...strategies].flatMap(([strategy, range]) => {
    const link = { uri, strategy, parameters: {} };
    const run = { range, command: { title: `Run ${strategy}`, command: 'rescuer.simulate', arguments: [link] } };
    return [run, ...(showsTraces ? traceLenses(range, link) : [])];
  });
  if (heading === null || single.length === 0) return single;
  const all = { title: 'Run all', command: 'rescuer.simulateAll', arguments: [uri] };
  const compared = { uri, strategy: [...strategies.keys()][0] ?? '', parameters: {} };
  const compare = { title: 'Compare performance', command: 'rescuer.comparePerformance', arguments: [compared] };
  return [{ range: heading, command: all }, ...(showsTraces ? [{ range: heading, command: compare }] : []), ...single];
}
