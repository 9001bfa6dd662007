import { declarations, effect, expression, pack, settle, unpack } from './javascript.js';
import type { Machine, Process } from './machine.js';
import { type Packing, packingOf } from './packing.js';

/** All states found so far, packed, and the code that finds their successors. */
export interface Explorer {
  readonly packing: Packing;
  /** Interns the initial state, as number 0. */
  start(): void;
  /** Number of states. */
  count(): number;
  /** Interns the successors of a state; returns how many transitions it has, or -1 if it is a crash. */
  expand(state: number): number;
  /** Fills the shared vector with a state and returns it. */
  load(state: number): Int32Array;
  parent(state: number): number;
  /** Steps from the initial state; only kept if steps are chained, where they differ from the search level. */
  distance(state: number): number;
  /** One per witness of the machine: 1 once it has been seen. */
  readonly witnessed: Uint8Array;
  /** Memory in use, in bytes. */
  bytes(): number;
}

export interface ExplorerOptions {
  /** Runs local steps together with the step before them. */
  readonly chaining: boolean;
  /** Replaces a state by the representative of all states that are the same but for names. */
  readonly canonical: ((state: Int32Array) => void) | null;
  /** Called for each new state, and again when a shorter way to it is found; only if steps are chained. */
  readonly found: (state: number, distance: number) => void;
}

function expansion(process: Process, index: number, chaining: boolean): string {
  const cases = process.instructions.map((instruction, at) => {
    const branches = instruction.alternatives.map((alternative) => {
      const after = `w.set(v);${effect('w', process, alternative)}distance=d+1${chaining ? `+s${index}()` : ''};intern();n++;`;
      return alternative.guard === 1 ? after : `if(${expression('v', alternative.guard)}){${after}}`;
    });
    return `case ${at}:${branches.join('\n')}break;`;
  });
  return `switch(v[${process.pc}]){${cases.join('\n')}}`;
}

/** `machine` as one JavaScript closure: the states in one growing arena, found again through an open-addressing table. */
function source(machine: Machine, packing: Packing, options: ExplorerOptions): string {
  const { words } = packing;
  const at = Array.from({ length: words }, (_, word) => word);
  const { chaining } = options;
  return `'use strict';
const marks=new Uint8Array(${machine.witnesses.length});
const v=new Int32Array(${machine.slots.length}),w=new Int32Array(${machine.slots.length});
let capacity=1024,arena=new Int32Array(capacity*${words}),parents=new Int32Array(capacity)${chaining ? ',distances=new Uint16Array(capacity)' : ''};
let table=new Int32Array(4096),mask=4095,count=0,from=-1,distance=0;
${declarations(machine, 'w')}
${chaining ? machine.processes.map((process, index) => settle(`s${index}`, 'w', process, machine.crashSlot)).join('\n') : ''}
function grow(){
  capacity*=2;
  let bigger=new Int32Array(capacity*${words});bigger.set(arena);arena=bigger;
  bigger=new Int32Array(capacity);bigger.set(parents);parents=bigger;
  ${chaining ? 'const far=new Uint16Array(capacity);far.set(distances);distances=far;' : ''}
}
function mix(${at.map((word) => `x${word}`).join(',')}){
  let h=0;
  ${at.map((word) => `h=Math.imul(h^x${word},0x9E3779B1);h^=h>>>15;`).join('')}
  h=Math.imul(h,0x85EBCA6B);return h^h>>>13;
}
function rehash(){
  const size=table.length*2;table=new Int32Array(size);mask=size-1;
  for(let i=0;i<count;i++){
    let h=mix(${at.map((word) => `arena[i*${words}+${word}]`).join(',')})&mask;
    while(table[h]!==0)h=h+1&mask;
    table[h]=i+1;
  }
}
function intern(){
  ${options.canonical ? 'canonical(w);' : ''}
  ${pack('w', packing)}
  let h=mix(${at.map((word) => `x${word}`).join(',')})&mask,i;
  while((i=table[h])!==0){
    const at=(i-1)*${words};
    if(${at.map((word) => `arena[at+${word}]===x${word}`).join('&&')}){
      ${chaining ? 'i--;if(distance<distances[i]){distances[i]=distance;parents[i]=from;found(i,distance);}' : ''}
      return;
    }
    h=h+1&mask;
  }
  if(count===capacity)grow();
  const at=count*${words};
  ${at.map((word) => `arena[at+${word}]=x${word};`).join('')}
  parents[count]=from;${chaining ? 'distances[count]=distance;found(count,distance);' : ''}
  table[h]=++count;
  if(count*10>table.length*6)rehash();
}
function load(i){const at=i*${words};${unpack('v', packing)}return v;}
function expand(i){
  load(i);
  if(v[${machine.crashSlot}]!==0)return -1;
  from=i;
  ${machine.witnesses.map(({ when }, index) => (when === null ? '' : `if(${expression('v', when)})marks[${index}]=1;`)).join('')}
  const d=${chaining ? 'distances[i]' : '0'};
  let n=0;
  ${machine.processes.map((process, index) => expansion(process, index, chaining)).join('\n')}
  return n;
}
return {load,expand,witnessed:marks,
  start(){w.set(initial);${chaining ? `distance=${machine.processes.map((_, index) => `s${index}()`).join('+')};` : ''}intern();},
  count:()=>count,
  parent:(i)=>parents[i],
  distance:(i)=>${chaining ? 'distances[i]' : '0'},
  bytes:()=>arena.byteLength+parents.byteLength+table.byteLength${chaining ? '+distances.byteLength' : ''}};`;
}

/** Compiles a machine for one search. */
export function createExplorer(machine: Machine, options: ExplorerOptions): Explorer {
  const packing = packingOf(machine);
  const compile = new Function('initial', 'canonical', 'found', source(machine, packing, options));
  const initial = Int32Array.from(machine.slots, (slot) => slot.initial);
  return { ...(compile(initial, options.canonical, options.found) as Omit<Explorer, 'packing'>), packing };
}
