import { expect, test } from 'vitest';
import { readLibrary } from '../../server/model/extract/library.js';
import { stacksForDrivers } from '../../server/review/unknown-drivers.js';
import { factsOf } from './states.js';

const library = readLibrary({
  'notes.yaml': `
templates:
  target_type.map: { entry: [dm_submit_bio], files: [drivers/md/dm.c] }
  block_device_operations.submit_bio: {}
  blk_queue_make_request: {}
stacks:
  known: { entry: [known_submit], files: [drivers/block/known.c] }
`,
});
const path = 'drivers/block/veil.c';
const stacksIn = (code: string, file = path) =>
  stacksForDrivers(factsOf({ [file]: code }, '6.1').index, new Set([file]), library);

test('a target gets a table on dm, a driver with ->submit_bio a disk; each reads and writes', () => {
  const target = 'static struct target_type veil_target = { .name = "veil", .map = veil_map };';
  expect(stacksIn(target)).toMatchObject([
    { name: 'veil_target-read', entry: ['dm_submit_bio'], tables: ['veil_target'] },
    { name: 'veil_target-write', files: ['drivers/md/dm.c', path, 'drivers/block/veil.h'] },
  ]);
  const driver = 'static const struct block_device_operations veil_fops = { .submit_bio = veil_submit };';
  expect(stacksIn(driver)).toMatchObject([{ entry: ['veil_submit'], tables: [] }, { name: 'veil_submit-write' }]);
});

test('up to 5.8 a driver registers with its queue', () => {
  const code = 'void veil_add(struct veil *v) { blk_queue_make_request(v->q, veil_make_request); }';
  expect(stacksIn(code).map(({ entry }) => entry)).toEqual([['veil_make_request'], ['veil_make_request']]);
});

test('files that a stack of the library has, and those that register nothing, get none', () => {
  const driver = 'static const struct block_device_operations fops = { .submit_bio = known_submit };';
  expect(stacksIn(driver, 'drivers/block/known.c')).toEqual([]);
  expect(stacksIn('int veil_init(void) { return 0; }')).toEqual([]);
});
