import type { Inventory, SetAllocation } from '../../kernel/types.js';

/** Every allocation in the inventory, whether its set is known or not. */
export function allAllocations(inventory: Inventory): readonly SetAllocation[] {
  return [...inventory.sets.flatMap(({ allocations }) => allocations), ...inventory.unplaced];
}
