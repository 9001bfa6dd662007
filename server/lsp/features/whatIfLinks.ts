import type { CodeLens, Position } from 'vscode-languageserver';
import type { TraceLink } from '../traces.js';
import { describeLink, type WhatIfPair } from '../whatIf.js';
import { showTrace } from './traceLinks.js';

/** A command of the client, which asks what to change. */
const askWhatIf = 'rescuer.askWhatIf';

/** Over a place: what if something there were otherwise? */
export function whatIfLens(range: CodeLens['range'], uri: string): CodeLens {
  const command = { title: 'what if…', command: askWhatIf, arguments: [{ uri, position: range.start }] };
  return { range, command };
}

/** One lens where several findings of a line would give the same. */
export function withoutRepeats(lenses: readonly CodeLens[]): CodeLens[] {
  return [...new Map(lenses.map((lens) => [JSON.stringify([lens.range.start.line, lens.command]), lens])).values()];
}

/** The same as a link in the Markdown of a hover. */
export function whatIfLink(uri: string, position: Position): string {
  const given = encodeURIComponent(JSON.stringify([{ uri, position }]));
  return `[What if it were otherwise?](command:${askWhatIf}?${given})`;
}

/** On the page of a comparison: its runs step by step, and a further change. */
export function pairLenses({ before, after }: WhatIfPair): CodeLens[] {
  const start = { line: 0, character: 0 };
  const lens = (title: string, command: string, ...args: unknown[]): CodeLens => ({
    range: { start, end: start },
    command: { title, command, arguments: args },
  });
  const beside = (link: TraceLink, title: string) => ({ title: `${title}: ${describeLink(link)}`, link });
  return [
    lens('Show trace as it is', showTrace, before),
    lens('Show trace of what if', showTrace, after),
    lens('Compare traces', showTrace, after, beside(before, 'as it is')),
    lens('Change more…', askWhatIf, { link: after, before }),
  ];
}
