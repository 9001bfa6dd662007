import { flowOf } from '../../c/flow.js';
import type { CIndex } from '../../c/index.js';
import type { CFunction, Expr, Stmt } from '../../c/types.js';
import type { Choices } from './choices.js';
import { binary } from './operators.js';
import { Aggregate, Cell, Routine, truth, Unknown, type Value } from './value.js';

/** The code does something that is not understood; says what, and where. */
export class NotUnderstood extends Error {}

/** The code does something that kills the kernel or ends the bio: not what it does when all is well. */
export class Trouble extends Error {}

/** What surrounds the functions under test. */
export interface Surroundings {
  /** What a function does that is a primitive; null for one that is none, whose body is followed or whose value is unknown. */
  native(name: string): ((args: readonly Value[]) => Value) | null;
  /** Stands in for a function whose body is not in view, or not followed. */
  answer(name: string): number | null;
  /** Whether a body is worth following. */
  follows(fn: CFunction): boolean;
  /** Values of constants whose headers are not in view. */
  constant(name: string): number | null;
}

type Frame = { readonly fn: CFunction; readonly locals: Map<string, Cell> };

/** More nodes than this in one run is an endless loop. */
const mostSteps = 20_000;
const mostDepth = 40;

/** Runs C on concrete values. What is not known is decided by `choices`. */
export class Interpreter {
  readonly current = new Cell('current');
  readonly #globals = new Map<string, Cell>();
  /** The functions that were run. */
  readonly entered = new Set<CFunction>();
  #steps = 0;
  #depth = 0;

  constructor(
    readonly index: CIndex,
    readonly surroundings: Surroundings,
    readonly choices: Choices,
  ) {
    this.current.set(new Aggregate(false, 0));
  }

  /** A file-scope variable. */
  global(name: string): Cell {
    const known = this.#globals.get(name);
    if (known) return known;
    const cell = new Cell(name);
    this.#globals.set(name, cell);
    return cell;
  }

  /** Runs a function whose body is in view. */
  run(fn: CFunction, args: readonly Value[]): Value {
    if (++this.#depth > mostDepth) throw new NotUnderstood(`${fn.name}() calls itself again and again`);
    this.entered.add(fn);
    const frame: Frame = { fn, locals: new Map() };
    for (const [position, { name }] of fn.params.entries())
      this.#declare(frame, name).set(args[position] ?? new Unknown(`${name} of ${fn.name}()`));
    const flow = flowOf(fn);
    let at = flow.entry;
    let result: Value = 0;
    while (at !== flow.exit) {
      if (++this.#steps > mostSteps) throw new NotUnderstood(`${fn.name}() does not come to an end`);
      const node = flow.nodes[at];
      if (!node) throw new NotUnderstood(`${fn.name}() has no end`);
      const place = { fn, node: node.id, text: node.expr?.text ?? node.stmt?.kind ?? '' };
      let way = 0;
      if (node.kind === 'test' && node.expr) {
        const holds = truth(this.evaluate(node.expr, frame)) ?? this.choices.choose(place, 2) === 1;
        way = node.next.findIndex(({ when }) => when?.holds === holds);
      } else if (node.kind === 'fork') {
        way = this.#fork(node, place, frame);
      } else if (node.stmt) {
        const value = this.#step(node.stmt, node.expr, frame);
        if (node.stmt.kind === 'return') result = value;
      }
      const next = node.next[way];
      // A test that is constant has one way only.
      if (!next && node.next.length === 0) break;
      at = (next ?? node.next[0])?.to ?? flow.exit;
    }
    this.#depth--;
    return result;
  }

  #step(stmt: Stmt, expr: Expr | null, frame: Frame): Value {
    switch (stmt.kind) {
      case 'decl': {
        const cell = this.#declare(frame, stmt.name);
        const dimension = /\[(.*)\]\s*$/.exec(stmt.type);
        const zero = stmt.init?.kind === 'list' || stmt.isStatic;
        if (dimension) cell.set(new Aggregate(true, zero ? 0 : new Unknown(stmt.name), Number(dimension[1]) || null));
        if (stmt.init?.kind === 'list') this.#initialise(cell, stmt.init, dimension !== null, frame);
        else if (stmt.init) cell.set(this.evaluate(stmt.init, frame));
        return 0;
      }
      case 'unparsed':
        throw new NotUnderstood(`${frame.fn.name}() has code that cannot be read: ${stmt.text.slice(0, 60)}`);
      default:
        return expr ? this.evaluate(expr, frame) : 0;
    }
  }

  #declare(frame: Frame, name: string): Cell {
    const cell = new Cell(name);
    frame.locals.set(name, cell);
    return cell;
  }

