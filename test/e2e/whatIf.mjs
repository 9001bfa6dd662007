import assert from 'node:assert/strict';
import { themes, workspaceWith } from './manners.mjs';
import { openReview, row } from './reviews.mjs';
import { complaints, mapperWorkspace, panelOf } from './traces.mjs';

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
      assert.deepEqual(await complaints(page), []);
      await panel.locator('.place a').first().click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await shot('review');
    },
  })),
];
