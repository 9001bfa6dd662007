import fc from 'fast-check';

/** Few different lines, so that hunks also fit in wrong places. */
const line = fc.constantFrom(
  '{',
  '}',
  '',
  '\treturn 0;',
  '\tbio_put(bio);',
  'a',
  'b',
  'c',
  '-- ',
  '--- x',
  '+++ y',
  '\\',
);

const text = (lines: readonly string[], newline: boolean): string =>
  lines.join('\n') + (newline && lines.length > 0 ? '\n' : '');

/** A file and the same file after some random edits, either perhaps without a newline at its end. */
export const editedFile = fc
  .record({
    lines: fc.array(line, { maxLength: 60 }),
    edits: fc.array(fc.record({ at: fc.nat(60), remove: fc.nat(3), insert: fc.array(line, { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    newlines: fc.tuple(fc.boolean(), fc.boolean()),
  })
  .map(({ lines, edits, newlines }) => {
    const after = [...lines];
    for (const { at, remove, insert } of edits) {
      after.splice(Math.min(at, after.length), remove, ...insert);
    }
    return { before: text(lines, newlines[0]), after: text(after, newlines[1]) };
  });
