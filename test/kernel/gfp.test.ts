import { expect, test } from 'vitest';
import { gfpMeaning } from '../../server/kernel/gfp.js';

test.each([
  ['GFP_NOIO', true, false, false],
  ['GFP_KERNEL', true, true, true],
  ['GFP_NOFS | __GFP_NOWARN', true, true, false],
  ['GFP_NOWAIT', false, false, false],
  ['GFP_KERNEL & ~__GFP_DIRECT_RECLAIM', false, true, true],
  ['(__force gfp_t)(GFP_NOIO & ~__GFP_WAIT)', false, false, false],
  ['GFP_KERNEL & ~(__GFP_IO | __GFP_FS)', true, false, false],
])('%s', (mask, waits, io, fs) => {
  expect(gfpMeaning(mask)).toEqual({ waits, io, fs });
});

test.each(['gfp_mask', 'GFP_NOIO | extra', '', 'flags & GFP_KERNEL', 'GFP_KERNEL & ~(a)', 'constructor'])(
  '%j is not known',
  (mask) => {
    expect(gfpMeaning(mask)).toBeNull();
  },
);
