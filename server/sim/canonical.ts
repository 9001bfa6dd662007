import { Mirrors } from './mirror-code.js';
import type { Group, Symmetry } from './symmetry.js';
import {
  add,
  type Code,
  call,
  choose,
  constant,
  copyWords,
  differ,
  getLocal,
  giveBack,
  isZero,
  less,
  load,
  type Module,
  more,
  repeatWhile,
  setLocal,
  shiftLeft,
  shiftRight,
  store,
  subtract,
  teeLocal,
  when,
} from './wasm.js';

const zero = constant(0);
const one = constant(1);
const two = constant(2);

/** A group and its tables: for each member, in bytes, where its slots begin and where its bios do; and their new order. */
interface Block extends Group {
  readonly order: number;
  readonly slotsAt: number;
  readonly ownAt: number;
  readonly membersAt: number;
}

/**
 * Writes the code that turns the vector into a representative of all states that are the same but for names. Two states of
 * one class may keep different representatives where telling them apart is too much work; that costs states, not
 * correctness.
 */
export class Canonical {
  /** Functions that rename the vector: in an order of their own, or in the one that the caller has put into `orders`. */
  readonly canonical: number;
  readonly ordered: number;
  readonly mirrors: Mirrors | null;
  private readonly before: number;
  private readonly newBio: number;
  private readonly newProcess: number;
  private readonly setOf: number;
  private readonly firstFree: number;
  private readonly loose: number;
  private readonly blocks: readonly Block[];
  private readonly visit: number;

  constructor(
    private readonly module: Module,
    private readonly symmetry: Symmetry,
    private readonly vector: number,
    private readonly slots: number,
  ) {
    const { bios, processes, groups, setOf, sets } = symmetry;
    const numbers = (values: readonly number[]): number => module.table(values);
    this.before = module.reserve(4 * slots);
    this.newBio = module.reserve(4 * (bios + 1));
    this.newProcess = numbers(Array.from({ length: processes + 1 }, (_, index) => index));
    this.setOf = numbers(setOf.map((set) => set + 1));
    this.firstFree = module.reserve(4 * (sets.length + 1));
    this.loose = module.reserve(4 * bios);
    this.blocks = groups.map((group) => ({
      ...group,
      order: numbers(group.members.map((_, index) => index)),
      slotsAt: numbers(group.firstSlots.map((slot) => 4 * slot)),
      ownAt: numbers(group.firstOwn.map((bio) => 4 * bio)),
      membersAt: numbers(group.members.map((member) => 4 * (member + 1))),
    }));
    this.visit = this.writeVisit();
    const rename = call(this.writeRename());
    const arrange = this.blocks.map((block) => call(this.writeArrange(block)));
    this.ordered = module.function(0, 0);
    module.define(this.ordered, 0, [this.keep(), rename]);
    const usual = module.function(0, 0);
    module.define(usual, 0, [this.keep(), arrange, rename]);
    this.mirrors = symmetry.mirrors.length > 0 ? new Mirrors(module, symmetry.mirrors, vector, slots) : null;
    this.canonical = this.mirrors?.least(usual) ?? usual;
  }

  /** Addresses of the order of each group. */
  get orders(): readonly number[] {
    return this.blocks.map((block) => block.order);
  }

  /** Keeps the vector as it was. */
  private keep(): Code {
    return copyWords(zero, this.before, zero, this.vector, this.slots);
  }

  private entry(table: number, index: Code): Code {
    return load(shiftLeft(index, two), table);
  }

  private setEntry(table: number, index: Code, value: Code): Code {
    return store(shiftLeft(index, two), table, value);
  }

  /** A field of a bio, or a slot of a member, as it was before. */
  private was(slot: number, offset: Code = zero): Code {
    return load(offset, this.before + 4 * slot);
  }

  /** Runs the body for each value of a local variable from `from` on. */
  private each(local: number, from: number, to: Code, body: Code): Code {
    const next = setLocal(local, add(getLocal(local), one));
    return [setLocal(local, constant(from)), repeatWhile(less(getLocal(local), to), [body, next])];
  }

  /** Leaves the function with the first difference that is not 0. */
  private compare(differences: readonly Code[], difference: number): Code {
    return differences.map((code) => when(teeLocal(difference, code), giveBack(getLocal(difference))));
  }

