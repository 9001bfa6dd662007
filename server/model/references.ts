/** A section of a scenario file whose entries the rest of the file names. */
export type Section = 'options' | 'sets' | 'pools' | 'locks' | 'queues' | 'works' | 'endings' | 'devices';

const none: Readonly<Record<string, Section>> = {};

const ofSteps: Readonly<Record<string, Readonly<Record<string, Section>>>> = {
  alloc: { from: 'sets', ending: 'endings' },
  new: { ending: 'endings' },
  submit: { to: 'devices' },
  take: { take: 'pools' },
  give: { give: 'pools' },
  carry: { carry: 'pools' },
  lock: { lock: 'locks' },
  trylock: { trylock: 'locks' },
  unlock: { unlock: 'locks' },
  queue: { queue: 'works' },
  flush: { flush: 'works' },
  flushqueue: { flushqueue: 'queues' },
};

/** The keys of a step whose value names an entry of a section, by the verb of the step. */
export function referencesOf(verb: string): Readonly<Record<string, Section>> {
  return Object.hasOwn(ofSteps, verb) ? (ofSteps[verb] ?? none) : none;
}
