import { referencesOf, type Section } from '../../model/references.js';
import type { Descent, ScenarioPlace } from './place.js';

/** The sections whose entries expressions can use. */
const inExpressions = ['parameters', 'options', 'variables'];

/** The section that a value names an entry of; null when it names none. */
export function sectionNamed(way: readonly Descent[]): Section | null {
  const [top, , third] = way;
  const last = way.at(-1);
  if (top === undefined || last === undefined || 'index' in top || 'index' in last) return null;
  if (way.length === 3 && third === last && last.key === 'queue')
    return top.key === 'works' ? 'queues' : top.key === 'endings' ? 'works' : null;
  const verb = last.keys.find((key) => Object.hasOwn(referencesOf(key), last.key));
  return verb === undefined ? null : (referencesOf(verb)[last.key] ?? null);
}

/** The keys that a mapping can have because another section has them: the options that a strategy sets. */
export function namedKeys({ way, namesIn }: ScenarioPlace): readonly string[] {
  const keys = way.map((descent) => ('key' in descent ? descent.key : ''));
  return keys.length === 3 && keys[0] === 'strategies' && keys[2] === 'with' ? namesIn('options') : [];
}

/** The names that an expression of the file can use. */
export function expressionNames({ namesIn }: ScenarioPlace): readonly string[] {
  return inExpressions.flatMap(namesIn);
}
