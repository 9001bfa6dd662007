import { parseExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { type Block, type Graph, successors } from './graph.js';

const end = 'end';

/** The program as steps with jumps, in the order of control flow. */
export function toSteps(graph: Graph): readonly Step[] {
  const predecessors = graph.map(() => 0);
  for (const { exit } of graph) for (const to of successors(exit)) predecessors[to] = (predecessors[to] ?? 0) + 1;
  const written = new Set<number>();
  let jumped = false;
  const jump = (label: string): Step[] => {
    jumped ||= label === end;
    return [{ do: 'goto', at: '', label, counted: true }];
  };
  const write = (id: number): readonly Step[] => {
    if (written.has(id)) return jump(`l${id}`);
    written.add(id);
    const block = graph[id];
    if (!block) return jump(end);
    const label: Step[] = (predecessors[id] ?? 0) > 1 || id === 0 ? [{ do: 'label', at: '', name: `l${id}` }] : [];
    return [...label, ...block.steps, ...leave(block)];
  };
  const leave = ({ exit }: Block): readonly Step[] => {
    switch (exit.kind) {
      case 'end':
        return jump(end);
      case 'go':
        return write(exit.to);
      case 'choose': {
        const branches = exit.ways.map(({ when, about, to }) => ({
          when: when === null ? null : parseExpression(when),
          about,
          steps: write(to),
        }));
        return [{ do: 'choose', at: exit.at, branches }];
      }
      case 'try': {
        const fail = write(exit.fail);
        return [{ ...exit.step, fail }, ...write(exit.to)];
      }
    }
  };
  const counters = new Map<string, Step>();
  for (const { steps } of graph)
    for (const step of steps) if (step.do === 'let') counters.set(step.variable, { ...step, to: parseExpression('0') });
  const steps = [...counters.values(), ...write(0)];
  return jumped ? [...steps, { do: 'label', at: '', name: end }] : steps;
}
