import { compute } from '../arithmetic.js';
import { maskOf } from './masks.js';

/**
 * What the extraction knows of a C value. A place is a name for memory: `2:ci.io` in a local of the function at depth 2,
 * `$clone.bi_end_io` in a bio, `mapped_device.bs` for what all of one device share, named by structure and field.
 */
export type Value =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'bio'; readonly name: string }
  /** A pointer to a place. */
  | { readonly kind: 'place'; readonly place: string }
  | { readonly kind: 'function'; readonly name: string }
  /** An expression over the model's variables, which the simulator decides. */
  | { readonly kind: 'model'; readonly text: string }
  /**
   * Unknown, but the same wherever the text is the same. `negated` for the logical negation of it; `origin` is what it
   * was read from, if that may have changed since.
   */
  | { readonly kind: 'term'; readonly text: string; readonly negated: boolean; readonly origin: string };

export const number = (value: number): Value => ({ kind: 'number', value });
export const bioValue = (name: string): Value => ({ kind: 'bio', name });
export const pointer = (place: string): Value => ({ kind: 'place', place });
export const term = (text: string, origin = text): Value => ({ kind: 'term', text, negated: false, origin });
export const model = (text: string): Value => ({ kind: 'model', text });

/** A text that is the same for the same value only. */
export function show(value: Value): string {
  switch (value.kind) {
    case 'number':
      return `${value.value}`;
    case 'bio':
      return `$${value.name}`;
    case 'place':
      return `&${value.place}`;
    case 'function':
      return value.name;
    case 'model':
      return `[${value.text}]`;
    case 'term':
      return value.negated ? `!${value.text}` : value.text;
  }
}

/** The place that a pointer points to. */
export function target(value: Value): string {
  switch (value.kind) {
    case 'bio':
      return `$${value.name}`;
    case 'place':
      return value.place;
    case 'term':
      return `${value.text}->`;
    default:
      return `${show(value)}->`;
  }
}

/** The name of a resource (set, pool, lock, queue) that a pointer, or a pointer read from memory, stands for. */
export function resourceOf(value: Value): string {
  if (value.kind === 'place') return value.place;
  return value.kind === 'term' ? value.origin : show(value);
}

/** `!value`, if that can be said without knowing it. */
export function negate(value: Value): Value {
  switch (value.kind) {
    case 'number':
      return number(value.value === 0 ? 1 : 0);
    case 'model':
      return model(`!(${value.text})`);
    case 'term':
      return { ...value, negated: !value.negated };
    default:
      return number(0);
  }
}

const isNull = (value: Value): boolean => value.kind === 'number' && value.value === 0;
const isEnumerator = (value: Value): boolean => value.kind === 'term' && /^[A-Z][A-Z0-9_]+$/.test(value.text);

/** A C binary operation. */
export function binary(op: string, left: Value, right: Value): Value {
  const known = left.kind === 'number' && right.kind === 'number' ? compute(op, left.value, right.value) : null;
  if (known !== null) return number(known);
  if (op === '!=') return negate(binary('==', left, right));
  if (op === '==') return equal(left, right);
  if ((op === '<' || op === '>') && left.kind === 'term' && show(left) === show(right)) return number(0);
  if (op === '&&' || op === '||') return logical(op, left, right);
  if (op === '&' && (isNull(left) || isNull(right))) return number(0);
  // `gfp & GFP_NOWAIT`: a mask has itself.
  if (op === '&' && isEnumerator(left) && show(left) === show(right)) return number(1);
  const mask = left.kind === 'term' && right.kind === 'term' ? maskOf(op, left.text, right.text) : null;
  if (mask !== null) return typeof mask === 'number' ? number(mask) : term(mask);
  if (left.kind === 'model' || right.kind === 'model') {
    if (isModelled(left) && isModelled(right) && /^(?:[-+*]|[<>]=?)$/.test(op)) {
      return model(`(${inModel(left)} ${op} ${inModel(right)})`);
    }
  }
  return term(`(${show(left)} ${op} ${show(right)})`);
}

/** An address that is not NULL. */
const isAddress = (value: Value): boolean => /^(?:bio|place|function)$/.test(value.kind);

const isModelled = (value: Value): boolean => value.kind === 'model' || value.kind === 'number';

/** A value in an expression of the model, which has no negative numbers. */
function inModel(value: Value): string {
  if (value.kind === 'number' && value.value < 0) return `(0 - ${-value.value})`;
  return value.kind === 'model' ? value.text : show(value);
}

function equal(left: Value, right: Value): Value {
  if (show(left) === show(right)) return number(1);
  if (isNull(right)) return negate(left);
  if (isNull(left)) return negate(right);
  if (isModelled(left) && isModelled(right)) return model(`(${inModel(left)} == ${inModel(right)})`);
  if (isEnumerator(left) && isEnumerator(right)) return number(0);
  const known = left.kind !== 'term' && right.kind !== 'term';
  if (known) return number(0);
  // A number comes first, or what is equal to it would not be recognised.
  const [first, second] =
    left.kind === 'number'
      ? [show(left), show(right)]
      : right.kind === 'number'
        ? [show(right), show(left)]
        : [show(left), show(right)].sort();
  return term(`(${first} == ${second})`);
}

function logical(op: '&&' | '||', left: Value, right: Value): Value {
  const decisive = op === '&&' ? 0 : 1;
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const known = one.kind === 'number' ? Number(one.value !== 0) : isAddress(one) ? 1 : null;
    if (known !== null) return known === decisive ? number(decisive) : other;
  }
  if (left.kind === 'model' && right.kind === 'model') return model(`(${left.text} ${op} ${right.text})`);
  return term(`(${show(left)} ${op} ${show(right)})`);
}
