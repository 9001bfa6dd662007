import { type CodeAction, CodeActionKind, type CodeLens, type Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../../review/types.js';
import type { SeriesReview } from '../reviews.js';
import type { TraceLink } from '../traces.js';
import type { FindingData } from './seriesDiagnostics.js';

/** Commands of the client: it alone can show a trace or start a debug session. */
const showTrace = 'rescuer.showTrace';
const debugTrace = 'rescuer.debugTrace';

/** The run that a finding of a series is about: the shipped one it names, or that of a stack of devices from its code. */
export function traceOf(
  { states, series }: Pick<SeriesReview, 'states' | 'series'>,
  { simulation, rule, message, patch }: Finding,
  document: string,
): TraceLink | null {
  if (simulation !== null) return simulation;
  if (rule !== 'no-progress') return null;
  const own = series.patches.findIndex(({ index }) => index === patch) + 1;
  const has = (state: number): string | undefined =>
    states[state]?.runs.find(
      ({ stack, sentence, evidence }) => evidence && message.includes(`${stack}: `) && message.includes(sentence),
    )?.stack;
  // A fixed one is in a state before its patch.
  const state = [own, ...states.keys()].find((candidate) => has(candidate) !== undefined);
  const stack = state === undefined ? undefined : has(state);
  return state === undefined || stack === undefined ? null : { document, stack, state };
}

/** Lenses that show a run in the trace panel and in the debugger. */
export function traceLenses(range: CodeLens['range'], link: TraceLink): CodeLens[] {
  return [
    { range, command: { title: 'Show trace', command: showTrace, arguments: [link] } },
    { range, command: { title: 'Debug', command: debugTrace, arguments: [link] } },
  ];
}

/** For each diagnostic that a run shows: an action that opens it. */
export function traceActions(diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics
    .filter(({ source }) => source === 'rescuer')
    .flatMap((diagnostic) => {
      const { trace } = (diagnostic.data ?? {}) as Partial<FindingData>;
      if (!trace) return [];
      const action = (title: string, command: string): CodeAction => ({
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        command: { title, command, arguments: [trace] },
      });
      return [
        action('Show the trace that leads there', showTrace),
        action('Debug the trace that leads there', debugTrace),
      ];
    });
}
