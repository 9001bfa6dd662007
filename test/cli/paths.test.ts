import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addAnnotations } from '../../server/model/extract/library.js';
import type { PathsReport } from '../../server/review/paths.js';
import { rescuer } from './capture.js';

const tree = 'test/fixtures/extract/tree';
const weft = `${tree}/drivers/block/weft.c:weft_make_request`;

test('a function is listed line by line with its source, its sets and what was left out', async () => {
  const { code, out } = await rescuer(['paths', weft]);
  expect(code).toBe(0);
  const [listing] = out.replace(/ {2,}(?=\w+\(\) )/g, '  ').split('\nAssumed or not followed:\n');
  expect(listing).toBe(`weft_make_request() drivers/block/weft.c:18
weft_make_request() as a device over a disk
Linux 4.14.0, API era D (kernel version 4.14.0)

if i < w->strips:  weft_make_request() drivers/block/weft.c:23
    loop 1, at most pieces rounds:
        allocates clone from weft.bs, GFP_NOIO: waits for one  weft_make_request() drivers/block/weft.c:24
        makes bio wait for clone  weft_make_request() drivers/block/weft.c:27
        submits clone to the disk  weft_make_request() drivers/block/weft.c:28
        if i < w->strips:  weft_make_request() drivers/block/weft.c:23
            next round of loop 1
ends bio  weft_make_request() drivers/block/weft.c:30

Sets:
    weft.bs: reserve of 16, no rescuer
`);
});

test('a function that takes no bio is run by tasks; a lock that nobody waits under is left out', async () => {
  const { out } = await rescuer(['paths', 'drivers/block/weft.c:weft_stop', '--tree', tree]);
  expect(out).toContain('tasks that run weft_stop()\n');
  expect(out).toContain('nothing that matters to forward progress\n');
  expect(out).toContain('Left out, since nobody ever waits while holding them:\n    weft.lock\n');
});

test('an entry point of a stack is followed through the operation tables of the stack', async () => {
  const { out } = await rescuer(['paths', `${tree}/drivers/md/dm.c:dm_make_request`, '--format', 'json']);
  const report = JSON.parse(out) as PathsReport;
  expect(report).toMatchObject({
    schema: 'rescuer-paths/1',
    function: 'dm_make_request',
    file: 'drivers/md/dm.c',
    line: 12,
    stack: 'dm-linear',
    sets: [{ set: 'mapped_device.bs', reserve: 16, rescuer: 'yes' }],
  });
  expect(report.programs[0]?.steps[0]?.inside[2]).toEqual({
    kind: 'submit',
    text: 'submits clone to the disk',
    function: 'linear_map',
    file: 'drivers/md/dm-linear.c',
    line: 9,
    inside: [],
  });
});

test('the scenario of a function runs as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-'));
  try {
    const file = join(folder, 'weft.scenario.yaml');
    expect((await rescuer(['paths', weft, '--scenario', '--output', file])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# Extracted by rescuer paths from drivers\/block\/weft\.c: weft_make_request\(\)\.\n/,
    );
    const { code, out } = await rescuer(['simulate', file]);
    expect(code).toBe(1);
    expect(out).toMatch(/^weft_make_request \/ tree \(order of Linux 4\.14\.0\): DEADLOCK\n/);
    expect(out).toContain('drivers/block/weft.c:24');
    expect((await rescuer(['simulate', file, '--set', 'pieces=2'])).code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('simulate runs a stack straight from a tree', async () => {
  const stack = ['--tree', tree, '--stack', 'dm-linear'];
  expect((await rescuer(['simulate', ...stack, '--set', 'reserve=1'])).out).toMatch(
    /^dm-linear \/ tree \(order of Linux 4\.14\.0\): proved within these bounds\n/,
  );
});

test('the stacks are listed', async () => {
  const { code, out } = await rescuer(['paths', '--list']);
  expect(code).toBe(0);
  expect(out).toContain('dm-linear: dm-linear over a disk, read in pieces\n  bios come to dm_make_request()');
});

test.each([
  [['paths'], 'name a function as FILE:FUNCTION, for example drivers/md/dm.c:dm_make_request'],
  [['paths', `${tree}/drivers/block/woof.c:weft_stop`], `${tree}/drivers/block/woof.c: no such file or folder`],
  [['paths', 'drivers/block/woof.c:weft_stop', '--tree', tree], /^drivers\/block\/woof\.c: no such file in the tree /],
  [['paths', '../tree.c:f', '--tree', tree], /^\.\.\/tree\.c: no such file in the tree /],
  [
    ['paths', 'drivers/block/weft.c:make_request', '--tree', tree],
    'drivers/block/weft.c: no function make_request() in it; there is weft_make_request()',
  ],
  [['paths', weft, '--tree', 'nowhere'], 'nowhere: no such directory; --tree names a kernel tree'],
  [['paths', weft, '--stack', 'dm-nothing'], /^no stack is called "dm-nothing"; there are dm-linear, /],
  [
    ['paths', weft, '--stack', 'dm-linear'],
    'weft_make_request() is not what dm-linear runs in this tree; without --stack it is followed on a plain device',
  ],
  [['simulate', '--stack', 'md-raid0', '--tree', tree], /^the tree has no md-raid0: none of md_make_request\(\), /],
  [['simulate', '--stack', 'dm-linear', '--tree', 'nowhere'], 'nowhere: no such directory; --tree names a kernel tree'],
])('%j is refused in one line', async (args, message) => {
  const { code, err } = await rescuer(args);
  expect(code).toBe(2);
  expect(err.replace(/^rescuer: /, '').replace(/\n$/, '')).toMatch(message);
});

test('annotation files of the user win, and mistakes in them have their place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-notes-'));
  const [good, bad] = [join(folder, 'good.yaml'), join(folder, 'bad.yaml')];
  // The files of tests share one process.
  onTestFinished(() => addAnnotations({}));
  writeFileSync(good, 'functions: { bio_endio: { returns: 0, assumes: nothing ends here } }\n');
  writeFileSync(bad, 'functions:\n  bio_endio: { sleeps: never }\n');
  const { out } = await rescuer(['paths', weft, '--annotations', good]);
  expect(out).not.toContain('ends bio');
  expect(out).toContain('nothing ends here');
  const { code, err } = await rescuer(['paths', weft, '--annotations', bad]);
  expect([code, err]).toEqual([2, expect.stringMatching(/bad\.yaml:2:16: unknown key "sleeps"/)]);
  rmSync(folder, { recursive: true });
});
