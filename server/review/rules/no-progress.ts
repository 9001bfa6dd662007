import page from '../../../docs/rules/no-progress.md';
import { creationsOf } from '../../kernel/set-facts.js';
import type { Place } from '../../kernel/types.js';
import { boundsText, isViolation, type RunStep, type StackRun, setId, violationKey } from '../runs.js';
import type { Level } from '../types.js';
import { readPage } from './page.js';
import type { Evidence, RawFinding, StateFacts, StateRule } from './rule.js';

export const noProgress: StateRule = {
  ...readPage(page),
  check: (facts) => facts.runs.filter(isViolation).flatMap((run) => report(run, facts)),
};

function report(run: StackRun, facts: StateFacts): readonly RawFinding[] {
  const place = run.waits.find((wait) => wait.place)?.place ?? run.trace.findLast((step) => step.place)?.place;
  if (!place) return [];
  const sets = run.involved.map((set) => setId(set, facts));
  const creations = sets.flatMap((set) => creationsOf(facts.inventory, set));
  const took = run.trace.map((step) => locate(step, facts)).filter((one) => one !== null);
  const functions = [...new Map(took.toReversed().map((one) => [`${one.path}:${one.function}`, one])).values()];
  const evidence: Evidence[] = [
    ...creations.map(({ path, function: name }) => ({ path, function: name, text: 'BIOSET_NEED_RESCUER' })),
    ...functions.map(({ path, function: name }) => ({ path, function: name, text: 'rescue_workqueue' })),
    ...functions.map(({ path, function: name }) => ({ path, function: name, text: '' })),
  ];
  const [first] = evidence;
  const key = violationKey(run);
  return [
    {
      key,
      hunks: { causes: facts.blame.causes.get(key) ?? [], repairs: facts.blame.repairs.get(key) ?? [] },
      level: levelOf(run),
      message: `${run.stack}: ${run.verdict}. ${run.sentence} ${reach(run)}`,
      repaired: `${run.stack}: no ${run.verdict} any more within the bounds that were tried`,
      set: sets[0] ?? null,
      place,
      evidence,
      ...(first?.text === 'BIOSET_NEED_RESCUER' ? { takenAway: first } : {}),
      related: steps(run),
      run,
    },
  ];
}

/** Where the model may have lost track of who ends a bio, it is a question rather than an answer. */
function levelOf({ real, verdict, sentence, remarks }: StackRun): Level {
  const lost = verdict === 'leak' || verdict === 'livelock' || sentence.includes('nobody is left who could act');
  if (lost && remarks.length > 0) return 'note';
  return real === true ? 'error' : real === null ? 'warning' : 'note';
}

function reach({ real, reserve, parameters, about }: StackRun): string {
  const bounds = boundsText(parameters);
  const tried = `(${about}; ${bounds})`;
  if (real === null)
    return `It happens with a reserve of ${reserve}; larger ones, as they are, were not decided ${tried}.`;
  if (!real) return `It happens with a reserve of ${reserve}, but not with the sets as large as they are ${tried}.`;
  const larger = reserve > (parameters.reserve ?? 0) ? `, and as well with a reserve of ${reserve}` : '';
  return `It happens with ${bounds}${larger} (${about}).`;
}

function locate({ place, function: name }: RunStep, { index }: StateFacts): Place | null {
  if (place) return place;
  const [fn] = name === null ? [] : index.functionsNamed(name);
  return fn ? { path: fn.path, function: fn.name, range: fn.nameRange } : null;
}

/** The way there in source lines, what stands on one line told once. */
function steps(run: StackRun): RawFinding['related'] {
  const told: { message: string; place: Place }[] = [];
  for (const { task, action, place } of run.trace) {
    const last = told.at(-1);
    if (!place) continue;
    if (last && last.place.path === place.path && last.place.range.line === place.range.line) continue;
    told.push({ message: `${task} ${action}`, place });
  }
  return told;
}
