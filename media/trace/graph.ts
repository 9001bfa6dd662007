import type { CycleNode } from '../../server/lsp/traces.js';
import { t } from '../words.js';
import { draw, make } from './dom.js';

const boxWidth = 150;
const rowHeight = 86;
const leftX = 14;
const rightX = 236;
const letters = 22;

/**
 * The wait-for cycle: tasks on the left, what they wait for on the right, and each resource with the next task, which keeps
 * it. The last edge, which closes the cycle, goes round.
 */
export function cycleGraph(cycle: readonly CycleNode[]): HTMLElement {
  const pairs = pairsOf(cycle);
  const height = pairs.length * rowHeight + 16;
  const told = cycle.map(sentenceOf).join('; ');
  const picture = draw('svg', {
    class: 'graph',
    viewBox: `0 0 400 ${height}`,
    role: 'img',
    'aria-label': t('Wait-for cycle: {0}', told),
  });
  picture.append(draw('defs', {}, arrowHead('arrow', 'edge-head'), arrowHead('closing-arrow', 'closing-head')));
  for (const [row, { task, resource }] of pairs.entries()) {
    const y = 28 + row * rowHeight;
    const middle = y + 21;
    picture.append(
      box(leftX, y, task.task, 'task'),
      box(rightX, y, resource.resource, 'resource'),
      edge(`M${leftX + boxWidth} ${middle}H${rightX - 3}`, 'edge'),
      label((leftX + boxWidth + rightX) / 2, middle - 6, t('waits for')),
    );
    if (row < pairs.length - 1)
      picture.append(
        edge(
          `M${rightX + boxWidth / 2} ${y + 42}C${rightX + 20} ${y + 80} ${leftX + boxWidth} ${y + 50} ${leftX + boxWidth / 2 + 10} ${y + rowHeight - 3}`,
          'edge',
        ),
        label(200, y + 84, t('held by')),
      );
  }
  const last = 28 + (pairs.length - 1) * rowHeight + 42;
  const closing = `M${rightX + boxWidth / 2} ${last}V${last + 22}H6V12H${leftX + 40}V${25}`;
  picture.append(edge(closing, 'closing'), label(200, last + 18, t('held by: closes the cycle'), 'closing-label'));
  return make('figure', { class: 'cycle' }, make('figcaption', {}, t('Wait-for cycle')), picture, list(cycle));
}

interface Pair {
  readonly task: Extract<CycleNode, { task: string }>;
  readonly resource: Extract<CycleNode, { resource: string }>;
}

function pairsOf(cycle: readonly CycleNode[]): Pair[] {
  return cycle.flatMap((task, index): Pair[] => {
    const resource = cycle[index + 1];
    return 'task' in task && resource && 'resource' in resource ? [{ task, resource }] : [];
  });
}

function sentenceOf(node: CycleNode): string {
  return 'task' in node ? t('{0} waits for {1} in {2}', node.task, node.waits, node.source) : node.held;
}

function list(cycle: readonly CycleNode[]): HTMLElement {
  return make('ol', { class: 'cycle-list' }, ...cycle.map((node) => make('li', {}, sentenceOf(node))));
}

function arrowHead(id: string, style: string): SVGMarkerElement {
  const attributes = {
    id,
    viewBox: '0 0 8 8',
    refX: 7,
    refY: 4,
    markerWidth: 9,
    markerHeight: 9,
    markerUnits: 'userSpaceOnUse',
    orient: 'auto',
  };
  return draw('marker', attributes, draw('path', { d: 'M0 0L8 4L0 8z', class: style }));
}

function edge(path: string, style: 'edge' | 'closing'): SVGPathElement {
  return draw('path', { d: path, class: style, 'marker-end': `url(#${style === 'edge' ? 'arrow' : 'closing-arrow'})` });
}

function label(x: number, y: number, content: string, style = 'edge-label'): SVGTextElement {
  return draw('text', { x, y, class: style, 'text-anchor': 'middle' }, content);
}

/** A node; a resource has round ends. The whole name is its tooltip. */
function box(x: number, y: number, name: string, kind: 'task' | 'resource'): SVGGElement {
  const lines = fold(name);
  const texts = lines.map((line, index) =>
    draw(
      'text',
      { x: x + boxWidth / 2, y: y + (lines.length === 1 ? 25 : 18 + 15 * index), 'text-anchor': 'middle' },
      line,
    ),
  );
  return draw(
    'g',
    { class: `node ${kind}` },
    draw('title', {}, name),
    draw('rect', { x, y, width: boxWidth, height: 42, rx: kind === 'task' ? 3 : 20 }),
    ...texts,
  );
}

/** A name in at most two lines. */
function fold(name: string): string[] {
  if (name.length <= letters) return [name];
  const at = name.lastIndexOf(' ', letters);
  const cut = at > 0 ? at : letters;
  const rest = name.slice(cut).trim();
  return [name.slice(0, cut), rest.length > letters ? `${rest.slice(0, letters - 1)}…` : rest];
}
