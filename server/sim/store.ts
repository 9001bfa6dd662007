import type { Machine } from './machine.js';
import type { Packing } from './packing.js';
import {
  add,
  and,
  type Code,
  call,
  clearBytes,
  constant,
  copyBytes,
  copyWords,
  differ,
  divideUnsigned,
  equal,
  getGlobal,
  getLocal,
  giveBack,
  growMemory,
  isZero,
  lessUnsigned,
  load,
  type Module,
  memoryPages,
  moreUnsigned,
  multiply,
  or,
  repeatWhile,
  sameWords,
  setGlobal,
  setLocal,
  shiftLeft,
  shiftRight,
  store,
  subtract,
  teeLocal,
  when,
  xor,
} from './wasm.js';

import { Writes } from './writes.js';

/** Functions that keeping a state calls. */
export interface Calls {
  /** Replaces the vector by its representative; null if states are kept as they are. */
  readonly canonical: number | null;
  /** Is told of each new state and its distance, and again when that becomes shorter; null if nobody asks. */
  readonly found: number | null;
  /** Is told of a state that no transition that is left leads to; null if transitions are not counted. */
  readonly free: number | null;
  /** Ends the search: the engine gives no more memory. */
  readonly full: number;
}

/** Where a slot lies within its word. */
interface PlacedSlot {
  readonly slot: number;
  readonly shift: number;
  readonly bits: number;
}

const zero = constant(0);
const one = constant(1);
const firstTable = 1 << 13;
/** Records that there is room for at first. */
const firstRoom = 1 << 10;
/** Bytes behind the last record, which may be read along with it. */
const slack = 64;
/** From here on the table only doubles, or most of the memory would be empty table. */
const largeTable = 1 << 26;

/**
 * Writes the code that keeps states. `vector` is the address of the state at hand, one number per slot. Behind what
 * others have reserved, memory holds the same as it was loaded; the packed words of its successor; the hashes of its own
 * words; the hash table; and a record for each state: packed words, parent, distance, transitions to it. The records come last, so that
 * memory grows without a copy.
 */
export class Store {
  /** Memory to begin with, in pages. */
  readonly pages: number;
  readonly count: number;
  /** The state whose successors are looked for, and the sum of the hashes of its words. */
  readonly from: number;
  /** Of the successor in the vector. */
  readonly distance: number;
  private readonly sum: number;
  private readonly loaded: number;
  private readonly packed: number;
  private readonly hashes: number;
  private readonly table: number;
  /** Size of a record, and where in it are the parent, the distance, and how many transitions lead to the state. */
  private readonly record: number;
  private readonly parentAt: number;
  private readonly distanceAt: number;
  private readonly incomingAt: number;
  /** What a transition adds to the number of those that lead to a state. */
  private readonly counting: number;
  private readonly mask: number;
  private readonly records: number;
  /** How many records there is memory for. */
  private readonly room: number;
  private readonly words: readonly number[];
  /** For each word, the slots in it, in the order in which they lie in the vector. */
  private readonly slots: readonly PlacedSlot[][];

  constructor(
    private readonly machine: Machine,
    private readonly packing: Packing,
    private readonly module: Module,
    private readonly vector: number,
    private readonly calls: Calls,
  ) {
    const { words } = packing;
    this.words = Array.from({ length: words }, (_, word) => word);
    this.slots = this.words.map(() => []);
    packing.slots.forEach(({ word, shift, bits }, slot) => {
      if (bits > 0) this.slots[word]?.push({ slot, shift, bits });
    });
    this.loaded = module.reserve(4 * machine.slots.length);
    this.packed = module.reserve(4 * words);
    this.hashes = module.reserve(4 * words);
    this.table = module.reserve(0);
    this.parentAt = 4 * words;
    this.distanceAt = this.parentAt + 4;
    this.incomingAt = this.distanceAt + (calls.found === null ? 0 : 4);
    this.record = this.incomingAt + (calls.free === null ? 0 : 4);
    this.count = module.global();
    this.from = module.global(-1);
    this.sum = module.global();
    this.distance = module.global();
    this.counting = module.global(1);
    this.mask = module.global(firstTable - 1);
    this.records = module.global(this.table + 4 * firstTable);
    this.room = module.global(firstRoom);
    this.pages = (this.table + 4 * firstTable + firstRoom * this.record + slack + 65535) >> 16;
  }

  private address(state: Code): Code {
    return add(getGlobal(this.records), multiply(state, constant(this.record)));
  }

  /** Address of an entry of the table. */
  private entry(at: number): Code {
    return add(constant(this.table), shiftLeft(getLocal(at), constant(2)));
  }

  private next(at: number): Code {
    return setLocal(at, and(add(getLocal(at), one), getGlobal(this.mask)));
  }

  /** The bits of a hash that its place in the table does not say; an entry has them beside the number of the state. */
  private tag(value: Code): Code {
    return and(value, xor(getGlobal(this.mask), constant(-1)));
  }

