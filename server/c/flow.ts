import { noreturn } from './dialect.js';
import type { CFunction, Expr, Stmt } from './types.js';
import { bare, calleeName } from './walk.js';

/** A test and its outcome. */
export interface Condition {
  readonly expr: Expr;
  readonly holds: boolean;
}

export interface FlowEdge {
  readonly to: number;
  /** What is known when this edge is taken; null when it is taken always or nothing can be said. */
  readonly when: Condition | null;
}

/**
 * `test`: one operand of a condition, with an edge per outcome; `fork`: a switch, an iterator, or an `#if` whose outcome
 * is not known; `step`: everything else. `expr` is what the node evaluates.
 */
export interface FlowNode {
  readonly id: number;
  readonly kind: 'entry' | 'exit' | 'step' | 'test' | 'fork';
  readonly stmt: Stmt | null;
  readonly expr: Expr | null;
  readonly next: readonly FlowEdge[];
}

/** A function's control flow; node ids are indices into `nodes`. Nodes that nothing leads to are dead code. */
export interface Flow {
  readonly entry: number;
  readonly exit: number;
  readonly nodes: readonly FlowNode[];
}

/** An edge whose target is not known yet. */
interface Loose {
  readonly from: number;
  readonly when: Condition | null;
}

interface Scope {
  /** Collects what `break` leaves; null outside loops and switches. */
  readonly breaks: Loose[] | null;
  /** Where `continue` goes; null outside loops. */
  readonly continues: Loose[] | null;
  readonly choice: { readonly node: number; readonly value: Expr; defaulted: boolean } | null;
}

/**
 * The control-flow graph of a function whose body was converted; an empty one otherwise. `&&`, `||` and `!` in the tests
 * of if, while, do and for are taken apart, so that each operand is a node of its own.
 */
export function flowOf(fn: CFunction): Flow {
  const made = flows.get(fn) ?? buildFlow(fn);
  flows.set(fn, made);
  return made;
}

/** Several rules ask for the flow of the same function. */
const flows = new WeakMap<CFunction, Flow>();

function buildFlow(fn: CFunction): Flow {
  const builder = new FlowBuilder();
  const ends = builder.body(fn.body ?? [], [{ from: builder.entry, when: null }], {
    breaks: null,
    continues: null,
    choice: null,
  });
  builder.join(ends, builder.exit);
  return { entry: builder.entry, exit: builder.exit, nodes: builder.nodes };
}

class FlowBuilder {
  readonly nodes: (FlowNode & { readonly next: FlowEdge[] })[] = [];
  readonly entry = this.#add('entry', null, null);
  readonly exit = this.#add('exit', null, null);
  readonly #labels = new Map<string, number>();

