import { bvecsMissing } from './bvecs-missing.js';
import { frontPad } from './front-pad.js';
import type { RulePage } from './page.js';
import { rescuerFlagAdded } from './rescuer-flag-added.js';
import { rescuerFlagDropped } from './rescuer-flag-dropped.js';
import type { Rule } from './rule.js';
import { setNull } from './set-null.js';
import { setUnchecked } from './set-unchecked.js';

/** All rules, those about rescuers first. */
export const rules: readonly Rule[] = [
  rescuerFlagDropped,
  rescuerFlagAdded,
  setUnchecked,
  setNull,
  bvecsMissing,
  frontPad,
];

/** The pages of all rules, in the order of the catalogue. */
export const rulePages: readonly RulePage[] = rules;

const pages = new Map(rulePages.map((page) => [page.id, page]));

/** The page of a rule, or null for an id that no rule has. */
export function rulePage(id: string): RulePage | null {
  return pages.get(id) ?? null;
}
