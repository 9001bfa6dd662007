import type { BioSet, Tri } from '../kernel/types.js';
import { codeSpan } from '../review/formats/markdown.js';
import type { StateFacts } from '../review/rules/rule.js';
import type { SeriesReview } from './reviews.js';

/** Which sets in view have a rescuer, and what runs into a missing one. Markdown paragraphs. */
export function rescuerHere(facts: StateFacts | null): readonly string[] {
  if (facts === null) return [];
  const { inventory } = facts;
  const created = inventory.sets.filter((set) => set.creations.length > 0);
  const having = created.filter((set) => rescuerOf(set) === 'yes');
  const users =
    having.length === 0
      ? `none of the ${created.length} sets created in the files in view has a rescuer.`
      : `${having.map(({ id }) => codeSpan(id)).join(', ')} (of ${created.length} created in the files in view).`;
  return [`**Users in this tree:** ${users}`, `**Without it in this tree:** ${withoutIt(inventory)}`];
}

/** What the series does to the rescuer of each set, patch by patch. Markdown paragraphs. */
export function rescuerInSeries(review: SeriesReview): readonly string[] {
  const changes = review.series.patches.flatMap((patch, i) => {
    const [before, after] = [review.states[i], review.states[i + 1]];
    if (before === undefined || after === undefined) return [];
    return after.inventory.sets.flatMap((set) => {
      const old = before.inventory.sets.find(({ id }) => id === set.id);
      const change = old ? changeOf(rescuerOf(old), rescuerOf(set)) : null;
      return change === null ? [] : [`patch ${patch.index} ${change} ${codeSpan(set.id)}`];
    });
  });
  const text = changes.length === 0 ? 'does not change which sets have a rescuer.' : `${changes.join('; ')}.`;
  return [`**This series:** ${text}`];
}

function withoutIt({ uses }: StateFacts['inventory']): string {
  const queueing = uses.filter(({ how }) => how === 'queue');
  if (queueing.length === 0) return 'no code in view queues on a `rescue_workqueue`; an allocation just waits.';
  const functions = [...new Set(queueing.map((use) => use.function ?? use.path))];
  const sentences = functions.map((name) => {
    const tested = uses.some((use) => use.function === name && use.how === 'test' && use.what === 'rescue_workqueue');
    return tested
      ? `${codeSpan(`${name}()`)} tests for it and leaves the bios of such a set where they are`
      : `${codeSpan(`${name}()`)} queues on \`rescue_workqueue\` without a test, which is NULL then`;
  });
  return `${sentences.join('; ')}.`;
}

/** Whether any creation in view asks for the rescuer. */
function rescuerOf(set: BioSet): Tri {
  const found = new Set(set.creations.map(({ flags }) => flags.rescuer));
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : found.has('yes') ? 'conditional' : 'unknown';
}

function changeOf(before: Tri, after: Tri): string | null {
  if (before === after || before === 'unknown' || after === 'unknown') return null;
  if (after === 'no') return 'takes it from';
  return after === 'yes' ? 'gives it to' : 'makes it conditional for';
}