  /** A function (left, right) that orders two members of a group, by everything but which bio is which. */
  private writeCompareMembers(block: Block): number {
    const name = this.module.function(2, 1);
    const [left, right, difference, leftAt, rightAt] = [0, 1, 2, 3, 4];
    const both = (code: (at: Code) => Code): Code => subtract(code(getLocal(leftAt)), code(getLocal(rightAt)));
    const begin = (table: number): Code => [
      setLocal(leftAt, this.entry(table, getLocal(left))),
      setLocal(rightAt, this.entry(table, getLocal(right))),
    ];
    // NULL, bios without a set, and those of each set are told apart.
    const kind = (slot: number, at: Code): Code => {
      const bio = this.was(slot, at);
      return choose(bio, add(one, this.entry(this.setOf, bio)), zero);
    };
    const own = Array.from({ length: block.ownCount }, (_, index) => index);
    const fields = own.flatMap((index) => this.symmetry.numberColumns.map((column) => column + index));
    this.module.define(name, 3, [
      begin(block.slotsAt),
      this.compare(
        block.numbers.map((slot) => both((at) => this.was(slot, at))),
        difference,
      ),
      this.compare(
        block.bios.map((slot) => both((at) => kind(slot, at))),
        difference,
      ),
      begin(block.ownAt),
      this.compare(
        fields.map((slot) => both((at) => this.was(slot, at))),
        difference,
      ),
      zero,
    ]);
    return name;
  }

  /** Inserts a value into a sorted table that has `length` entries, a local variable that changes. */
  private insert(table: number, length: number, value: Code, compare: number): Code {
    const previous = this.entry(table, subtract(getLocal(length), one));
    const larger = choose(more(getLocal(length), zero), more([previous, value, call(compare)], zero), zero);
    return [
      repeatWhile(larger, [
        this.setEntry(table, getLocal(length), previous),
        setLocal(length, subtract(getLocal(length), one)),
      ]),
      this.setEntry(table, getLocal(length), value),
    ];
  }

  /** A function that puts the members of a group in order. */
  private writeArrange(block: Block): number {
    const compare = this.writeCompareMembers(block);
    const name = this.module.function(0, 0);
    const [member, length] = [0, 1];
    this.module.define(
      name,
      2,
      this.each(member, 0, constant(block.members.length), [
        setLocal(length, getLocal(member)),
        this.insert(block.order, length, getLocal(member), compare),
      ]),
    );
    return name;
  }

  /** A function (bio) that names a bio, those behind it in its list, and all of their parents. */
  private writeVisit(): number {
    const { next, parent } = this.symmetry;
    const name = this.module.function(1, 0);
    const [bio, above, set] = [0, 1, 2];
    const free = this.entry(this.firstFree, getLocal(set));
    this.module.define(name, 2, [
      repeatWhile(getLocal(bio), [
        setLocal(set, this.entry(this.setOf, getLocal(bio))),
        when(
          isZero(this.entry(this.newBio, getLocal(bio))),
          [
            this.setEntry(this.newBio, getLocal(bio), free),
            this.setEntry(this.firstFree, getLocal(set), add(free, one)),
          ],
          when(getLocal(set), giveBack()),
        ),
        setLocal(above, this.entry(this.before + 4 * parent, getLocal(bio))),
        when(getLocal(above), when(isZero(this.entry(this.newBio, getLocal(above))), [getLocal(above), call(name)])),
        setLocal(bio, this.entry(this.before + 4 * next, getLocal(bio))),
      ]),
    ]);
    return name;
  }

  /** A function (left, right) that orders bios that nobody leads to. */
  private writeCompareLoose(): number {
    const name = this.module.function(2, 1);
    const [left, right, difference] = [0, 1, 2];
    const { numberColumns, parent } = this.symmetry;
    const both = (code: (bio: Code) => Code): Code => subtract(code(getLocal(left)), code(getLocal(right)));
    const field = (column: number, bio: Code): Code => this.entry(this.before + 4 * column, bio);
    this.module.define(name, 1, [
      this.compare(
        numberColumns.map((column) => both((bio) => field(column, bio))),
        difference,
      ),
      both((bio) => this.entry(this.newBio, field(parent, bio))),
    ]);
    return name;
  }