  #initialise(cell: Cell, list: Extract<Expr, { kind: 'list' }>, isArray: boolean, frame: Frame): void {
    if (!isArray) cell.set(new Aggregate(false, 0));
    for (const [position, { field, value }] of list.items.entries()) {
      const part = cell.part(field ?? position);
      if (value.kind === 'list') this.#initialise(part, value, false, frame);
      else part.set(this.evaluate(value, frame));
    }
  }

  /** A switch, an iterator, or an `#if`: the way it goes. */
  #fork(node: ReturnType<typeof flowOf>['nodes'][number], place: Place, frame: Frame): number {
    if (node.stmt?.kind === 'switch' && node.expr) {
      const value = this.evaluate(node.expr, frame);
      const matches = node.next.map(({ to, when }) => {
        const target = flowOf(frame.fn).nodes[to]?.stmt;
        const label = when?.expr.kind === 'binary' ? when.expr.right : target?.kind === 'case' ? target.value : null;
        return label && this.#isCase(value, label, frame);
      });
      const way = matches.indexOf(true);
      if (way >= 0) return way;
      const rest = matches.flatMap((match, at) => (match === 'unknown' ? [at] : []));
      const otherwise = matches.indexOf(null);
      if (otherwise >= 0) rest.push(otherwise);
      return rest[rest.length > 1 ? this.choices.choose(place, rest.length) : 0] ?? 0;
    }
    if (node.stmt?.kind === 'loop') throw new NotUnderstood(`${frame.fn.name}() iterates with ${node.expr?.text}`);
    return this.choices.choose(place, node.next.length);
  }

  /** Whether a value is that of a `case`, or in its range. */
  #isCase(value: Value, label: Expr, frame: Frame): boolean | 'unknown' {
    if (label.kind !== 'binary' || label.op !== '...')
      return truth(binary('==', value, this.evaluate(label, frame))) ?? 'unknown';
    const above = truth(binary('>=', value, this.evaluate(label.left, frame)));
    const below = truth(binary('<=', value, this.evaluate(label.right, frame)));
    return above === null || below === null ? 'unknown' : above && below;
  }

  /** The value of an expression, with what it does. */
  evaluate(expr: Expr, frame: Frame): Value {
    switch (expr.kind) {
      case 'number':
        return expr.value ?? new Unknown(expr.text);
      case 'name':
        return this.#name(expr.name, expr, frame);
      case 'field':
      case 'index': {
        const place = this.#place(expr, frame);
        return place instanceof Cell ? decayed(place) : place;
      }
      case 'call':
        return this.#call(expr, frame);
      case 'unary':
        return this.#unary(expr, frame);
      case 'binary': {
        const left = this.evaluate(expr.left, frame);
        if (expr.op === '&&' || expr.op === '||') {
          const holds = truth(left);
          if (holds !== null && holds === (expr.op === '||')) return holds ? 1 : 0;
          const right = truth(this.evaluate(expr.right, frame));
          if (right !== null && (holds !== null || right === (expr.op === '||'))) return right ? 1 : 0;
          return new Unknown(expr.text);
        }
        return binary(expr.op, left, this.evaluate(expr.right, frame));
      }
      case 'assign': {
        const value = this.evaluate(expr.right, frame);
        const place = this.#place(expr.left, frame);
        if (!(place instanceof Cell)) return value;
        place.set(expr.op === '=' ? value : binary(expr.op.slice(0, -1), place.value, value));
        return place.value;
      }
      case 'conditional': {
        const test = this.evaluate(expr.test, frame);
        const holds = truth(test) ?? this.choices.choose(placeOf(expr.test, frame), 2) === 1;
        if (holds && expr.yes === expr.test) return test;
        return this.evaluate(holds ? expr.yes : expr.no, frame);
      }
      case 'cast':
        return this.evaluate(expr.arg, frame);
      case 'sequence':
        return expr.items.reduce<Value>((_, item) => this.evaluate(item, frame), 0);
      default:
        return new Unknown(expr.text);
    }
  }

  #name(name: string, expr: Expr, frame: Frame): Value {
    const local = frame.locals.get(name);
    if (local) return decayed(local);
    if (name === 'current') return this.current;
    const { index, surroundings } = this;
    const known = surroundings.constant(name) ?? constantOf(index, expr, frame.fn);
    if (known !== null) return known;
    if (index.variables(name).length > 0 || this.#globals.has(name)) return decayed(this.global(name));
    const [fn] = index.functionsNamed(name, frame.fn.path);
    if (fn) return new Routine(name, (args) => this.#enter(name, args, frame));
    return new Unknown(name);
  }

  /** Where an expression stands for; not a cell if that is not known. */
  #place(expr: Expr, frame: Frame): Cell | Unknown {
    switch (expr.kind) {
      case 'name': {
        const local = frame.locals.get(expr.name);
        if (local) return local;
        return expr.name === 'current' ? new Unknown('current') : this.global(expr.name);
      }
      case 'cast':
        return this.#place(expr.arg, frame);
      case 'field': {
        const base = expr.arrow ? this.#target(expr.base, frame) : this.#place(expr.base, frame);
        return base instanceof Cell ? base.part(expr.field) : base;
      }
      case 'index':
        return this.#shifted(this.#target(expr.base, frame), this.evaluate(expr.index, frame), expr, frame);
      case 'unary':
        if (expr.op === '*') return this.#target(expr.arg, frame);
        break;
      default:
        break;
    }
    return new Unknown(expr.text);
  }

  /** What a pointer points to. */
  #target(expr: Expr, frame: Frame): Cell | Unknown {
    const pointer = this.evaluate(expr, frame);
    if (pointer instanceof Cell || pointer instanceof Unknown) return pointer;
    if (pointer === 0) throw new Trouble(`${frame.fn.name}() line ${expr.range.line}: ${expr.text} is NULL`);
    return new Unknown(expr.text);
  }

  /** `pointer + by`: another element of the array that it points into. */
  #shifted(pointer: Cell | Unknown, by: Value, expr: Expr, frame: Frame): Cell | Unknown {
    if (pointer instanceof Unknown || typeof by !== 'number') return new Unknown(expr.text);
    if (by === 0) return pointer;
    const array = pointer.parent?.value;
    const key = typeof pointer.key === 'number' ? pointer.key + by : null;
    if (!(array instanceof Aggregate) || key === null || key < 0 || key >= (array.length ?? 1024))
      throw new NotUnderstood(`${frame.fn.name}() line ${expr.range.line}: ${expr.text} is beyond the one there is`);
    return pointer.parent?.part(key) ?? pointer;
  }

  #unary(expr: Extract<Expr, { kind: 'unary' }>, frame: Frame): Value {
    const { op, arg } = expr;
    if (op === '&') {
      const place = this.#place(arg, frame);
      if (!(place instanceof Cell)) {
        const routine = arg.kind === 'name' ? this.#name(arg.name, arg, frame) : place;
        return routine instanceof Routine ? routine : place;
      }
      return place;
    }
    if (op === '*') {
      const place = this.#place(expr, frame);
      return place instanceof Cell ? decayed(place) : place;
    }
    if (op.endsWith('++') || op.endsWith('--')) {
      const place = this.#place(arg, frame);
      if (!(place instanceof Cell)) return place;
      const before = place.value;
      place.set(binary(op.includes('+') ? '+' : '-', before, 1));
      return op.startsWith('post') ? before : place.value;
    }
    const value = this.evaluate(arg, frame);
    if (op === '!') {
      const holds = truth(value);
      return holds === null ? new Unknown(expr.text) : holds ? 0 : 1;
    }
    if (typeof value !== 'number') return new Unknown(expr.text);
    return op === '-' ? -value : op === '~' ? ~value : value;
  }

  #call(expr: Extract<Expr, { kind: 'call' }>, frame: Frame): Value {
    const { callee } = expr;
    if (callee.kind === 'name' && callee.name === 'container_of')
      return containerOf(this.evaluate(at(expr, 0), frame), at(expr, 2).text);
    const args = expr.args.map((arg) => this.evaluate(arg, frame));
    if (callee.kind === 'name' && !frame.locals.has(callee.name)) return this.#enter(callee.name, args, frame);
    const routine = this.evaluate(callee, frame);
    if (routine instanceof Routine) return routine.run(args);
    if (routine === 0)
      throw new Trouble(`${frame.fn.name}() line ${expr.range.line}: calls ${callee.text}, which is NULL`);
    return this.#unknownCall(callee.text, args, frame);
  }

  #enter(name: string, args: readonly Value[], frame: Frame): Value {
    const { surroundings, index } = this;
    const fn = index.functionsNamed(name, frame.fn.path).find(({ body, hasError }) => body !== null && !hasError);
    const native = surroundings.native(name);
    if (native) return native(args);
    if (fn && surroundings.follows(fn)) return this.run(fn, args);
    const answer = surroundings.answer(name);
    return answer ?? this.#unknownCall(name, args, frame);
  }

  #unknownCall(name: string, args: readonly Value[], frame: Frame): Value {
    const list = args.find((arg) => arg instanceof Cell && isList(arg));
    if (list) throw new NotUnderstood(`${frame.fn.name}() gives a bio_list to ${name}(), which is not in view`);
    return new Unknown(`${name}()`);
  }
}

