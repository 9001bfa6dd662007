import { rulePage } from '../review/rules/catalogue.js';
import type { RulePage } from '../review/rules/page.js';
import { renderText } from '../sim/render.js';
import { reviewText } from './review/documents.js';
import type { Sessions } from './review/sessions.js';
import type { Simulations } from './simulations.js';
import { ruleOf, scenarioOf, simulationOf, type VirtualDocuments } from './virtual.js';
import type { WhatIf } from './whatIf.js';
import { whatIfOf } from './whatIfAddress.js';

/** The text of a `rescuer:` document: a file or message of a review, a report that was made, a simulation or comparison that runs now, a shipped scenario, or the page of a rule. */
export async function contentOf(
  uri: string,
  reports: VirtualDocuments,
  simulations: Simulations,
  sessions: Sessions,
  whatIf: WhatIf,
  signal: AbortSignal,
): Promise<string> {
  const kept = reports.get(uri);
  if (kept !== null) return kept.text;
  const reviewed = await reviewText(uri, sessions, signal);
  if (reviewed !== null) return reviewed;
  const link = simulationOf(uri);
  if (link !== null) return renderText(await simulations.run(link, { signal }));
  const pair = whatIfOf(uri);
  if (pair !== null) return whatIf.compare(pair, { signal });
  const scenario = scenarioOf(uri);
  if (scenario !== null) {
    const { shippedText } = await import('../sim/shipped.js');
    return shippedText(scenario) ?? '';
  }
  const page = rulePage(ruleOf(uri) ?? '');
  return page === null ? 'This report is gone. Run the command again.\n' : pageText(page);
}

function pageText({ id, title, level, why, whatToDo, limits }: RulePage): string {
  return `# ${title}\n\nRule \`${id}\`, ${level}.\n\n${why}\n\n## What to do\n\n${whatToDo}\n\n## Limits\n\n${limits}\n`;
}
