import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readScenario } from '../../model/read.js';
import type { Scenario } from '../../model/scenario.js';
import { ScenarioError } from '../../model/yaml.js';
import { toLspRange } from '../positions.js';
import type { FileRun } from '../simulations.js';
import { strategyLines } from './strategies.js';
import { compared, isExpected } from './verdicts.js';

/**
 * What is wrong with a scenario file, else what its strategies cannot do, and the verdicts of those that ran. `file` is
 * the name that messages show.
 */
export async function scenarioDiagnostics(
  document: TextDocument,
  file: string,
  runs: ReadonlyMap<string, FileRun>,
): Promise<Diagnostic[]> {
  const read = tryToRead(file, document.getText());
  if (read instanceof ScenarioError)
    return read.mistakes.map(({ range, reason }) => diagnostic(toLspRange(range), DiagnosticSeverity.Error, reason));
  const { strategies } = strategyLines(document);
  const found: Diagnostic[] = [];
  for (const [strategy, range] of strategies) {
    const problem = await buildProblem(read, strategy);
    const run = runs.get(strategy);
    if (problem !== null) found.push(diagnostic(range, DiagnosticSeverity.Error, problem));
    else if (run !== undefined) found.push(verdict(range, run));
  }
  return found;
}

function tryToRead(file: string, text: string): Scenario | ScenarioError {
  try {
    return readScenario(file, text);
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
}

/** Why the model of a strategy cannot be built: names in expressions, numbers out of range. Null if it can. */
async function buildProblem(scenario: Scenario, strategy: string): Promise<string | null> {
  const { prepare } = await import('../../sim/prepare.js');
  try {
    prepare(scenario, { strategy });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function verdict(range: Range, run: FileRun): Diagnostic {
  const severity = isExpected(run) ? DiagnosticSeverity.Information : DiagnosticSeverity.Error;
  return diagnostic(range, severity, `${compared(run)}. ${run.simulation.sentence}`);
}

function diagnostic(range: Range, severity: DiagnosticSeverity, message: string): Diagnostic {
  return { range, severity, source: 'rescuer', message };
}