  /** Hash of a word, whose value is in a local variable that changes. */
  private hashOf(word: number, local: number): Code {
    const value = getLocal(local);
    const spread = (shift: number, factor: number): Code =>
      multiply(xor(value, shiftRight(value, constant(shift))), constant(factor));
    return [
      setLocal(local, xor(value, constant(Math.imul(word + 1, 0x9e3779b1)))),
      setLocal(local, spread(16, 0x7feb352d)),
      spread(15, 0x846ca68b),
    ];
  }

  /** Makes the sum of the words' hashes, in a local variable, the hash of the state. */
  private finish(local: number): Code {
    const fold = (shift: number): Code => xor(getLocal(local), shiftRight(getLocal(local), constant(shift)));
    return [setLocal(local, multiply(fold(15), constant(0x85ebca6b))), setLocal(local, fold(13))];
  }

  private slotsOf(word: number): readonly PlacedSlot[] {
    return this.slots[word] ?? [];
  }

  /** A function (state) that fills the vector. */
  load(): number {
    const name = this.module.function(1, 0);
    const [state, address, value, sum] = [0, 1, 2, 3];
    const words = this.words.map((word): Code => {
      const slots = this.slotsOf(word).map(({ slot, shift, bits }): Code => {
        const shifted = shift === 0 ? getLocal(value) : shiftRight(getLocal(value), constant(shift));
        const part = shift + bits === 32 ? shifted : and(shifted, constant(2 ** bits - 1));
        return store(zero, this.loaded + 4 * slot, part);
      });
      const at = this.hashes + 4 * word;
      return [
        setLocal(value, load(getLocal(address), 4 * word)),
        slots,
        store(zero, at, this.hashOf(word, value)),
        setLocal(sum, add(getLocal(sum), load(zero, at))),
      ];
    });
    this.module.define(name, 3, [
      setLocal(address, this.address(getLocal(state))),
      words,
      copyWords(zero, this.vector, zero, this.loaded, this.machine.slots.length),
      setGlobal(this.sum, getLocal(sum)),
    ]);
    return name;
  }

  /** Packs a word of the vector into a local variable, and sets the vector back to the loaded state. */
  private pack(word: number, value: number): Code {
    const slots = this.slotsOf(word);
    const parts = slots.map(({ slot, shift }): Code => {
      const part = load(zero, this.vector + 4 * slot);
      return shift === 0 ? part : shiftLeft(part, constant(shift));
    });
    const [first, last] = [4 * (slots[0]?.slot ?? 0), 4 * (slots.at(-1)?.slot ?? -1)];
    return [
      setLocal(value, parts.length > 0 ? parts.reduce((left, right) => or(left, right)) : zero),
      copyWords(zero, this.vector + first, zero, this.loaded + first, (last - first) / 4 + 1),
    ];
  }

  /**
   * A function (changed) that looks the state in the vector up, adds it if it is new, and sets the vector back. Only words
   * whose bit is set differ from those of the parent; the others are neither packed nor hashed again.
   */
  intern(): number {
    const { canonical, found } = this.calls;
    const { words } = this.packing;
    const name = this.module.function(1, 0);
    const [changed, value, hash, at, entry, record] = [0, 1, 2, 3, 4, 5];
    const changes = this.words.map((word): Code => {
      const own = load(zero, this.hashes + 4 * word);
      const code = [
        this.pack(word, value),
        store(zero, this.packed + 4 * word, getLocal(value)),
        setLocal(hash, add(subtract(getLocal(hash), own), this.hashOf(word, value))),
      ];
      return canonical === null ? when(and(getLocal(changed), constant(Writes.bit(word))), code) : code;
    });
    const tell = (state: Code): Code =>
      found === null ? [] : [this.setDistance(record), state, getGlobal(this.distance), call(found)];
    const nearer = lessUnsigned(getGlobal(this.distance), load(getLocal(record), this.distanceAt));
    const again: Code = found === null ? [] : when(nearer, [this.setParent(record), tell(getLocal(entry))]);
    this.module.define(name, 5, [
      canonical === null ? copyWords(zero, this.packed, this.address(getGlobal(this.from)), 0, words) : call(canonical),
      setLocal(hash, getGlobal(this.sum)),
      changes,
      this.finish(hash),
      setLocal(at, and(getLocal(hash), getGlobal(this.mask))),
      repeatWhile(teeLocal(entry, load(this.entry(at))), [
        when(isZero(this.tag(xor(getLocal(entry), getLocal(hash)))), [
          setLocal(entry, subtract(and(getLocal(entry), getGlobal(this.mask)), one)),
          setLocal(record, this.address(getLocal(entry))),
          when(sameWords(getLocal(record), 0, zero, this.packed, words), [
            this.countAgain(record, entry, value),
            again,
            giveBack(),
          ]),
        ]),
        this.next(at),
      ]),
      when(equal(getGlobal(this.count), getGlobal(this.room)), call(this.grow())),
      setLocal(record, this.address(getGlobal(this.count))),
      copyWords(getLocal(record), 0, zero, this.packed, words),
      this.setParent(record),
      this.countFirst(record),
      tell(getGlobal(this.count)),
      setGlobal(this.count, add(getGlobal(this.count), one)),
      store(this.entry(at), 0, or(getGlobal(this.count), this.tag(getLocal(hash)))),
      // Five eighths full.
      when(
        moreUnsigned(getGlobal(this.count), multiply(shiftRight(getGlobal(this.mask), constant(3)), constant(5))),
        call(this.rehash()),
      ),
    ]);
    return name;
  }

