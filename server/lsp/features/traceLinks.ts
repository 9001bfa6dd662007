import { type CodeAction, CodeActionKind, type CodeLens, type Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../../review/types.js';
import type { SeriesReview } from '../reviews.js';
import type { TraceLink } from '../traces.js';
import type { FindingData } from './seriesDiagnostics.js';

/** Commands of the client: it alone can show a trace or start a debug session. */
export const showTrace = 'rescuer.showTrace';
const debugTrace = 'rescuer.debugTrace';

/** The run that a finding of a series is about: the shipped one it names, or that of a stack of devices from its code. */
export function traceOf(
  { states, series }: Pick<SeriesReview, 'states' | 'series'>,
  { simulation, rule, message, patch, status }: Finding,
  document: string,
): TraceLink | null {
  if (simulation !== null) return simulation;
  if (rule !== 'no-progress') return null;
  const own = series.patches.findIndex(({ index }) => index === patch) + 1;
  // What a patch repairs was there before it.
  const state = status === 'fixed' ? own - 1 : own;
  const run = states[state]?.runs.find(({ stack }) => message.startsWith(`${stack}: `));
  return run?.evidence && run.evidence.simulation.replay !== '' ? { document, stack: run.stack, state } : null;
}

/**
 * Lenses that show a run in the trace panel and in the debugger. A line with findings of several stacks has no room for the
 * second; quick fix and panel lead to the debugger as well.
 */
export function traceLenses(range: CodeLens['range'], link: TraceLink): CodeLens[] {
  const show = { title: `Show trace${whichStack(link)}`, command: showTrace, arguments: [link] };
  if ('stack' in link) return [{ range, command: show }];
  return [
    { range, command: show },
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
        action(`Show the trace that leads there${whichStack(trace)}`, showTrace),
        action(`Debug the trace that leads there${whichStack(trace)}`, debugTrace),
      ];
    });
}

/** One line is often to blame for what happens to several stacks. */
function whichStack(link: TraceLink): string {
  return 'stack' in link ? ` (${link.stack})` : '';
}