  /** Gives processes and their own bios their new names. */
  private nameProcesses(block: Block, to: number, from: number, changed: number): Code {
    const { members, ownCount, order, membersAt, ownAt } = block;
    const at = (table: number, member: number): Code => this.entry(table, getLocal(member));
    const own = Array.from({ length: ownCount }, (_, index): Code => {
      // Tables of bios are in bytes: four times the number.
      const name = add(shiftRight(at(ownAt, to), two), constant(index));
      return store(at(ownAt, from), this.newBio + 4 * index, name);
    });
    return this.each(to, 0, constant(members.length), [
      setLocal(from, at(order, to)),
      store(at(membersAt, from), this.newProcess, shiftRight(at(membersAt, to), two)),
      own,
      when(differ(getLocal(from), getLocal(to)), setLocal(changed, one)),
    ]);
  }

  /** Visits the bios of a group's members, in their new order. */
  private visitMembers(block: Block, to: number, from: number): Code {
    const { members, ownCount, bios, order, slotsAt, ownAt } = block;
    const own = Array.from({ length: ownCount }, (_, index): Code => {
      return [add(shiftRight(this.entry(ownAt, getLocal(from)), two), constant(index)), call(this.visit)];
    });
    return this.each(to, 0, constant(members.length), [
      setLocal(from, this.entry(order, getLocal(to))),
      bios.map((slot) => [this.was(slot, this.entry(slotsAt, getLocal(from))), call(this.visit)]),
      own,
    ]);
  }

  /** A function that renames the vector by the orders of the groups. */
  private writeRename(): number {
    const { bios, firstOwn, sets, roots, used, numberColumns, bioColumns, bioSlots, processSlots } = this.symmetry;
    const compareLoose = this.writeCompareLoose();
    const name = this.module.function(0, 0);
    const [to, from, bio, changed, count, length] = [0, 1, 2, 3, 4, 5];
    const newName = this.entry(this.newBio, getLocal(bio));
    const elements = constant(firstOwn);
    const slot = (index: number): number => this.vector + 4 * index;
    this.module.define(name, 6, [
      this.each(bio, 0, elements, this.setEntry(this.newBio, getLocal(bio), zero)),
      this.each(bio, firstOwn, constant(bios + 1), this.setEntry(this.newBio, getLocal(bio), getLocal(bio))),
      this.blocks.map((block) => this.nameProcesses(block, to, from, changed)),
      sets.map((first, set) => this.setEntry(this.firstFree, constant(set + 1), constant(first))),
      this.blocks.map((block) => this.visitMembers(block, to, from)),
      roots.map((root) => [this.was(root), call(this.visit)]),
      this.each(bio, 1, elements, [
        when(
          isZero(newName),
          when(this.entry(this.before + 4 * used, getLocal(bio)), [
            setLocal(length, getLocal(count)),
            this.insert(this.loose, length, getLocal(bio), compareLoose),
            setLocal(count, add(getLocal(count), one)),
          ]),
        ),
      ]),
      this.each(length, 0, getLocal(count), [this.entry(this.loose, getLocal(length)), call(this.visit)]),
      this.each(bio, 1, elements, [
        when(isZero(newName), [getLocal(bio), call(this.visit)]),
        when(differ(newName, getLocal(bio)), setLocal(changed, one)),
      ]),
      when(isZero(getLocal(changed)), giveBack()),
      this.blocks.map((block) =>
        this.each(to, 0, constant(block.members.length), [
          setLocal(from, this.entry(block.slotsAt, this.entry(block.order, getLocal(to)))),
          setLocal(length, this.entry(block.slotsAt, getLocal(to))),
          copyWords(getLocal(length), this.vector, getLocal(from), this.before, block.slotCount),
        ]),
      ),
      this.each(bio, 1, constant(bios + 1), [
        bioColumns.map((column) => {
          const value = this.entry(this.before + 4 * column, getLocal(bio));
          return this.setEntry(slot(column), newName, this.entry(this.newBio, value));
        }),
        numberColumns.map((column) => {
          return this.setEntry(slot(column), newName, this.entry(this.before + 4 * column, getLocal(bio)));
        }),
      ]),
      bioSlots.map((index) => store(zero, slot(index), this.entry(this.newBio, load(zero, slot(index))))),
      processSlots.map((index) => store(zero, slot(index), this.entry(this.newProcess, load(zero, slot(index))))),
    ]);
    return name;
  }
}
