import { endless } from './interpret.js';
import { declarations, effect, expression, packWord, settle, unpackWord } from './javascript.js';
import type { Machine } from './machine.js';
import { type Packing, packingOf } from './packing.js';
import { Writes } from './writes.js';

/** All states found so far, packed, and the code that finds their successors. */
export interface Explorer {
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

/** Writes the code of one search. */
class Generator {
  private readonly writes: Writes;
  private readonly words: readonly number[];
  /** For each set of words that effects change, the function that interns the state after them. */
  private readonly interns = new Map<string, string>();

  constructor(
    private readonly machine: Machine,
    private readonly packing: Packing,
    private readonly options: ExplorerOptions,
  ) {
    this.writes = new Writes(machine, packing);
    this.words = Array.from({ length: packing.words }, (_, word) => word);
  }

  private each(write: (word: number) => string, separator = ''): string {
    return this.words.map(write).join(separator);
  }

  /**
   * The function that looks the state in `v` up and adds it if it is new. Only `changed` words can differ from those of
   * the parent, p0 …, whose hashes are h0 …; the others are neither packed nor hashed again, and `v` is put back.
   */
  private intern(changed: ReadonlySet<number>): string {
    const all = this.options.canonical !== null;
    const touched = this.words.filter((word) => all || changed.has(word));
    const name = `i${touched.join('_')}`;
    const value = (word: number): string => (touched.includes(word) ? `x${word}` : `p${word}`);
    const { chaining } = this.options;
    this.interns.set(
      name,
      `function ${name}(){
${this.options.canonical ? 'canonical(v);' : ''}
${touched.map((word) => `const x${word}=${packWord('v', this.packing, word)},g${word}=m(x${word}^${this.salt(word)});`).join('\n')}
${touched.map((word) => unpackWord('v', this.packing, word, `p${word}`)).join('\n')}
let h=sum${touched.map((word) => `-h${word}+g${word}`).join('')}|0;
h=Math.imul(h^h>>>15,0x85EBCA6B);h^=h>>>13;
let at=h&mask,e;
while((e=table[at])!==0){
  if(((e^h)&tags)===0){
    const i=(e&~tags)-1,base=i*${this.words.length};
    if(${this.each((word) => `arena[base+${word}]===${value(word)}`, '&&')}){
      ${chaining ? 'if(distance<distances[i]){distances[i]=distance;parents[i]=from;found(i,distance);}' : ''}
      return;
    }
  }
  at=at+1&mask;
}
if(count===capacity)grow();
const base=count*${this.words.length};
${this.each((word) => `arena[base+${word}]=${value(word)};`)}
parents[count]=from;${chaining ? 'distances[count]=distance;found(count,distance);' : ''}
table[at]=++count|h&tags;
if(count>limit)rehash();
}`,
    );
    return name;
  }

  private salt(word: number): number {
    return Math.imul(word + 1, 0x9e3779b1);
  }

  private expansion(): string {
    return this.machine.processes
      .map((process, index) => {
        const local = this.options.chaining ? this.writes.local(process) : new Set<number>();
        const cases = process.instructions.map((instruction, at) => {
          const branches = instruction.alternatives.map((alternative) => {
            const changed = new Set([
              ...this.writes.of(alternative.effect),
              ...this.writes.slots([process.pc]),
              ...local,
            ]);
            const steps = this.options.chaining ? `distance=d+1+s${index}();` : '';
            const after = `${effect('v', process, alternative)}${steps}${this.intern(changed)}();n++;`;
            return alternative.guard === 1 ? after : `if(${expression('v', alternative.guard)}){${after}}`;
          });
          return `case ${at}:${branches.join('\n')}break;`;
        });
        return `function e${index}(d){let n=0;switch(v[${process.pc}]){${cases.join('\n')}}return n;}`;
      })
      .join('\n');
  }

  /** The machine as one JavaScript closure: states in one growing arena, found again through an open-addressing table. */
  source(): string {
    const { machine, words } = this;
    const { chaining } = this.options;
    const size = words.length;
    const expansion = this.expansion();
    const start = this.intern(new Set(words));
    return `'use strict';
const marks=new Uint8Array(${machine.witnesses.length}),v=new Int32Array(${machine.slots.length});
let capacity=16384,arena=new Int32Array(capacity*${size}),parents=new Int32Array(capacity)${chaining ? ',distances=new Uint16Array(capacity)' : ''};
let table=new Int32Array(65536),mask=65535,tags=~65535,limit=39321,count=0,from=-1,distance=0,sum=0;
${this.each((word) => `let p${word}=0,h${word}=0;`)}
${declarations(machine, 'v')}
${chaining ? machine.processes.map((process, index) => settle(`s${index}`, 'v', process, machine.crashSlot)).join('\n') : ''}
function m(x){x=Math.imul(x^x>>>16,0x7feb352d);return Math.imul(x^x>>>15,0x846ca68b);}
function grow(){
  capacity*=2;
  let bigger=new Int32Array(capacity*${size});bigger.set(arena);arena=bigger;
  bigger=new Int32Array(capacity);bigger.set(parents);parents=bigger;
  ${chaining ? 'const far=new Uint16Array(capacity);far.set(distances);distances=far;' : ''}
}
function rehash(){
  table=new Int32Array(table.length*(table.length<67108864?4:2));mask=table.length-1;tags=~mask;limit=table.length*0.6|0;
  for(let i=0;i<count;i++){
    const base=i*${size};
    let h=${this.each((word) => `m(arena[base+${word}]^${this.salt(word)})`, '+')}|0;
    h=Math.imul(h^h>>>15,0x85EBCA6B);h^=h>>>13;
    let at=h&mask;
    while(table[at]!==0)at=at+1&mask;
    table[at]=i+1|h&tags;
  }
}
${[...this.interns.values()].join('\n')}
function load(i){
  const base=i*${size};
  ${this.each((word) => `p${word}=arena[base+${word}];h${word}=m(p${word}^${this.salt(word)});${unpackWord('v', this.packing, word, `p${word}`)}`, '\n')}
  return v;
}
${expansion}
function expand(i){
  load(i);
  if(v[${machine.crashSlot}]!==0)return -1;
  from=i;
  sum=${this.each((word) => `h${word}`, '+')}|0;
  ${machine.witnesses.map(({ when }, index) => (when === null ? '' : `if(${expression('v', when)})marks[${index}]=1;`)).join('')}
  const d=${chaining ? 'distances[i]' : '0'};
  return ${machine.processes.map((_, index) => `e${index}(d)`).join('+')};
}
return {load,expand,witnessed:marks,
  start(){
    v.set(initial);${chaining ? `distance=${machine.processes.map((_, index) => `s${index}()`).join('+')};` : ''}
    sum=${this.each((word) => `h${word}`, '+')};
    ${start}();
  },
  count:()=>count,
  parent:(i)=>parents[i],
  distance:(i)=>${chaining ? 'distances[i]' : '0'},
  bytes:()=>arena.byteLength+parents.byteLength+table.byteLength${chaining ? '+distances.byteLength' : ''}};`;
  }
}

/** Compiles a machine for one search. Only numbers of the machine reach the code. */
export function createExplorer(machine: Machine, options: ExplorerOptions): Explorer {
  const compile = new Function(
    'initial',
    'canonical',
    'found',
    'endless',
    new Generator(machine, packingOf(machine), options).source(),
  );
  const initial = Int32Array.from(machine.slots, (slot) => slot.initial);
  return compile(initial, options.canonical, options.found, endless) as Explorer;
}
