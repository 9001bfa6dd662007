import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleWorkspace } from './workbench.mjs';

const shade = `#include <linux/bio.h>

struct shade_io {
	struct bio *orig;
	int error;
};

/* rescuer: { does: [{ end: io->origin }], assumes: nobody waits } */
static void shade_finish(struct shade_io *io)
{
	bio_endio(io->orig);
}

static blk_qc_t shade_make_request(struct request_queue *q, struct bio *bio)
{
	shade_finish(q->queuedata);
	shade_trace(bio);
	return generic_make_request(bio);
}
`;

const notes = `stacks:
  veil:
    about: the example
    entry: [veil_make_request]
    files: [drivers/md/veil.c]
functions:
  veil_gone: {}
  veil_map_piece: {}
`;

/** The example with a driver of few lines and a file of annotations. */
function annotatedWorkspace(name) {
  const folder = exampleWorkspace(name);
  writeFileSync(join(folder, 'tree/drivers/md/shade.c'), shade);
  writeFileSync(join(folder, 'tree/mine.annotations.yaml'), notes);
  return folder;
}

/** Suggestions at the end of what was typed. */
async function suggestions({ page }, expected) {
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .monaco-list-row', { hasText: expected }).first().waitFor();
  return page.locator('.suggest-widget .monaco-list-row .label-name').allTextContents();
}

/** Puts the cursor behind so many characters of a line. */
async function goTo(workbench, line, characters) {
  await workbench.goToLine(line);
  await workbench.page.keyboard.press('Home');
  await workbench.page.keyboard.press('Home');
  for (let i = 0; i < characters; i++) await workbench.page.keyboard.press('ArrowRight');
}

export const annotationTests = [
  {
    name: 'an annotation in a comment is completed, explained and checked, and a call has fixes that annotate it',
    trusted: true,
    workspace: annotatedWorkspace,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('shade.c');
      await page.locator('.squiggly-warning').first().waitFor();
      const explained = await workbench.hover('rescuer', 'annotation');
      assert.match(explained, /instead of its body, it ends io->origin/);
      await shot('hover');
      await page.keyboard.press('Escape');

      // Before `end`: what else a step may be.
      await goTo(workbench, 8, '/* rescuer: { does: [{ '.length);
      assert.ok((await suggestions(workbench, 'alloc')).includes('await'));
      await shot('completion');
      await page.keyboard.press('Escape');
      await goTo(workbench, 17, 3);
      await page.keyboard.press('Control+.');
      await page.locator('.action-widget', { hasText: 'Annotate shade_trace()' }).first().waitFor();
      await shot('quick-fix');
    },
  },
  {
    name: 'a file of annotations is completed with the functions of the tree, and told of those that are gone',
    trusted: true,
    workspace: annotatedWorkspace,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('mine.annotations.yaml');
      await page.locator('.squiggly-warning').first().waitFor();
      assert.match(await workbench.hover('veil_gone', 'no function'), /no function veil_gone\(\) in the tree/);
      await shot('gone');
      await workbench.goToLine(8);
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.keyboard.type('veil_m');
      const names = await suggestions(workbench, 'veil_make_request');
      await shot('completion');
      assert.ok(names.includes('veil_make_request'), names.join(' '));
      await page.keyboard.press('Escape');
      await goTo(workbench, 8, 4);
      await page.keyboard.press('F12');
      await page.locator('.tab.active', { hasText: 'veil.c' }).waitFor();
    },
  },
];