  #add(kind: FlowNode['kind'], stmt: Stmt | null, expr: Expr | null): number {
    return this.nodes.push({ id: this.nodes.length, kind, stmt, expr, next: [] }) - 1;
  }

  join(loose: readonly Loose[], to: number): void {
    for (const { from, when } of loose) this.nodes[from]?.next.push({ to, when });
  }

  #place(loose: readonly Loose[], kind: FlowNode['kind'], stmt: Stmt, expr: Expr | null): Loose {
    const node = this.#add(kind, stmt, expr);
    this.join(loose, node);
    return { from: node, when: null };
  }

  body(body: readonly Stmt[], from: readonly Loose[], scope: Scope): readonly Loose[] {
    let loose = from;
    for (const stmt of body) loose = this.#statement(stmt, loose, scope);
    return loose;
  }

  #statement(stmt: Stmt, from: readonly Loose[], scope: Scope): readonly Loose[] {
    switch (stmt.kind) {
      case 'expr': {
        const step = this.#place(from, 'step', stmt, stmt.expr);
        if (stmt.expr.kind !== 'call' || !noreturn.has(calleeName(stmt.expr) ?? '')) return [step];
        this.join([step], this.exit);
        return [];
      }
      case 'decl':
        return [this.#place(from, 'step', stmt, stmt.init)];
      case 'unparsed':
        return [this.#place(from, 'step', stmt, null)];
      case 'block':
        return this.body(stmt.body, from, scope);
      case 'if': {
        const { yes, no } = this.#test(stmt.test, stmt, from);
        return [...this.body(stmt.then, yes, scope), ...this.body(stmt.otherwise, no, scope)];
      }
      case 'config': {
        const fork = this.#place(from, 'fork', stmt, null);
        return [...this.body(stmt.then, [fork], scope), ...this.body(stmt.otherwise, [fork], scope)];
      }
      case 'loop':
        return this.#loop(stmt, from, scope);
      case 'switch':
        return this.#switch(stmt, from, scope);
      case 'case':
        return [this.#place([...from, ...arrivals(stmt, scope)], 'step', stmt, null)];
      case 'label': {
        const node = this.#label(stmt.name, stmt);
        this.join(from, node);
        return [{ from: node, when: null }];
      }
      case 'goto':
        this.join([this.#place(from, 'step', stmt, null)], this.#label(stmt.label, null));
        return [];
      case 'return':
        this.join([this.#place(from, 'step', stmt, stmt.value)], this.exit);
        return [];
      case 'break':
      case 'continue': {
        const step = this.#place(from, 'step', stmt, null);
        const target = stmt.kind === 'break' ? scope.breaks : scope.continues;
        if (target) target.push(step);
        else this.join([step], this.exit);
        return [];
      }
    }
  }

  /** The node of a label, made by whichever of the label and a goto comes first. */
  #label(name: string, stmt: Stmt | null): number {
    const known = this.#labels.get(name);
    if (known === undefined) {
      const node = this.#add('step', stmt, null);
      this.#labels.set(name, node);
      return node;
    }
    const node = this.nodes[known];
    if (stmt && node?.stmt === null) this.nodes[known] = { ...node, stmt };
    return known;
  }

  #test(expr: Expr, stmt: Stmt, from: readonly Loose[]): { yes: readonly Loose[]; no: readonly Loose[] } {
    const test = bare(expr);
    if (test.kind === 'unary' && test.op === '!') {
      const { yes, no } = this.#test(test.arg, stmt, from);
      return { yes: no, no: yes };
    }
    if (test.kind === 'binary' && (test.op === '&&' || test.op === '||')) {
      const left = this.#test(test.left, stmt, from);
      const right = this.#test(test.right, stmt, test.op === '&&' ? left.yes : left.no);
      return test.op === '&&'
        ? { yes: right.yes, no: [...left.no, ...right.no] }
        : { yes: [...left.yes, ...right.yes], no: right.no };
    }
    const { from: node } = this.#place(from, 'test', stmt, test);
    const value = test.kind === 'number' ? test.value : null;
    return {
      yes: value === 0 ? [] : [{ from: node, when: { expr: test, holds: true } }],
      no: value !== null && value !== 0 ? [] : [{ from: node, when: { expr: test, holds: false } }],
    };
  }

  #loop(stmt: Extract<Stmt, { kind: 'loop' }>, from: readonly Loose[], scope: Scope): readonly Loose[] {
    const start = this.body(stmt.init, from, scope);
    const head = this.#place(start, 'step', stmt, null);
    const inner = { breaks: [] as Loose[], continues: [] as Loose[], choice: null };
    const enter = (at: readonly Loose[]) => this.#loopTest(stmt, at);
    if (stmt.form === 'do') {
      const ends = this.body(stmt.body, [head], inner);
      const { yes, no } = enter([...ends, ...inner.continues]);
      this.join(yes, head.from);
      return [...no, ...inner.breaks];
    }
    const { yes, no } = enter([head]);
    let ends: readonly Loose[] = [...this.body(stmt.body, yes, inner), ...inner.continues];
    if (stmt.update) ends = [this.#place(ends, 'step', stmt, stmt.update)];
    this.join(ends, head.from);
    return [...no, ...inner.breaks];
  }

  #loopTest(stmt: Extract<Stmt, { kind: 'loop' }>, from: readonly Loose[]) {
    if (!stmt.test) return { yes: from, no: [] };
    if (stmt.form !== 'each') return this.#test(stmt.test, stmt, from);
    const fork = [this.#place(from, 'fork', stmt, stmt.test)];
    return { yes: fork, no: fork };
  }

  #switch(stmt: Extract<Stmt, { kind: 'switch' }>, from: readonly Loose[], scope: Scope): readonly Loose[] {
    const fork = this.#place(from, 'fork', stmt, stmt.value);
    const choice = { node: fork.from, value: stmt.value, defaulted: false };
    const breaks: Loose[] = [];
    const ends = this.body(stmt.body, [], { breaks, continues: scope.continues, choice });
    return [...ends, ...breaks, ...(choice.defaulted ? [] : [fork])];
  }
}

/** The edge from a switch to one of its cases; a case outside any switch (in a hunk) has none. */
function arrivals(stmt: Extract<Stmt, { kind: 'case' }>, scope: Scope): readonly Loose[] {
  const { choice } = scope;
  if (!choice) return [];
  const { value } = stmt;
  if (!value) choice.defaulted = true;
  if (!value || (value.kind === 'binary' && value.op === '...')) return [{ from: choice.node, when: null }];
  const text = `${choice.value.text} == ${value.text}`;
  const expr: Expr = { kind: 'binary', op: '==', left: choice.value, right: value, text, range: value.range };
  return [{ from: choice.node, when: { expr, holds: true } }];
}

/** Ids of the nodes that can be reached from `from` (itself included). */
export function reachable(flow: Flow, from: number): ReadonlySet<number> {
  const seen = new Set([from]);
  for (const id of seen) for (const edge of flow.nodes[id]?.next ?? []) seen.add(edge.to);
  return seen;
}
