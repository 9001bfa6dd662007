/** Trees and whole reviews. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderReports } from '../../../server/review/formats/render.js';
import { reviewSeries } from '../../../server/review/session.js';
import { openDirectory } from '../../../server/series/directory-source.js';
import { hunksSource } from '../../../server/series/hunks-source.js';
import { readSeries } from '../../../server/series/read.js';
import { must, type Target } from '../target.js';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Paths, one a line, that are asked of a tree beside which lie secrets, with ways to them. */
export const paths: Target = {
  name: 'paths',
  share: 55_000,
  seeds: [],
  longest: 200,
  async open() {
    const top = mkdtempSync(join(tmpdir(), 'rescuer-fuzz-'));
    const [tree, outside] = [join(top, 'tree'), join(top, 'outside')];
    for (const folder of [join(tree, 'block'), join(tree, '.git'), outside]) mkdirSync(folder, { recursive: true });
    for (const file of [join(outside, 'secret.c'), join(top, 'tree.c'), join(tree, '.git', 'config')])
      writeFileSync(file, 'SECRET;\n');
    writeFileSync(join(tree, 'block', 'bio.c'), 'int inside;\n');
    symlinkSync(outside, join(tree, 'out'));
    symlinkSync(join(outside, 'secret.c'), join(tree, 'block', 'link.c'));
    symlinkSync('../block', join(tree, 'block', 'round'));
    const source = await openDirectory(tree, 'fuzzing');
    return {
      async read(bytes) {
        const names = textOf(bytes).split('\n').slice(0, 5);
        for (const name of names)
          must(!(await source.read(name))?.includes('SECRET'), `${JSON.stringify(name)} is not read`);
        const found = await source.grep(
          ['SECRET', ...names.slice(0, 1).map((name) => name.slice(0, 40))].filter(Boolean),
          names,
        );
        for (const name of found)
          must((await source.read(name))?.includes('inside') === true, `${name} is not searched`);
      },
      close: () => rmSync(top, { recursive: true, force: true }),
    };
  },
};

/** Control characters but for line feed and tab, and characters that change how text is shown. */
const unsafe = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

export const reviews: Target = {
  name: 'reviews',
  share: 1500,
  seeds: ['examples/drop-rescuer.mbox'],
  longest: 5000,
  open: async () => ({
    async read(bytes) {
      const { series } = await readSeries([{ name: 'x.mbox', bytes }]);
      for (const one of series.slice(0, 2)) {
        const { report } = await reviewSeries({ series: one, source: hunksSource('fuzzing') });
        const options = { all: true, colour: false };
        for (const format of ['text', 'markdown', 'github'] as const) {
          const shown = renderReports([report], { ...options, format });
          must(!unsafe.test(shown), `${format} has no control characters`);
          if (format === 'markdown')
            must(!/<[a-z!/]/i.test(shown.replaceAll(/(`+)[^\n]*?\1|^ {4,}.*$/gm, '')), 'Markdown has no HTML');
        }
        for (const format of ['json', 'sarif'] as const) JSON.parse(renderReports([report], { ...options, format }));
      }
    },
  }),
};