const constants = new WeakMap<CIndex, Map<string, number | null>>();

/** The value of a macro or enumerator; the probes ask for the same ones again and again. */
function constantOf(index: CIndex, expr: Expr, fn: CFunction): number | null {
  const values = constants.get(index) ?? new Map<string, number | null>();
  constants.set(index, values);
  const key = `${fn.path}:${expr.text}`;
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = index.evaluate(expr, fn);
  values.set(key, value);
  return value;
}

type Place = Parameters<Choices['choose']>[0];

function placeOf(expr: Expr, { fn }: Frame): Place {
  return { fn, node: expr.range.line * 1000 + expr.range.column, text: expr.text };
}

function at(expr: Extract<Expr, { kind: 'call' }>, position: number): Expr {
  const arg = expr.args[position];
  if (!arg) throw new NotUnderstood(`${expr.text}: too few arguments`);
  return arg;
}

/** An array as a value is a pointer to its first element. */
function decayed(cell: Cell): Value {
  const { value } = cell;
  return value instanceof Aggregate && value.isArray ? cell.part(0) : value;
}

function containerOf(member: Value, path: string): Value {
  let cell = member instanceof Cell ? member : null;
  for (const key of path.split('.').reverse()) cell = cell?.key === key ? cell.parent : null;
  return cell ?? new Unknown(`container_of(${path})`);
}

function isList({ value }: Cell): boolean {
  return value instanceof Aggregate && value.parts.has('head') && value.parts.has('tail');
}
