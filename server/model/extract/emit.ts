import { parseExpression } from '../expression.js';
import type { Branch, Step } from '../scenario.js';
import type { Graph } from './graph.js';
import { type Part, structure } from './structure.js';

const end = 'end';

/** The program as steps with jumps, in the order of control flow. */
export function toSteps(graph: Graph): readonly Step[] {
  const jumps = new Set<string>();
  const jump = (label: string): Step => {
    jumps.add(label);
    return { do: 'goto', at: '', label, counted: true };
  };
  const write = (parts: readonly Part[]): readonly Step[] => parts.flatMap(one);
  const one = (part: Part): readonly Step[] => {
    switch (part.kind) {
      case 'step':
        return [part.step];
      case 'label':
        return [labelOf(part.block)];
      case 'loop':
        return [labelOf(part.block), ...write(part.parts)];
      case 'jump':
        return [jump(part.to === null ? end : nameOf(part.to))];
      case 'choose':
        return [{ do: 'choose', at: part.at, branches: part.ways.map(branch) }];
      case 'try': {
        const { step, fail, done } = part;
        if (done.length === 0) return [{ ...step, fail: write(fail) }];
        // What is done on success would follow a failure as well.
        const after = `${nameOf(++tries)}x`;
        return [{ ...step, fail: [...write(fail), jump(after)] }, ...write(done), { do: 'label', at: '', name: after }];
      }
    }
  };
  const branch = ({ when, about, parts }: Extract<Part, { kind: 'choose' }>['ways'][number]): Branch => ({
    when: when === null ? null : parseExpression(when),
    about,
    steps: write(parts),
  });
  let tries = 0;
  const counters = new Map<string, Step>();
  for (const { steps } of graph)
    for (const step of steps) if (step.do === 'let') counters.set(step.variable, { ...step, to: parseExpression('0') });
  const steps = [...counters.values(), ...write(structure(graph))];
  return jumps.has(end) ? [...steps, { do: 'label', at: '', name: end }] : steps;
}

const nameOf = (block: number): string => `l${block}`;
const labelOf = (block: number): Step => ({ do: 'label', at: '', name: nameOf(block) });
