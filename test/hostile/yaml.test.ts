import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { placeAt } from '../../server/lsp/scenarios/place.js';
import { strategyLines } from '../../server/lsp/scenarios/strategies.js';
import { readLibrary } from '../../server/model/extract/library.js';
import { readScenario } from '../../server/model/read.js';
import { seconds } from './time.js';

/** What reading a text that is wrong says. */
function complaint(read: (file: string, text: string) => unknown, text: string): string {
  try {
    read('x.yaml', text);
    return '';
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  }
}

const readers = [readScenario, (file: string, text: string) => readLibrary({ [file]: text })];

test.each(readers)('a key that is there twice is a mistake of the second', (read) => {
  expect(complaint(read, 'variables: {a: {}}\nvariables: {b: {}}\n')).toBe(
    'x.yaml:2:1: Map keys must be unique: "variables"',
  );
});

test.each([
  ['keys that are all the same', `a: { ${'b, '.repeat(25_000)}}`],
  ['keys that are all different', `a: { ${Array.from({ length: 12_000 }, (_, n) => `b${n}`).join(', ')} }`],
  ['mistakes on one line', '{ a: b }'.repeat(12_000)],
  ['lists in lists', '['.repeat(50_000)],
  ['mappings in mappings', '{a: '.repeat(25_000)],
  ['aliases', `a: &a [x]\nb: [${'*a, '.repeat(20_000)}]`],
])('100 KB of %s are read in good time', (_, text) => {
  for (const read of readers) expect(seconds(() => complaint(read, text))).toBeLessThan(2);
});

test('a file that no person wrote is not read at all', () => {
  expect(complaint(readScenario, `about: ${'x'.repeat(300_000)}`)).toBe(
    'x.yaml:1:1: 300007 characters: a file of at most 131072 is read',
  );
});

test.each(['', 'strategies: ', 'sets: ', 'tasks:\n  - '])('mappings as keys of mappings as keys, below %j', (above) => {
  const text = `${above}${'{'.repeat(80)}x`;
  const document = TextDocument.create('file:///x.scenario.yaml', 'yaml', 1, text);
  const work = (): void => {
    for (const read of readers) complaint(read, text);
    placeAt(text, text.length - 1);
    strategyLines(document);
  };
  expect(seconds(work)).toBeLessThan(2);
});
