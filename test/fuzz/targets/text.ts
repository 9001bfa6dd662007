/** Readers of mail and diffs. */

import { applyFile } from '../../../server/series/apply.js';
import { assemble } from '../../../server/series/assemble.js';
import { binaryString } from '../../../server/series/charset.js';
import { classify } from '../../../server/series/classify.js';
import { parseDiff } from '../../../server/series/diff.js';
import { HunkChain } from '../../../server/series/image.js';
import { readMails } from '../../../server/series/mail.js';
import { newLineOf, oldLineOf } from '../../../server/series/positions.js';
import { readQueue } from '../../../server/series/quilt.js';
import type { BodyLine } from '../../../server/series/types.js';
import { must, type Target } from '../target.js';

export const mail: Target = {
  name: 'mail',
  share: 290_000,
  seeds: ['examples/drop-rescuer.mbox'],
  longest: 6000,
  open: async () => ({
    read(bytes) {
      const document = { name: 'x.mbox', bytes };
      const shown = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\n');
      const mails = readMails(document);
      for (const { body } of mails) {
        for (const { text, line, column } of body) {
          const there = shown[line - 1];
          must(there !== undefined, 'a line of a body has a place in its document');
          if (column > 0) must(there?.startsWith(text, column - 1) === true, 'a column is where the text stands');
        }
      }
      const reading = assemble([{ document, mails: mails.map((one) => classify(one)) }]);
      for (const { patches, missing } of reading.series) {
        must(patches.length > 0, 'a series has patches');
        must(missing.length < 100_000, 'what is missing is not listed for ever');
      }
    },
  }),
};

/** Lines as a mail reader hands them on. */
function bodyOf(bytes: Uint8Array): BodyLine[] {
  return binaryString(bytes)
    .split('\n')
    .map((text, index) => ({ text, line: index + 1, column: 1 }));
}

const file = Array.from({ length: 60 }, (_, line) => `line ${line}\n`).join('');

export const diff: Target = {
  name: 'diff',
  share: 70_000,
  seeds: ['examples/drop-rescuer.mbox'],
  longest: 4000,
  open: async () => ({
    read(bytes) {
      const chains = new Map<string, HunkChain>();
      for (const one of parseDiff(bodyOf(bytes))) {
        for (const hunk of one.hunks) {
          const old = hunk.lines.filter(({ kind }) => kind !== 'add').length;
          must(old === hunk.oldLines, 'a hunk has as many old lines as it says');
          must(
            hunk.lines.length - old + hunk.lines.filter(({ kind }) => kind === 'context').length === hunk.newLines,
            'and new ones',
          );
        }
        applyFile(file, one);
        applyFile(null, one);
        for (const line of [1, 7, 1_000_000]) {
          const there = newLineOf(one, line);
          if (there !== null) must(oldLineOf(one, there) === line, 'lines go there and back');
        }
        const path = one.oldPath ?? '';
        const chain = chains.get(path) ?? new HunkChain();
        chains.set(path, chain);
        chain.add(one);
      }
      for (const chain of chains.values()) {
        for (const { text } of chain.images())
          must(text.length < 8_000_000, 'an image is no larger than a source file');
      }
      readQueueOf(bytes);
    },
  }),
};

function readQueueOf(bytes: Uint8Array): void {
  // Most diffs are no queue: what it says against them is no matter.
  if (bytes.length < 400) readQueue(binaryString(bytes), 'series');
}
