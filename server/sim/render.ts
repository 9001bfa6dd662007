import type { CycleNode, Simulation, TraceStep, Values } from './types.js';

const heading: Readonly<Record<Simulation['verdict'], string>> = {
  proved: 'proved within these bounds',
  deadlock: 'DEADLOCK',
  crash: 'CRASH',
  livelock: 'LIVELOCK',
  leak: 'LEAK',
  incomplete: 'incomplete',
};

function list(values: Values, separator: string): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(separator);
}

function figures(result: Simulation): string {
  return `${result.states} states, ${result.transitions} transitions, depth ${result.depth}, ${result.seconds.toFixed(3)} s`;
}

function step(row: TraceStep, width: number): string {
  const changed = Object.entries(row.changed).map(([name, value]) => `${name}: ${value}`);
  const where = row.source ? ` (${row.source})` : '';
  return [
    `${String(row.step).padStart(4)}  ${row.task.padEnd(width)}  ${row.action}${where}`,
    ...changed.map((text) => `${' '.repeat(width + 10)}${text}`),
  ].join('\n');
}

function node(part: CycleNode): string {
  return 'task' in part ? `${part.task} waits for ${part.waits} in ${part.source}` : `${part.resource}: ${part.held}`;
}

/** A result as plain text for a terminal or an editor, without colours; ends with a newline. */
export function renderText(result: Simulation): string {
  const width = Math.max(0, ...result.trace.map((row) => row.task.length));
  const lines = [
    `${result.scenario} / ${result.strategy} (order of Linux ${result.era}): ${heading[result.verdict]}`,
    `  ${list(result.bounds.parameters, ' ')}`,
    `  ${figures(result)}`,
    '',
    result.sentence,
  ];
  if (result.trace.length > 0)
    lines.push('', `Shortest trace, ${result.trace.length} steps:`, ...result.trace.map((row) => step(row, width)));
  if (result.cycle.length > 0) lines.push('', 'Wait-for cycle:', ...result.cycle.map((part) => `  ${node(part)}`));
  if (result.witnesses.length > 0)
    lines.push(
      '',
      'Not vacuous:',
      ...result.witnesses.map(({ what, seen }) => `  ${seen ? 'seen ' : 'never'}  ${what}`),
    );
  if (result.replay) lines.push('', `Replay: ${result.replay}`);
  return `${lines.join('\n')}\n`;
}

/** Text as Markdown shows it literally: scenario files come from strangers. */
function literal(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&]/g, (character) => `\\${character}`);
}

/** A result as Markdown. */
export function renderMarkdown(result: Simulation): string {
  const lines = [
    `## ${literal(`${result.scenario} / ${result.strategy}`)}: ${heading[result.verdict]}`,
    '',
    literal(result.sentence),
    '',
    `Order of Linux ${literal(result.era)}; ${literal(list(result.bounds.parameters, ', '))}; ${figures(result)}.`,
  ];
  if (result.trace.length > 0) {
    const rows = result.trace.map(
      (row) =>
        `| ${[String(row.step), row.task, row.action, row.source, list(row.changed, '; ')].map(literal).join(' | ')} |`,
    );
    lines.push('', '| step | task | action | source | changed |', '|--:|---|---|---|---|', ...rows);
  }
  if (result.cycle.length > 0)
    lines.push('', '### Wait-for cycle', '', ...result.cycle.map((part) => `- ${literal(node(part))}`));
  if (result.witnesses.length > 0)
    lines.push(
      '',
      '### Not vacuous',
      '',
      ...result.witnesses.map(({ what, seen }) => `- ${seen ? 'seen' : '**never seen**'}: ${literal(what)}`),
    );
  if (result.replay) lines.push('', `Replay: \`${result.replay.replaceAll('`', "'")}\``);
  return `${lines.join('\n')}\n`;
}

/** The wait-for cycle as a Graphviz graph; an empty graph if there is none. */
export function renderDot(result: Simulation): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
  const nodes = result.cycle.map((part, index) =>
    'task' in part
      ? `  n${index} [shape=box, label=${quoted(part.task)}];`
      : `  n${index} [shape=ellipse, label=${quoted(part.resource)}];`,
  );
  const edges = result.cycle.map((part, index) => {
    const label = 'task' in part ? `waits in ${part.source}` : part.held;
    return `  n${index} -> n${(index + 1) % result.cycle.length} [label=${quoted(label)}];`;
  });
  return `digraph ${quoted(`${result.scenario}/${result.strategy}`)} {\n${[...nodes, ...edges].join('\n')}\n}\n`;
}

/** A result in one of the formats of `rescuer simulate`. */
export function renderSimulation(result: Simulation, format: 'text' | 'json' | 'markdown' | 'dot'): string {
  switch (format) {
    case 'text':
      return renderText(result);
    case 'markdown':
      return renderMarkdown(result);
    case 'dot':
      return renderDot(result);
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
  }
}
