import type { FileRun } from '../simulations.js';

/** `deadlock, but proved is expected`: a verdict beside the one that the scenario file expects. */
export function compared(run: FileRun): string {
  const { simulation, expected, chosen } = run;
  const values = Object.entries(chosen).map(([name, value]) => `${name}=${value}`);
  const told = values.length === 0 ? simulation.verdict : `${simulation.verdict} with ${values.join(', ')}`;
  if (expected === null) return told;
  return isExpected(run) ? `${told}, as expected` : `${told}, but ${expected} is expected`;
}

/** Whether a run gave no other verdict than the file expects. */
export function isExpected({ simulation, expected }: FileRun): boolean {
  return expected === null || simulation.verdict === expected;
}

/** The results of several strategies of a scenario file, as a text; ends with a newline. */
export function renderRuns(file: string, runs: readonly FileRun[]): string {
  const blocks = runs.map((run) => {
    const { strategy, sentence, states, seconds } = run.simulation;
    return `${strategy}: ${compared(run)}\n  ${sentence}\n  ${states} states, ${seconds.toFixed(3)} s\n`;
  });
  const surprises = runs.filter((run) => !isExpected(run)).length;
  const total =
    surprises === 0 ? 'no verdict is unexpected' : `${surprises} of ${runs.length} verdicts not as expected`;
  return [`${file}: ${total}\n`, ...blocks].join('\n');
}
