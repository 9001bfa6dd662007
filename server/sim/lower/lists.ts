import { assign, type Expr, equal, type Place, type Statement, type Temp, when } from '../machine.js';
import type { MachineBuilder } from './builder.js';

/** A singly linked list of bios: `struct bio_list`, linked through `bi_next`. */
export interface BioList {
  readonly head: Place | Temp;
  readonly tail: Place | Temp;
}

/** Writes list operations for one machine, whose `bi_next` array starts at slot `next`. */
export class Lists {
  constructor(
    private readonly machine: MachineBuilder,
    private readonly next: number,
  ) {}

  create(name: string, bios: number): BioList {
    return {
      head: { slot: this.machine.slot(`${name}.head`, bios, 'bio') },
      tail: { slot: this.machine.slot(`${name}.tail`, bios, 'bio') },
    };
  }

  /** A list that lives within one effect; empty to begin with. */
  scratch(): { list: BioList; clear: Statement[] } {
    const list = { head: this.machine.temp(), tail: this.machine.temp() };
    return { list, clear: [assign(list.head, 0), assign(list.tail, 0)] };
  }

  /** bio_list_add(). The bio's `bi_next` must be NULL. */
  push(list: BioList, bio: Expr): Statement[] {
    return [
      when(equal(list.head, 0), [assign(list.head, bio)], [assign({ slot: this.next, index: list.tail }, bio)]),
      assign(list.tail, bio),
    ];
  }

  /** bio_list_add_head(). */
  pushFront(list: BioList, bio: Expr): Statement[] {
    return [
      when(equal(list.head, 0), [assign(list.tail, bio)]),
      assign({ slot: this.next, index: bio }, list.head),
      assign(list.head, bio),
    ];
  }

  /** bio_list_pop() of a list that is not empty. */
  pop(list: BioList, into: Place | Temp): Statement[] {
    return [
      assign(into, list.head),
      assign(list.head, { slot: this.next, index: into }),
      assign({ slot: this.next, index: into }, 0),
      when(equal(list.head, 0), [assign(list.tail, 0)]),
    ];
  }

  /** bio_list_merge(), which leaves the second list empty. */
  append(list: BioList, other: BioList): Statement[] {
    return [
      when({ op: '!=', left: other.head, right: 0 }, [
        when(
          equal(list.head, 0),
          [assign(list.head, other.head)],
          [assign({ slot: this.next, index: list.tail }, other.head)],
        ),
        assign(list.tail, other.tail),
        assign(other.head, 0),
        assign(other.tail, 0),
      ]),
    ];
  }

  /** Takes every bio out in order and hands each to `body`, which may put it on any list again. */
  drain(list: BioList, body: (bio: Temp) => Statement[]): Statement[] {
    const bio = this.machine.temp();
    const rest = this.machine.temp();
    return [
      assign(rest, list.head),
      assign(list.head, 0),
      assign(list.tail, 0),
      {
        while: { op: '!=', left: rest, right: 0 },
        do: [
          assign(bio, rest),
          assign(rest, { slot: this.next, index: bio }),
          assign({ slot: this.next, index: bio }, 0),
          ...body(bio),
        ],
      },
    ];
  }
}