  private setParent(record: number): Code {
    return store(getLocal(record), this.parentAt, getGlobal(this.from));
  }

  private setDistance(record: number): Code {
    return store(getLocal(record), this.distanceAt, getGlobal(this.distance));
  }

  /** Takes a transition to a new state into account: one, but for the initial state. */
  private countFirst(record: number): Code {
    if (this.calls.free === null) return [];
    return store(getLocal(record), this.incomingAt, differ(getGlobal(this.from), constant(-1)));
  }

  /** Counts a transition to a state that is known, or takes it back. */
  private countAgain(record: number, state: number, count: number): Code {
    const { free } = this.calls;
    if (free === null) return [];
    const left = add(load(getLocal(record), this.incomingAt), getGlobal(this.counting));
    return [
      setLocal(count, left),
      store(getLocal(record), this.incomingAt, getLocal(count)),
      when(isZero(getLocal(count)), [getLocal(state), call(free)]),
    ];
  }

  /** A function after which successors are taken back. */
  takeBack(): number {
    const name = this.module.function(0, 0);
    this.module.define(name, 0, setGlobal(this.counting, constant(-1)));
    return name;
  }

  /** Functions (state) that read a record. */
  readIncoming(): number {
    return this.read(this.incomingAt);
  }

  readParent(): number {
    return this.read(this.parentAt);
  }

  readDistance(): number {
    return this.read(this.distanceAt);
  }

  private read(offset: number): number {
    const name = this.module.function(1, 1);
    this.module.define(name, 0, load(this.address(getLocal(0)), offset));
    return name;
  }

  private measure(): Code {
    const bytes = subtract(shiftLeft(memoryPages, constant(16)), getGlobal(this.records));
    return setGlobal(this.room, divideUnsigned(subtract(bytes, constant(slack)), constant(this.record)));
  }

  /** A function that makes room for more records: an eighth of what there is. */
  private grow(): number {
    const name = this.module.function(0, 0);
    const pages = add(constant(16), shiftRight(memoryPages, constant(3)));
    this.module.define(name, 0, [
      when(equal(growMemory(pages), constant(-1)), [
        when(equal(growMemory(constant(16)), constant(-1)), call(this.calls.full)),
      ]),
      this.measure(),
    ]);
    return name;
  }

  /** A function that makes the table larger and moves the records up behind it. */
  private rehash(): number {
    const name = this.module.function(0, 0);
    const [size, target, index, record, hash, at, value] = [0, 1, 2, 3, 4, 5, 6];
    const bytes = multiply(getGlobal(this.count), constant(this.record));
    const tableBytes = shiftLeft(getLocal(size), constant(2));
    const pages = add(shiftRight(add(getLocal(target), add(bytes, constant(this.record + slack))), constant(16)), one);
    this.module.define(name, 7, [
      setLocal(size, shiftLeft(add(getGlobal(this.mask), one), constant(2))),
      when(moreUnsigned(getLocal(size), constant(largeTable)), setLocal(size, shiftRight(getLocal(size), one))),
      setLocal(target, add(constant(this.table), tableBytes)),
      when(moreUnsigned(pages, memoryPages), [
        when(equal(growMemory(subtract(pages, memoryPages)), constant(-1)), call(this.calls.full)),
      ]),
      copyBytes(getLocal(target), getGlobal(this.records), bytes),
      setGlobal(this.records, getLocal(target)),
      this.measure(),
      setGlobal(this.mask, subtract(getLocal(size), one)),
      clearBytes(constant(this.table), tableBytes),
      repeatWhile(lessUnsigned(getLocal(index), getGlobal(this.count)), [
        setLocal(record, this.address(getLocal(index))),
        setLocal(hash, zero),
        this.words.map((word) => [
          setLocal(value, load(getLocal(record), 4 * word)),
          setLocal(hash, add(getLocal(hash), this.hashOf(word, value))),
        ]),
        this.finish(hash),
        setLocal(at, and(getLocal(hash), getGlobal(this.mask))),
        repeatWhile(load(this.entry(at)), this.next(at)),
        setLocal(index, add(getLocal(index), one)),
        store(this.entry(at), 0, or(getLocal(index), this.tag(getLocal(hash)))),
      ]),
    ]);
    return name;
  }
}
