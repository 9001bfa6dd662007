/** Readers of C. */

import { CDocument } from '../../../server/c/document.js';
import { flowOf } from '../../../server/c/flow.js';
import { repair } from '../../../server/c/fragment.js';
import { guardsOf } from '../../../server/c/guards.js';
import { indexFiles } from '../../../server/c/index.js';
import { mask } from '../../../server/c/mask.js';
import { openParser } from '../../../server/c/parser.js';
import { recogniseEra } from '../../../server/kernel/eras.js';
import { takeInventory } from '../../../server/kernel/inventory.js';
import { notesInComments } from '../../../server/model/extract/comments.js';
import { must, type Target } from '../target.js';

const sources = ['test/fixtures/c', 'test/fixtures/kernel', 'test/fixtures/core', 'test/fixtures/extract'];
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export const masking: Target = {
  name: 'masking',
  share: 250_000,
  seeds: sources,
  longest: 3000,
  open: async () => ({
    read(bytes) {
      const text = textOf(bytes);
      const masked = mask(text).text;
      must(masked.length === text.length, 'a mask moves nothing');
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
        must(masked[at] === '\n', 'a mask keeps the lines');
    },
  }),
};

export const code: Target = {
  name: 'code',
  share: 12_000,
  seeds: sources,
  longest: 1500,
  async open() {
    const parser = await openParser();
    let document = new CDocument(parser, 'edited.c', '');
    let edits = 0;
    return {
      read(bytes) {
        const text = textOf(bytes);
        const file = parser.parse('block/x.c', text);
        for (const fn of file.functions) guardsOf(fn, flowOf(fn));
        const index = indexFiles([file]);
        takeInventory(index, recogniseEra(index));
        document.update(text);
        if (++edits % 1000 === 0) {
          must(
            JSON.stringify(document.file.functions) === JSON.stringify(parser.parse('edited.c', text).functions),
            'an edited file reads like a new one',
          );
          document.dispose();
          document = new CDocument(parser, 'edited.c', '');
        }
        notesInComments([file]);
      },
      close: () => parser.close(),
    };
  },
};

export const fragments: Target = {
  name: 'fragments',
  share: 100_000,
  seeds: sources,
  longest: 2000,
  open: async () => ({
    read(bytes) {
      const text = textOf(bytes);
      const total = text.split('\n').length;
      const known = [0.2, 0.6].map((part) => {
        const line = 1 + Math.floor(total * part);
        return { line, endLine: line + Math.floor(total / 5) };
      });
      const sections = known.map(({ line }) => ({ line, text: text.slice(0, 80).replaceAll('\n', ' ') }));
      const repaired = repair({ path: 'x.c', text, known, sections });
      must(repaired.split('\n').length === total, 'a repair keeps the number of lines');
    },
  }),
};
