import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { themes, workspaceWith } from './manners.mjs';
import { openReview, row } from './reviews.mjs';
import { axe, mapperWorkspace, panelOf } from './traces.mjs';
import { out, root } from './workbench.mjs';

export const whatIfTests = [
  {
    name: 'what if a set had no rescuer: from a lens, two verdicts side by side, their traces compared',
    trusted: true,
    workspace: mapperWorkspace,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('dm.c');
      const lens = page.locator('.codelens-decoration a', { hasText: 'what if' }).first();
      await lens.waitFor();
      await shot('lens');
      await lens.click();
      await page.locator('.quick-input-title', { hasText: 'run to change' }).waitFor();
      await workbench.pick('dm-linear');
      await page.locator('.quick-input-title', { hasText: 'What if in dm-linear' }).waitFor({ timeout: 60_000 });
      await shot('changes');
      await workbench.pick('mapped_device.bs without a rescuer');
      await page.locator('.tab.active', { hasText: 'What if, dm-linear' }).waitFor({ timeout: 60_000 });
      await page.locator('.codelens-decoration a', { hasText: 'Compare traces' }).waitFor();
      await shot('page');
      assert.match(await workbench.editorText(), /^proved becomes DEADLOCK\.$/m);
      await page.locator('.codelens-decoration a', { hasText: 'Compare traces' }).click();
      const panel = panelOf(page);
      await panel.locator('.side').nth(1).waitFor({ timeout: 60_000 });
      await shot('traces');
      assert.match(await panel.locator('.sentence').first().textContent(), /sleeps in/);
      assert.match(await panel.locator('.sentence').nth(1).textContent(), /goes on to its end/);
    },
  },
  {
    name: 'what if, from the hover of a flag: another reserve',
    trusted: true,
    workspace: mapperWorkspace,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('dm.c');
      await page.locator('.codelens-decoration a', { hasText: 'what if' }).first().waitFor();
      await workbench.hover('BIOSET_NEED_RESCUER', 'What if it were otherwise');
      await shot('hover');
      await page.locator('.monaco-hover:visible a', { hasText: 'What if it were otherwise' }).first().click();
      await workbench.pick('dm-linear');
      await page.locator('.quick-input-title', { hasText: 'What if in dm-linear' }).waitFor({ timeout: 60_000 });
      await workbench.pick('another reserve of mapped_device.bs');
      await page.locator('.quick-input-title', { hasText: 'another reserve' }).waitFor();
      await workbench.type('4');
      await page.locator('.tab.active', { hasText: 'What if, dm-linear' }).waitFor({ timeout: 60_000 });
      await page.locator('.view-line', { hasText: 'reserve 4, rescuer' }).first().waitFor();
      await shot('page');
      assert.match(await workbench.editorText(), /^Still proved\.$/m);
    },
  },
  ...themes.map((theme) => ({
    name: `the review and its page in ${theme}`,
    trusted: true,
    workspace: workspaceWith({ 'workbench.colorTheme': theme }),
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      const series = row(workbench, 'veil: get rid of the rescuer thread');
      await series.hover();
      await series.locator('.action-label[aria-label^="Open Page of Review"]').click();
      const panel = panelOf(page);
      await panel.locator('article').first().waitFor();
      // The timed runs come later.
      await panel.locator('table.figures').first().waitFor({ timeout: 60_000 });
      await shot('page');
      assert.equal(await panel.locator('tbody tr').first().locator('td').first().textContent(), 'error');
      await panel.locator('.place a').first().click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await shot('review');
    },
  })),
  {
    name: 'the exported page of a review has nothing that axe complains of, in light and in dark',
    trusted: true,
    async run({ page }, shot) {
      const file = join(out, 'review.html');
      const series = ['examples/drop-rescuer.mbox', '--tree', 'examples/tree'];
      const args = [join(root, 'dist/cli.mjs'), 'review', ...series, '--format', 'html', '--output', file];
      spawnSync(process.execPath, args, { cwd: root });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await page.goto(pathToFileURL(file).href);
        await page.locator('table.figures').first().waitFor();
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document));
        assert.deepEqual(
          violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
          [],
        );
        await shot(colorScheme);
      }
    },
  },
];
