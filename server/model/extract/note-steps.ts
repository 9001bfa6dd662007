import { flowOf } from '../../c/flow.js';
import type { CFunction, Expr } from '../../c/types.js';
import { type Call, calleeName, walkExpr } from '../../c/walk.js';
import { UserError } from '../../text.js';
import type { Expression } from '../expression.js';
import { parseExpression, printExpression } from '../expression.js';
import type { Step } from '../scenario.js';
import { makeCall } from './calls.js';
import { finishing } from './completion.js';
import { type Context, parseExpr } from './context.js';
import { evaluate, pureCall, unknownCall } from './evaluate.js';
import type { FunctionNote } from './notes.js';
import { type Outcome, placeOfCall } from './outcome.js';
import { disturb, localPlace, type State, top } from './state.js';
import { model, number, type Value } from './value.js';

/** A call of a function that a note describes. */
export function applyNote(
  context: Context,
  state: State,
  call: Call,
  note: FunctionNote,
  name: string | null = calleeName(call),
): Outcome {
  const at = placeOfCall(top(state), call);
  const [fn] = name === null ? [] : context.index.functionsNamed(name);
  if (note.assumes !== undefined) context.remarks.add(`${at}: ${note.assumes}`);
  const args = call.args.map((arg) => evaluate(context, state, arg));
  const bios = (text: string): string => {
    for (const way of fn ? text.split('|') : []) {
      const value = fn && inCallee(context, state, fn, args, way.trim(), (expr) => bioOf(context, state, expr));
      if (value?.kind === 'bio') return value.name;
    }
    context.remarks.add(`${at}: ${name ?? ''}() is said to use "${text}", which is no bio here`);
    unknown = true;
    return text;
  };
  let unknown = false;
  if (note.body !== null && fn) return { kind: 'enter', fn: standIn(context, fn, note.body), args, steps: [] };
  // What it changes through pointers is unknown, unless the note says it.
  const other = unknownCall(context, state, call);
  const steps = (note.does ?? note.first).flatMap((step): readonly Step[] => {
    if (step.do === 'call')
      return fn
        ? (inCallee(context, state, fn, args, step.call, (expr) => callSteps(context, state, expr, at)) ?? [])
        : [];
    unknown = false;
    const renamed = rename({ ...step, at }, bios);
    if (unknown) return [];
    if (renamed.do === 'chain') state.store.set(`$${renamed.bio}.@chained`, number(1));
    // What a note ends, it ends with the last reference.
    return renamed.do === 'end' ? [...finishing(context, state, renamed.bio, at, true), renamed] : [renamed];
  });
  if (steps.length > 0) disturb(state);
  if (note.does === null && fn) return { kind: 'enter', fn, args, steps };
  const value = note.returns === null ? other : returned(context, note.returns, bios);
  return { kind: 'value', value, steps };
}

const standIns = new WeakMap<CFunction, Map<string, CFunction>>();

/** The function with other statements as its body. */
export function standIn(context: Pick<Context, 'parser'>, fn: CFunction, body: string): CFunction {
  const known = standIns.get(fn) ?? new Map<string, CFunction>();
  standIns.set(fn, known);
  const before = known.get(body);
  if (before) return before;
  // Its lines count from where the function stands.
  const text = `${'\n'.repeat(fn.range.line - 1)}void note(void) { ${body.replace(/\n/g, ' ')} }\n`;
  const [parsed] = context.parser.parse('note.c', text).functions;
  if (!parsed?.body || parsed.hasError)
    throw new UserError(`the body that is noted for ${fn.name}() is not C: ${body}`);
  const made: CFunction = { ...fn, body: parsed.body };
  known.set(body, made);
  return made;
}

function returned(context: Context, text: string, bios: (text: string) => string): Value {
  const constant = /^-\d+$/.test(text) ? Number(text) : context.index.constant(text);
  if (constant !== null) return number(constant);
  const expression = renameIn(parseExpression(text), bios);
  return expression.kind === 'number' ? number(expression.value) : model(printExpression(expression));
}

/** The value of an expression of a note, in which only calls that do nothing make sense. */
function bioOf(context: Context, state: State, expr: Expr): Value {
  walkExpr(expr, (inner) => {
    if (inner.kind === 'call')
      top(state).temps.set(inner, pureCall(context, state, inner) ?? unknownCall(context, state, inner));
  });
  return evaluate(context, state, expr);
}

/** What a C call or assignment in a note comes to. */
function callSteps(context: Context, state: State, expr: Expr, at: string): readonly Step[] {
  if (expr.kind === 'assign' && hasNames(state, expr)) evaluate(context, state, expr);
  const outcome = expr.kind === 'call' ? makeCall(context, state, expr) : null;
  return outcome?.kind === 'value' ? outcome.steps.map((step) => ({ ...step, at })) : [];
}

/** Whether all names are parameters: the function may have others in another kernel version. */
function hasNames(state: State, expr: Expr): boolean {
  const { params } = top(state).fn;
  let known = true;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'name') known &&= params.some(({ name }) => name === inner.name);
  });
  return known;
}

/** What `read` makes of a C expression over the parameters of a function that is not entered; null if it is no expression. */
function inCallee<T>(
  context: Context,
  state: State,
  fn: CFunction,
  args: readonly Value[],
  text: string,
  read: (expr: Expr) => T,
): T | null {
  const expr = parseExpr(context, text);
  if (!expr) return null;
  const flow = flowOf(fn);
  const depth = state.frames.length + 1;
  state.frames.push({
    fn,
    flow,
    node: flow.entry,
    temps: new Map(),
    result: null,
    call: null,
    open: new Set(),
    visits: new Map(),
  });
  for (const [position, param] of fn.params.entries()) {
    const arg = args[position];
    if (arg) state.store.set(localPlace(depth, param.name), arg);
  }
  const result = read(expr);
  state.frames.pop();
  for (const place of state.store.keys()) if (place.startsWith(`${depth}:`)) state.store.delete(place);
  return result;
}

/** The step with other names of bios. */
function rename(step: Step, bios: (name: string) => string): Step {
  const inside = (steps: readonly Step[]): readonly Step[] => steps.map((one) => rename(one, bios));
  const expression = (one: Expression): Expression => renameIn(one, bios);
  switch (step.do) {
    case 'chain':
      return { ...step, bio: bios(step.bio), parent: bios(step.parent) };
    case 'submit':
    case 'hold':
    case 'end':
    case 'free':
    case 'keep':
    case 'carry':
    case 'await':
      return { ...step, bio: bios(step.bio) };
    case 'queue':
      return { ...step, bio: step.bio === null ? null : bios(step.bio) };
    case 'set':
      return {
        ...step,
        assignments: step.assignments.map(({ variable, field, to }) => ({
          variable: field === null ? variable : bios(variable),
          field,
          to: expression(to),
        })),
      };
    case 'wait':
      return { ...step, until: expression(step.until) };
    case 'if':
      return { ...step, condition: expression(step.condition), yes: inside(step.yes), no: inside(step.no) };
    case 'choose':
      return { ...step, branches: step.branches.map((branch) => ({ ...branch, steps: inside(branch.steps) })) };
    default:
      return step;
  }
}

function renameIn(expression: Expression, bios: (name: string) => string): Expression {
  switch (expression.kind) {
    case 'number':
      return expression;
    case 'name':
      return expression.field === null ? expression : { ...expression, name: bios(expression.name) };
    case 'not':
      return { ...expression, operand: renameIn(expression.operand, bios) };
    case 'binary':
      return { ...expression, left: renameIn(expression.left, bios), right: renameIn(expression.right, bios) };
  }
}
