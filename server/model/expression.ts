import { UserError } from '../text.js';
import { compute } from './arithmetic.js';

/** An arithmetic or logical expression as scenario files write it: `tasks * (pieces - 1) >= reserve`, `bio.left > 0`. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string; readonly field: string | null }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*';

const precedence: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
};

const token = /\s*(?:(\d+)|([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?|(\|\||&&|==|!=|<=|>=|[-+*<>!()]))/y;

interface Token {
  readonly text: string;
  readonly value: Expression | null;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new UserError(`"${text}": cannot read "${text.slice(at).trim()}" as an expression`);
    const [, number, name, field, operator] = match;
    if (number !== undefined) found.push({ text: number, value: { kind: 'number', value: Number(number) } });
    else if (name !== undefined) found.push({ text: name, value: { kind: 'name', name, field: field ?? null } });
    else found.push({ text: operator ?? '', value: null });
  }
  return found;
}

/** Far more than anybody writes; every one may be a level deeper. */
const mostTokens = 2000;

/** Reads one expression. Throws UserError that quotes the text. */
export function parseExpression(text: string): Expression {
  const input = tokens(text);
  if (input.length > mostTokens)
    throw new UserError(
      `an expression of ${input.length} numbers, names and operators: expected at most ${mostTokens}`,
    );
  let at = 0;
  const fail = (): never => {
    const rest = input[at];
    throw new UserError(`"${text}": ${rest ? `unexpected "${rest.text}"` : 'something is missing at the end'}`);
  };
  const operand = (): Expression => {
    const next = input[at];
    if (!next) return fail();
    at++;
    if (next.value) return next.value;
    if (next.text === '!') return { kind: 'not', operand: operand() };
    if (next.text !== '(') {
      at--;
      return fail();
    }
    const inner = climb(1);
    if (input[at]?.text !== ')') return fail();
    at++;
    return inner;
  };
  const climb = (least: number): Expression => {
    let left = operand();
    for (;;) {
      const op = input[at]?.text ?? '';
      const level = precedence[op] ?? 0;
      if (level < least) return left;
      at++;
      left = { kind: 'binary', op: op as BinaryOperator, left, right: climb(level + 1) };
    }
  };
  const result = climb(1);
  return at === input.length ? result : fail();
}

/** The value if every name in it is a constant, else null. True is 1, false is 0. */
export function constantValue(expression: Expression, constants: ReadonlyMap<string, number>): number | null {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return expression.field === null ? (constants.get(expression.name) ?? null) : null;
    case 'not': {
      const value = constantValue(expression.operand, constants);
      return value === null ? null : Number(value === 0);
    }
    case 'binary': {
      const left = constantValue(expression.left, constants);
      const right = constantValue(expression.right, constants);
      return left === null || right === null ? null : compute(expression.op, left, right);
    }
  }
}

/** The text of an expression, which reads back as the same. */
export function printExpression(expression: Expression, level = 0): string {
  switch (expression.kind) {
    case 'number':
      return `${expression.value}`;
    case 'name':
      return expression.field === null ? expression.name : `${expression.name}.${expression.field}`;
    case 'not':
      return `!${printExpression(expression.operand, 7)}`;
    case 'binary': {
      const own = precedence[expression.op] ?? 0;
      const text = `${printExpression(expression.left, own)} ${expression.op} ${printExpression(expression.right, own + 1)}`;
      return own < level ? `(${text})` : text;
    }
  }
}
