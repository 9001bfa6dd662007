import type { Graph } from './graph.js';
import { type Part, type PartWay, structure } from './structure.js';
import { describeStep } from './words.js';

/** A line of a listing with what is nested in it. Plain JSON. */
export interface Line {
  /** What a step is in a scenario file, or `if`, `else`, `loop`, `label`, `jump`. */
  readonly kind: string;
  readonly text: string;
  /** Where the code says so. */
  readonly function: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly inside: readonly Line[];
}

/** A program for a reader, in the order of control flow. `bound` is how often a loop goes round at most. */
export function listProgram(graph: Graph, bound: string): readonly Line[] {
  const parts = structure(graph);
  const names = namesOf(parts);
  const jumpTo = (to: number | null): string => {
    if (to === null) return 'return';
    const name = names.get(to) ?? '';
    return name.startsWith('loop') ? `next round of ${name}` : `go to ${name}`;
  };
  const list = (some: readonly Part[]): readonly Line[] => some.flatMap(one);
  const one = (part: Part): readonly Line[] => {
    switch (part.kind) {
      case 'step':
        return [line(part.step.do, describeStep(part.step), part.step.at)];
      case 'label':
        return [line('label', `${names.get(part.block)}:`)];
      case 'jump':
        return [line('jump', jumpTo(part.to))];
      case 'loop':
        return [line('loop', `${names.get(part.block)}, at most ${bound} rounds:`, '', list(part.parts))];
      case 'try':
        return [
          line(part.step.do, describeStep(part.step), part.step.at),
          ...alternatives([
            { condition: 'it fails', inside: list(part.fail) },
            { condition: 'it succeeds', inside: list(part.done) },
          ]),
        ];
      case 'choose':
        return alternatives(part.ways.map((way) => ({ condition: conditionOf(way), inside: list(way.parts) }))).map(
          (way, i) => (i === 0 ? { ...way, ...placeOf(part.at) } : way),
        );
    }
  };
  return list(parts);
}

function line(kind: string, text: string, at = '', inside: readonly Line[] = []): Line {
  return { kind, text, ...placeOf(at), inside };
}

/** `alloc_tio() drivers/md/dm.c:1285` in parts. */
function placeOf(at: string): Pick<Line, 'function' | 'file' | 'line'> {
  const [, name, file, number] = /^(\w+)\(\)(?: (\S+):(\d+))?$/.exec(at) ?? [];
  return { function: name ?? null, file: file ?? null, line: number === undefined ? null : Number(number) };
}

/** Loops and labels, numbered in the order of the text. */
function namesOf(parts: readonly Part[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const count = { loop: 0, label: 0 };
  const visit = (some: readonly Part[]): void => {
    for (const part of some) {
      if (part.kind === 'label') names.set(part.block, `label ${++count.label}`);
      if (part.kind === 'loop') names.set(part.block, `loop ${++count.loop}`);
      if (part.kind === 'loop') visit(part.parts);
      if (part.kind === 'choose') for (const way of part.ways) visit(way.parts);
      if (part.kind === 'try') {
        visit(part.fail);
        visit(part.done);
      }
    }
  };
  visit(parts);
  return names;
}

/** What is found on a way; what the model decides stands beside it. */
function conditionOf({ when, about }: PartWay): string {
  if (when === null) return about;
  return about === '' ? when : `${about} [${when}]`;
}

interface Alternative {
  readonly condition: string;
  readonly inside: readonly Line[];
}

/** `if`, `else if` and `else`, without the ways on which nothing happens. */
function alternatives(ways: readonly Alternative[]): readonly Line[] {
  const busy = ways.filter(({ inside }) => inside.length > 0);
  const idle = ways.filter(({ inside }) => inside.length === 0).map(({ condition }) => positive(condition));
  return busy.map(({ condition, inside }, i): Line => {
    const isLast = i > 0 && i === ways.length - 1;
    if (condition !== '' && !isLast)
      return line(i === 0 ? 'if' : 'else', `${i === 0 ? '' : 'else '}if ${positive(condition)}:`, '', inside);
    // The default of a switch is not for the cases on which nothing happens.
    const unless = idle.filter((one) => one !== '').join(' or ');
    if (i > 0) return line('else', unless === '' ? 'else:' : `else, unless ${unless}:`, '', inside);
    return line('if', unless === '' ? 'perhaps:' : `unless ${unless}:`, '', inside);
  });
}

/** `not: error` as `!error`. */
function positive(condition: string): string {
  const [, negated] = /^not: (.*)$/s.exec(condition) ?? [];
  if (negated === undefined) return condition;
  const [, twice] = /^!([\w.>()-]+)$/.exec(negated) ?? [];
  return twice ?? (/^[\w.>-]+(?:\([^()]*\))?$/.test(negated) ? `!${negated}` : `!(${negated})`);
}
