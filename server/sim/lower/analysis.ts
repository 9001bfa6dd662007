import type { Step } from '../../model/scenario.js';

/** Every step of a program, whatever it is nested in, in the order of the text. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    switch (step.do) {
      case 'alloc':
      case 'take':
      case 'trylock':
        return [step, ...allSteps(step.fail)];
      case 'if':
        return [step, ...allSteps(step.yes), ...allSteps(step.no)];
      case 'choose':
        return [step, ...step.branches.flatMap(allSteps)];
      case 'repeat':
      case 'while':
      case 'each':
      case 'plug':
      case 'offload':
        return [step, ...allSteps(step.steps)];
      default:
        return [step];
    }
  });
}

/** A step that gives a bio variable a new value, so that the old one is over. */
export const definesBio = (step: Step): step is Extract<Step, { do: 'alloc' | 'new' | 'each' }> =>
  step.do === 'alloc' || step.do === 'new' || step.do === 'each';

function mentions(step: Step): string[] {
  switch (step.do) {
    case 'chain':
      return [step.bio, step.parent];
    case 'submit':
    case 'end':
    case 'free':
    case 'keep':
    case 'carry':
    case 'await':
      return [step.bio];
    case 'queue':
      return step.bio === null ? [] : [step.bio];
    default:
      return [];
  }
}

/** For each step, the bio variables that it is the last to mention in the text, up to the next definition. */
export function lastMentions(program: readonly Step[]): ReadonlyMap<Step, ReadonlySet<string>> {
  const last = new Map<Step, Set<string>>();
  const seen = new Set<string>();
  for (const step of allSteps(program).reverse()) {
    const fresh = mentions(step).filter((name) => !seen.has(name));
    last.set(step, new Set(fresh));
    for (const name of fresh) seen.add(name);
    if (definesBio(step)) seen.delete(step.bio);
  }
  return last;
}
