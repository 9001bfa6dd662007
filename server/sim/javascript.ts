import type { Alternative, Expr, Machine, Place, Process, Statement, Temp } from './machine.js';
import type { Packing } from './packing.js';

/**
 * JavaScript for the parts of a machine. Only numbers of the machine reach the text, never a name, so nothing that a
 * scenario file says can become code.
 */
function place(vector: string, target: Place | Temp): string {
  if ('temp' in target) return `t${target.temp}`;
  return target.index === undefined
    ? `${vector}[${target.slot}]`
    : `${vector}[${target.slot}+${expression(vector, target.index)}]`;
}

/** An expression over the state in array `vector`. */
export function expression(vector: string, part: Expr): string {
  if (typeof part === 'number') return String(part);
  if ('op' in part) {
    // Plain == and !=, because here, as in C, a comparison is itself a number: `(a > 0) == 0`.
    return `(${expression(vector, part.left)}${part.op}${expression(vector, part.right)})`;
  }
  return place(vector, part);
}

/** Statements that change the state in array `vector`. */
export function statements(vector: string, list: readonly Statement[]): string {
  return list
    .map((statement) => {
      if ('set' in statement) return `${place(vector, statement.set)}=${expression(vector, statement.to)}|0;`;
      if ('call' in statement) return `f${statement.call}();`;
      if ('while' in statement)
        return `while(${expression(vector, statement.while)}){${statements(vector, statement.do)}}`;
      const otherwise = statement.no.length > 0 ? `else{${statements(vector, statement.no)}}` : '';
      return `if(${expression(vector, statement.if)}){${statements(vector, statement.yes)}}${otherwise}`;
    })
    .join('');
}

function temps(list: readonly Statement[]): number[] {
  const of = (part: Expr | Place | Temp): number[] => {
    if (typeof part === 'number') return [];
    if ('temp' in part) return [part.temp];
    if ('op' in part) return [...of(part.left), ...of(part.right)];
    return part.index === undefined ? [] : of(part.index);
  };
  return list.flatMap((statement) => {
    if ('set' in statement) return [...of(statement.set), ...of(statement.to)];
    if ('call' in statement) return [];
    if ('while' in statement) return [...of(statement.while), ...temps(statement.do)];
    return [...of(statement.if), ...temps(statement.yes), ...temps(statement.no)];
  });
}

/** Declares every scratch register and the shared code, which works on array `vector`. */
export function declarations(machine: Machine, vector: string): string {
  const effects = machine.processes.flatMap((process) =>
    process.instructions.flatMap((instruction) =>
      instruction.alternatives.flatMap((alternative) => alternative.effect),
    ),
  );
  const used = new Set([...temps(effects), ...machine.procedures.flatMap((body) => temps(body))]);
  const registers = [...used].map((temp) => `let t${temp}=0;`).join('');
  const procedures = machine.procedures
    .map((body, index) => `function f${index}(){${statements(vector, body)}}`)
    .join('\n');
  return `${registers}\n${procedures}`;
}

/** What an alternative does to the state in `vector`, the process's own place included. */
export function effect(vector: string, process: Process, alternative: Alternative): string {
  const mark = alternative.witness === null ? '' : `marks[${alternative.witness}]=1;`;
  return `${statements(vector, alternative.effect)}${mark}${vector}[${process.pc}]=${alternative.next};`;
}

/** Runs the process's local instructions in `vector`, unless something has crashed; returns how many. */
export function settle(name: string, vector: string, process: Process, crashSlot: number): string {
  const cases = process.instructions
    .map((instruction, at) => {
      if (!instruction.local) return '';
      const branches = instruction.alternatives.map((alternative, index) => {
        const body = `{${effect(vector, process, alternative)}}`;
        const last = index === instruction.alternatives.length - 1;
        return last ? body : `if(${expression(vector, alternative.guard)})${body}`;
      });
      return `case ${at}:${branches.join('else ')}break;`;
    })
    .join('\n');
  return `function ${name}(){let n=0;while(${vector}[${crashSlot}]===0){switch(${vector}[${process.pc}]){${cases}\ndefault:return n;}if(++n>9999)endless();}return n;}`;
}

/** Expression for one packed word of the state in `vector`. */
export function packWord(vector: string, packing: Packing, word: number): string {
  const parts = packing.slots.flatMap((slot, index) => {
    if (slot.word !== word || slot.bits === 0) return [];
    return [slot.shift === 0 ? `${vector}[${index}]` : `${vector}[${index}]<<${slot.shift}`];
  });
  return parts.length > 0 ? parts.join('|') : '0';
}

/** Fills the slots of one word in `vector` from the value `packed`. */
export function unpackWord(vector: string, packing: Packing, word: number, packed: string): string {
  return packing.slots
    .map(({ word: own, shift, bits }, slot) => {
      if (own !== word || bits === 0) return '';
      const shifted = shift === 0 ? packed : `${packed}>>>${shift}`;
      return `${vector}[${slot}]=${shifted}${bits + shift === 32 ? '' : `&${2 ** bits - 1}`};`;
    })
    .join('');
}
