import type { SubmissionEra } from '../../model/era.js';
import {
  all,
  assign,
  atLeast,
  type Expr,
  equal,
  less,
  minus,
  type Place,
  plus,
  type Statement,
  type Temp,
  when,
} from '../machine.js';
import type { MachineBuilder } from './builder.js';
import type { BioList, Lists } from './lists.js';

/** A bio_set whose elements are the bios `first` … `last`. */
export interface SetLayout {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly available: Place;
  /** Bios punted to this set's rescuer; null without one. */
  readonly rescue: BioList | null;
  readonly missing: boolean;
}

export interface LockLayout {
  readonly name: string;
  /** 0, or the index + 1 of the process that holds it. */
  readonly owner: Place;
}

export interface DeviceLayout {
  readonly name: string;
  /** From 1; 0 in a bio's device field is no device. */
  readonly number: number;
  readonly leaf: boolean;
  /** Bios punted to this device's own worker; null unless blocked tasks punt. */
  readonly queue: BioList | null;
}

export interface VariableLayout {
  readonly name: string;
  readonly place: Place;
  readonly initial: number;
  readonly max: number;
  readonly balanced: boolean;
}

/** The fields of `struct bio` that the model has, each an array over bio ids. */
export interface BioFields {
  readonly used: number;
  readonly next: number;
  readonly parent: number;
  /** `__bi_remaining`. */
  readonly remaining: number;
  readonly device: number;
  /** Non-zero while a leaf device works on it. */
  readonly flying: number;
  readonly left: number;
  readonly tag: number;
  readonly ending: number;
}

/** Everything that the programs of one machine share. */
export interface Kernel {
  readonly machine: MachineBuilder;
  readonly era: SubmissionEra;
  readonly bios: number;
  readonly bioNames: readonly string[];
  readonly fields: BioFields;
  readonly lists: Lists;
  readonly sets: readonly SetLayout[];
  readonly locks: readonly LockLayout[];
  readonly devices: readonly DeviceLayout[];
  readonly variables: readonly VariableLayout[];
  readonly endings: readonly string[];
  readonly endio: { readonly argument: Temp; readonly procedure: number };
}

/** The field of a bio. */
export function field(base: number, bio: Expr): Place {
  return { slot: base, index: bio };
}

/** True if the bio is an element of the set: `bio->bi_pool == bs`. */
export function fromSet(bio: Expr, set: SetLayout): Expr {
  return set.last < set.first ? 0 : all(atLeast(bio, set.first), less(bio, set.last + 1));
}

/**
 * bio_endio(): drops one reference; the last one runs the bio's own ending, gives the element back and goes on with the
 * parent, as bio_chain_endio() and dm's dec_pending() do.
 */
export function endioProcedure(
  machine: MachineBuilder,
  fields: BioFields,
  sets: readonly SetLayout[],
  endings: readonly (readonly Statement[])[],
): Kernel['endio'] {
  const bio = machine.temp();
  const parent = machine.temp();
  const twice = machine.crash('bio_endio() is called for a bio that has ended already');
  const procedure = machine.procedure([
    {
      while: { op: '!=', left: bio, right: 0 },
      do: [
        when(
          equal(field(fields.used, bio), 0),
          [assign({ slot: machine.crashSlot }, twice), assign(bio, 0)],
          [
            assign(field(fields.remaining, bio), minus(field(fields.remaining, bio), 1)),
            when(
              equal(field(fields.remaining, bio), 0),
              [
                ...endings.flatMap((effect, index) => [when(equal(field(fields.ending, bio), index + 1), effect)]),
                assign(parent, field(fields.parent, bio)),
                ...[
                  fields.used,
                  fields.parent,
                  fields.device,
                  fields.flying,
                  fields.left,
                  fields.tag,
                  fields.ending,
                ].map((base) => assign(field(base, bio), 0)),
                ...sets.map((set) => when(fromSet(bio, set), [assign(set.available, plus(set.available, 1))])),
                assign(bio, parent),
              ],
              [assign(bio, 0)],
            ),
          ],
        ),
      ],
    },
    assign(parent, 0),
  ]);
  return { argument: bio, procedure };
}

/** bio_endio() of one bio. */
export function endio(kernel: Kernel, bio: Expr): Statement[] {
  return [assign(kernel.endio.argument, bio), { call: kernel.endio.procedure }];
}

/** The name of the function that submits a bio in this era. */
export function submitName(era: SubmissionEra): string {
  return era.flatMq ? 'submit_bio_noacct()' : 'generic_make_request()';
}
