import type { Machine, Slot } from './machine.js';

/** Where a slot lies in the packed state: `bits` bits at `shift` of 32-bit word `word`. */
export interface PackedSlot {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

export interface Packing {
  readonly words: number;
  /** One per slot; a slot that is always 0 has no bits. */
  readonly slots: readonly PackedSlot[];
}

const bitsFor = (slot: Slot): number => (slot.max === 0 ? 0 : 32 - Math.clz32(slot.max));

/** Gives each slot just the bits it needs; no slot straddles two words. */
export function packingOf(machine: Machine): Packing {
  let word = 0;
  let used = 0;
  const slots = machine.slots.map((slot, index): PackedSlot => {
    // A crashed state has no successors; one bit per reason is not needed, but the reason is.
    const bits = index === machine.crashSlot ? 32 - Math.clz32(machine.crashes.length) : bitsFor(slot);
    if (used + bits > 32) {
      word++;
      used = 0;
    }
    used += bits;
    return { word, shift: used - bits, bits };
  });
  return { words: word + 1, slots };
}
