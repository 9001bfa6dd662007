import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from './program.js';

const shim = `#include <linux/bio.h>

struct shim {
	struct bio_set *bs;
};

int shim_init(struct shim *shim)
{
	shim->bs = bioset_create(4, 0, 0);
	return 0;
}

struct bio *shim_get(struct shim *shim)
{
	return bio_alloc_bioset(shim->bs, GFP_NOIO);
}
`;

interface Found {
  readonly code: string;
  readonly line: string;
  readonly severity: number;
}

/** What neovim.lua writes. */
interface Session {
  readonly series: readonly Found[];
  readonly seriesHover: { readonly contents: { readonly value: string } };
  readonly source: readonly Found[];
  readonly hover: { readonly contents: { readonly value: string } };
  readonly definition: readonly {
    readonly uri: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
  readonly actions: readonly string[];
  readonly edited: readonly string[];
  readonly simulation: string;
}

const folder = mkdtempSync(join(tmpdir(), 'rescuer-nvim-'));
let session: Session;

beforeAll(() => {
  cpSync('examples/tree', folder, { recursive: true });
  cpSync('examples/drop-rescuer.mbox', join(folder, 'series.mbox'));
  writeFileSync(join(folder, 'drivers/md/shim.c'), shim);
  const result = join(folder, 'result.json');
  const { stderr } = spawnSync(
    'nvim',
    ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-S', resolve('test/clients/neovim.lua')],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 55_000,
      env: {
        ...process.env,
        RESCUER_COMMAND: JSON.stringify([process.execPath, program, 'lsp', '--stdio']),
        RESCUER_FOLDER: folder,
        RESCUER_RESULT: result,
        RESCUER_CACHE: '',
      },
    },
  );
  try {
    session = JSON.parse(readFileSync(result, 'utf8'));
  } catch {
    throw new Error(`Neovim wrote no result:\n${stderr}`);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a mailbox gets its findings as diagnostics on the lines of its diffs', () => {
  expect(session.series.map(({ code, severity, line }) => [code, severity, line.trim()])).toEqual([
    ['rescuer-flag-dropped', 1, '-				 BIOSET_NEED_RESCUER);'],
    ['rescuer-unguarded', 1, '-	    !origin->rescue_workqueue) {'],
  ]);
});

test('names are explained in a mail and in a source', () => {
  expect(session.seriesHover.contents.value).toContain('BIOSET_NEED_RESCUER');
  expect(session.hover.contents.value).toContain('bioset_create');
});

test('a source is checked', () => {
  expect(session.source.map(({ code, line }) => [code, line.trim()])).toContainEqual([
    'set-unchecked',
    'shim->bs = bioset_create(4, 0, 0);',
  ]);
});

test('the definition of a set is where it is created', () => {
  const [first] = session.definition;
  expect(first?.uri).toMatch(/\/drivers\/md\/shim\.c$/);
  expect(shim.split('\n')[first?.range.start.line ?? -1]).toContain('bioset_create');
});

test('a code action, applied by Neovim, checks the result', () => {
  expect(session.actions[0]).toBe('Check the result of bioset_create()');
  expect(session.edited.join('\n')).toMatch(/bioset_create\(4, 0, 0\);\n\tif \(!shim->bs\)\n\t\treturn -ENOMEM;/);
});

test('the simulate command returns its verdict and trace as text', () => {
  expect(session.simulation).toMatch(/: DEADLOCK$/m);
  expect(session.simulation).toMatch(/current->bio_list/);
});
