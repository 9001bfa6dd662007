import { expect, test } from 'vitest';
import { extracted, programText, trim } from './extraction.js';

test('a loop that allocates and submits is a loop', () => {
  expect(programText(extracted('loop.c'))).toBe(
    trim(`
      if i < w->strips:
        loop 1, at most n rounds:
          allocates clone from weft.bs, GFP_NOIO: waits for one
          makes bio wait for clone
          submits clone to the disk
          if i < w->strips:
            next round of loop 1
      ends bio`),
  );
});

test('a step says where it comes from', () => {
  const [choice] = extracted('loop.c').programs[0]?.graph ?? [];
  expect(choice?.exit).toMatchObject({ kind: 'choose', at: 'weft_make_request() loop.c:14' });
});

test('the remainder of a split goes to the device itself, the front below', () => {
  expect(programText(extracted('split.c'))).toBe(
    trim(`
      if !(bio_sectors(bio) > w->chunk):
        submits bio to the disk
        return
      allocates front from weft.bs, GFP_NOIO: waits for one
      sets bio.left = bio.left - 1
      makes bio wait for front
      submits bio to the device itself
      submits front to the disk`),
  );
});

test('front and remainder are told apart when they change places', () => {
  expect(programText(extracted('swapped.c'))).toBe(
    trim(`
      if !(bio_sectors(bio) > w->chunk):
        submits bio to the disk
        return
      allocates front from weft.bs, GFP_NOIO: waits for one
      sets bio.left = bio.left - 1
      makes bio wait for front
      submits front to the disk
      submits bio to the device itself`),
  );
});

test.each([
  ['plain_type', 'submits bio to the disk'],
  ['error_type', 'ends bio'],
])('a call through the operation table %s leads to its function', (table, step) => {
  const made = extracted('table.c', { tables: [table] });
  expect(programText(made)).toBe(step);
  expect(made.remarks).toEqual([]);
});

test('without a table a call through a pointer is not known', () => {
  const made = extracted('table.c');
  expect(programText(made)).toBe('');
  expect(made.remarks).toEqual([
    'weft_make_request() table.c:29: what weft_type.status calls is not known',
    'weft_make_request() table.c:30: what weft_type.map calls is not known',
  ]);
});

test('early returns and goto unwinding are followed', () => {
  expect(programText(extracted('unwind.c'))).toBe(
    trim(`
      if w->dead:
        ends bio
        return
      allocates first from weft.bs, without waiting
      if it succeeds:
        allocates second from weft.bs, without waiting
        if it fails:
          frees first, which was never submitted
        else:
          makes bio wait for first
          makes bio wait for second
          submits first to the disk
          submits second to the disk
          ends bio
          return
      ends bio`),
  );
});

test('a case falls through to the next, the default takes what is left', () => {
  expect(programText(extracted('switch.c'))).toBe(
    trim(`
      if w->mode == 1:
        ends bio
        return
      else, unless w->mode == 2:
        submits bio to the disk
        return
      takes an element of weft.pool, GFP_NOIO: waits for one
      gives its elements of weft.pool back
      submits bio to the disk`),
  );
});

test('recursion is cut, and that is said', () => {
  const made = extracted('recursion.c');
  expect(programText(made)).toBe(
    trim(`
      allocates clone from weft.bs, GFP_NOIO: waits for one
      makes bio wait for clone
      submits clone to the disk
      ends bio`),
  );
  expect(made.remarks).toContain('weft_map() recursion.c:11: recursion is cut here');
});

test('a clone goes where the bio came to, unless it is pointed elsewhere', () => {
  expect(programText(extracted('devices.c'))).toBe(
    trim(`
      allocates down from weft.bs, GFP_NOIO: waits for one
      allocates again from weft.bs, GFP_NOIO: waits for one
      makes bio wait for down
      makes bio wait for again
      submits down to the disk
      submits again to the device itself
      ends bio`),
  );
});

const tracking = `
variables: {busy: {max: 4, balanced: true}}
functions:
  weft_is_busy: {returns: busy > 0}
  weft_track: {does: [{set: busy = busy + 1}]}
  weft_untrack: {does: [{set: busy = busy - 1}]}
`;

test('a loop that sleeps until a condition that a note explains is a wait for it', () => {
  const made = extracted('wait.c', { notes: tracking, submits: false, runs: ['weft_wait'] });
  expect(programText(made)).toBe(
    trim(`
      if !(weft_is_busy(w) [!(busy > 0)]):
        return
      waits until !(busy > 0)`),
  );
});

test('what end_io does happens when the bio ends', () => {
  const made = extracted('wait.c', { notes: tracking });
  expect(programText(made)).toBe(
    trim(`
      allocates clone from weft.bs, GFP_NOIO: waits for one
      sets busy = busy + 1
      makes bio wait for clone
      ends bio
      submits clone to the disk`),
  );
  expect(made.scenario.endings.get('weft_end_io')).toMatchObject({
    assignments: [{ variable: 'busy', to: { op: '-' } }],
  });
});

test('another version of a completion function is another one', () => {
  extracted('wait.c', { notes: tracking });
  const forgetful = extracted('wait.c', { notes: tracking, edit: (text) => text.replace('\tbio_endio(bio);\n', '') });
  expect(programText(forgetful)).not.toContain('ends bio');
});

test('what is known of a set comes with the scenario, the real size of its reserve too', () => {
  expect(extracted('loop.c').facts).toEqual(new Map([['weft.bs', { reserve: 16, rescuer: 'no' }]]));
});

test('negative numbers of C are compared with what the model knows', () => {
  const notes = 'variables: {state: {max: 4}}\nfunctions: {weft_is_busy: {returns: state}, weft_track: {returns: -5}}';
  const edit = (text: string): string =>
    text
      .replace('!weft_is_busy(w)', 'weft_is_busy(w) > -1')
      .replace('\tweft_track(w', '\tif (weft_track(w')
      .replace(/, clone\);\n\tgeneric/, ', clone) < 0)\n\t\treturn 0;\n\tgeneric');
  const made = extracted('wait.c', { notes, edit, runs: ['weft_wait'] });
  expect(programText(made)).not.toContain('submits');
  expect(programText(made, 'weft_wait')).toContain('[(state > (0 - 1))]');
});

test('of a condition to wait for, the model keeps what it knows', () => {
  const notes = 'variables: { users: { places: [weft.mode] } }';
  const made = extracted('partly.c', { notes, submits: false, runs: ['weft_stop'] });
  expect(programText(made)).toBe('waits until !w->mode || w->dead');
  expect(made.programs[0]?.graph[0]?.steps[0]).toMatchObject({ until: { kind: 'not', operand: { name: 'users' } } });
  expect(made.remarks).toEqual(['weft_stop() partly.c:5: "w->dead" is taken not to come true']);
});
