import type { Lane, Playback, PlayedStep } from './playback.js';
import type { CycleNode } from './types.js';

const laneWidth = 224;
const rowHeight = 34;
const gutter = 44;
const top = 96;

/** A run as a picture: a column for each lane, a box for each step, the wait-for cycle below. Ends with a newline. */
export function renderSvg({ scenario, strategy, verdict, sentence, lanes, steps, cycle }: Playback): string {
  const bottom = top + steps.length * rowHeight;
  const width = gutter + Math.max(lanes.length, 3) * laneWidth + 12;
  const about = wrap(sentence, Math.floor(width / 6.6));
  const notes = cycle.map(cycleLine);
  const height = bottom + 40 + 16 * (about.length + notes.length);
  const label = `${scenario} / ${strategy}: ${verdict}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(label)}">`,
    `<style>text{font:12px sans-serif;fill:#222}.s{font:11px monospace;fill:#555}.h{font-weight:bold}.n{fill:#777}</style>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(12, 24, label, 'h'),
    ...lanes.flatMap((lane, index) => laneParts(lane, index, bottom)),
    ...steps.flatMap(stepParts),
    ...[...about, ...notes].map((line, index) => text(12, bottom + 28 + 16 * index, line)),
    '</svg>\n',
  ].join('\n');
}

function laneParts({ name, kind }: Lane, index: number, bottom: number): string[] {
  const x = gutter + index * laneWidth;
  const middle = x + laneWidth / 2;
  return [
    text(x + 6, top - 26, clip(name, 30), 'h'),
    text(x + 6, top - 12, kind, 'n'),
    `<line x1="${middle}" y1="${top - 4}" x2="${middle}" y2="${bottom}" stroke="#ccc" stroke-dasharray="2 3"/>`,
  ];
}

function stepParts({ lane, action, source, afterwards }: PlayedStep, index: number): string[] {
  const x = gutter + lane * laneWidth + 3;
  const y = top + index * rowHeight;
  const stroke = afterwards === 'sleeps' ? '#c33' : '#8ab';
  return [
    text(8, y + 18, String(index + 1), 'n'),
    `<g><title>${escapeXml(`${action} (${source})`)}</title>`,
    `<rect x="${x}" y="${y + 2}" width="${laneWidth - 6}" height="${rowHeight - 4}" rx="3" fill="#f4f8fb" stroke="${stroke}"/>`,
    text(x + 6, y + 15, clip(action, 32)),
    text(x + 6, y + 27, clip(source, 30), 's'),
    '</g>',
  ];
}

function cycleLine(node: CycleNode): string {
  return 'task' in node ? `${node.task} waits for ${node.waits} in ${node.source}` : `${node.resource}: ${node.held}`;
}

function text(x: number, y: number, content: string, style = ''): string {
  return `<text x="${x}" y="${y}"${style ? ` class="${style}"` : ''}>${escapeXml(content)}</text>`;
}

function clip(content: string, length: number): string {
  return content.length > length ? `${content.slice(0, length - 1)}…` : content;
}

function wrap(content: string, length: number): string[] {
  const lines: string[] = [''];
  for (const word of content.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > length) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** Text as XML: names come from strangers. Control characters, which XML cannot have, are left out. */
function escapeXml(content: string): string {
  return [...content]
    .filter((character) => character >= ' ' && character !== '\u007f')
    .join('')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
