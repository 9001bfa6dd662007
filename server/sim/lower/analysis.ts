import type { Step } from '../../model/scenario.js';

/** The lists of steps inside a step. */
function inner(step: Step): readonly (readonly Step[])[] {
  switch (step.do) {
    case 'alloc':
    case 'take':
    case 'trylock':
    case 'pop':
      return [step.fail];
    case 'wait':
      return step.meanwhile ? [step.meanwhile.steps] : [];
    case 'if':
      return [step.yes, step.no];
    case 'choose':
      return step.branches.map(({ steps }) => steps);
    case 'repeat':
    case 'while':
    case 'each':
    case 'plug':
    case 'offload':
      return [step.steps];
    default:
      return [];
  }
}

/** Every step of a program, whatever it is nested in, in the order of the text. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [step, ...inner(step).flatMap(allSteps)]);
}

/** A step that gives a bio variable a new value, so that the old one is over. */
export const definesBio = (step: Step): step is Extract<Step, { do: 'alloc' | 'new' | 'each' | 'pop' }> =>
  step.do === 'alloc' || step.do === 'new' || step.do === 'each' || step.do === 'pop';

function mentions(step: Step): string[] {
  switch (step.do) {
    case 'chain':
      return [step.bio, step.parent];
    case 'submit':
    case 'hold':
    case 'end':
    case 'free':
    case 'keep':
    case 'await':
      return [step.bio];
    case 'carry':
      return step.from === null ? [step.bio] : [step.bio, step.from];
    case 'queue':
      return step.bio === null ? [] : [step.bio];
    default:
      return [];
  }
}

interface Node {
  readonly step: Step | null;
  readonly next: Node[];
  live: ReadonlySet<string>;
}

/** The control flow of a program; its nodes in the order of the text. */
function flowOf(program: readonly Step[]): readonly Node[] {
  const nodes: Node[] = [];
  const labels = new Map<string, Node>();
  const node = (step: Step | null, next: Node[] = []): Node => {
    const made = { step, next, live: new Set<string>() };
    nodes.push(made);
    return made;
  };
  const label = (name: string): Node => {
    const known = labels.get(name) ?? node(null);
    labels.set(name, known);
    return known;
  };
  const run = (steps: readonly Step[], after: Node): Node =>
    steps.reduceRight((next, step) => place(step, next), after);
  const place = (step: Step, after: Node): Node => {
    switch (step.do) {
      case 'label': {
        const made = label(step.name);
        made.next.push(after);
        return made;
      }
      case 'goto':
        return label(step.label);
      case 'repeat':
      case 'while':
      case 'each':
      case 'wait': {
        const head = node(step, [after]);
        for (const steps of inner(step)) head.next.push(run(steps, head));
        return head;
      }
      case 'plug':
      case 'offload':
        return node(step, [run(step.steps, after)]);
      case 'if':
      case 'choose':
        return node(
          step,
          inner(step).map((steps) => run(steps, after)),
        );
      default:
        return node(step, [after, ...inner(step).map((steps) => run(steps, after))]);
    }
  };
  run(program, node(null));
  return nodes;
}

/** For each step, the bio variables that it mentions and nothing after it does, up to the next definition. */
export function lastMentions(program: readonly Step[]): ReadonlyMap<Step, ReadonlySet<string>> {
  const nodes = flowOf(program);
  const out = (node: Node): Set<string> => new Set(node.next.flatMap(({ live }) => [...live]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of nodes) {
      const live = out(node);
      if (node.step && definesBio(node.step)) live.delete(node.step.bio);
      for (const name of node.step ? mentions(node.step) : []) live.add(name);
      if (live.size > node.live.size) {
        node.live = live;
        changed = true;
      }
    }
  }
  const last = new Map<Step, Set<string>>();
  for (const node of nodes) {
    if (!node.step) continue;
    const live = out(node);
    last.set(node.step, new Set(mentions(node.step).filter((name) => !live.has(name))));
  }
  return last;
}
