import { expect, test } from 'vitest';
import { openParser } from '../../../server/c/parser.js';
import { notesInComments } from '../../../server/model/extract/comments.js';
import { annotation } from '../../../server/review/rules/annotation.js';
import { places } from '../../review/states.js';

const parser = await openParser();
const notes = (text: string) => notesInComments([parser.parse('drivers/md/veil.c', text)]);

test('a comment before a function annotates it, and says so', () => {
  const found = notes(
    'int a;\n/* rescuer: { returns: 0 } */\nstatic bool veil_suspended(struct veil *v)\n{\n\treturn v->s;\n}\n',
  );
  expect(found.get('veil_suspended')).toMatchObject({
    returns: '0',
    assumes: 'veil_suspended() is as the comment at drivers/md/veil.c:2 says',
  });
});

test('it may have lines of its own, and other words before it', () => {
  const code = `
/*
 * rescuer:
 *   does:
 *     - { end: bio }
 *   assumes: the device is there
 */
void veil_finish(struct veil *v, struct bio *bio) { bio_endio(bio); }
`;
  const note = notes(code).get('veil_finish');
  expect(note?.does).toMatchObject([{ do: 'end' }]);
  expect(note?.assumes).toMatch(/: the device is there$/);
});

test('one that stands nowhere, or says what nobody knows, is an error at its line of the C file', () => {
  expect(() => notes('/* rescuer: { returns: 0 } */\nint counter;\nint f(void) { return counter; }\n')).toThrow(
    /^drivers\/md\/veil\.c:1:13: an annotation stands right before/,
  );
  expect(() => notes('\n/* rescuer: { sleeps: never } */\nint f(void) { return 0; }\n')).toThrow(
    /^drivers\/md\/veil\.c:2:\d+: unknown key "sleeps"/,
  );
});

test('other comments are none', () => {
  expect(notes('/* The rescuer: see bio.c. */\nint f(void) { return 0; }\n').size).toBe(0);
});

test('a mistake in one is a finding where it stands', () => {
  expect(places(annotation, '\n/* rescuer: { returns: 0, sleeps: never } */\nint f(void) { return 0; }\n')).toEqual([
    'sleeps',
  ]);
});
