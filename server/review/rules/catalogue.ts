import { annotation } from './annotation.js';
import { bioGone } from './bio-gone.js';
import { bvecsMissing } from './bvecs-missing.js';
import { cipherAllocates } from './cipher-allocates.js';
import { coreChanged } from './core-changed.js';
import { endIoCalled } from './end-io-called.js';
import { eraMismatch } from './era-mismatch.js';
import { exitKeeps } from './exit-keeps.js';
import { frontPad } from './front-pad.js';
import { gfpRecursion } from './gfp-recursion.js';
import { gfpWidened } from './gfp-widened.js';
import { hiddenTextRule } from './hidden-text.js';
import { lockDropped } from './lock-dropped.js';
import { noProgress } from './no-progress.js';
import { nullCheckDead } from './null-check-dead.js';
import { nullCheckMissing } from './null-check-missing.js';
import type { RulePage } from './page.js';
import { poolDouble } from './pool-double.js';
import { progressProved } from './progress-proved.js';
import { rescuerFlagAdded } from './rescuer-flag-added.js';
import { rescuerFlagDropped } from './rescuer-flag-dropped.js';
import { rescuerGuardDropped } from './rescuer-guard-dropped.js';
import { rescuerMissing } from './rescuer-missing.js';
import { rescuerUnguarded } from './rescuer-unguarded.js';
import type { Rule } from './rule.js';
import { selfWait } from './self-wait.js';
import { setCopied } from './set-copied.js';
import { setExit } from './set-exit.js';
import { setExitDropped } from './set-exit-dropped.js';
import { setForeign } from './set-foreign.js';
import { setNull } from './set-null.js';
import { setUnchecked } from './set-unchecked.js';
import { statusOverwritten } from './status-overwritten.js';
import { trylockDropped } from './trylock-dropped.js';
import { unplugWaits } from './unplug-waits.js';
import { wqFlagDropped } from './wq-flag-dropped.js';
import { wqMemReclaim } from './wq-mem-reclaim.js';

/** All rules, those about rescuers first. */
export const rules: readonly Rule[] = [
  noProgress,
  progressProved,
  coreChanged,
  rescuerFlagDropped,
  rescuerFlagAdded,
  rescuerUnguarded,
  rescuerGuardDropped,
  rescuerMissing,
  poolDouble,
  lockDropped,
  trylockDropped,
  selfWait,
  unplugWaits,
  setUnchecked,
  setExit,
  setExitDropped,
  setCopied,
  exitKeeps,
  setNull,
  setForeign,
  bvecsMissing,
  frontPad,
  gfpRecursion,
  gfpWidened,
  cipherAllocates,
  nullCheckMissing,
  nullCheckDead,
  bioGone,
  endIoCalled,
  statusOverwritten,
  wqMemReclaim,
  wqFlagDropped,
  eraMismatch,
  annotation,
  hiddenTextRule,
];

const pages: ReadonlyMap<string, RulePage> = new Map(rules.map((rule) => [rule.id, rule]));

/** The page of a rule, or null for an id that no rule has. */
export function rulePage(id: string): RulePage | null {
  return pages.get(id) ?? null;
}
