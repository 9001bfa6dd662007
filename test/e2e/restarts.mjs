import assert from 'node:assert/strict';
import { openReview, row } from './reviews.mjs';
import { panelOf } from './traces.mjs';

/** Leaves the view, closes the mail, and loads the window again: nothing of the extension is in view but the tabs. */
async function reload(workbench) {
  const { page } = workbench;
  const mail = page.locator('.tab', { hasText: 'drop-rescuer.mbox' });
  await mail.click({ button: 'middle' });
  await mail.waitFor({ state: 'detached' });
  await page.locator('.activitybar a[aria-label^="Explorer"]').click();
  await page.locator('.explorer-viewlet, .explorer-folders-view').first().waitFor();
  // Unlike the browser's own, this keeps what is open.
  const loaded = page.waitForEvent('load');
  await workbench.run('Developer: Reload Window');
  await loaded;
  await page.locator('.explorer-viewlet, .explorer-folders-view').first().waitFor();
}

export const restartTests = [
  {
    name: 'the diff of a file is there again after the window was loaded anew',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await row(workbench, 'rescuer-unguarded').click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 2)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await reload(workbench);
      await page.locator('.tab.active', { hasText: 'veil.c (patch 2)' }).waitFor();
      await page.locator('.monaco-diff-editor .view-line', { hasText: 'rescue_workqueue' }).first().waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await shot('restored');
      assert.match(await workbench.editorText(), /fs_bio_set/);
    },
  },
  {
    name: 'the diffs of a patch are there again after the window was loaded anew',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await row(workbench, '2/2 veil: simplify').click();
      await page.locator('.multiDiffEntry').nth(1).waitFor();
      await reload(workbench);
      await page.locator('.tab.active', { hasText: '2/2 veil: simplify' }).waitFor();
      await page.locator('.multiDiffEntry').nth(1).waitFor();
      await page.locator('.multiDiffEntry .view-line', { hasText: 'rescue_workqueue' }).first().waitFor();
      await shot('restored');
    },
  },
  {
    name: 'the page of a review is there again after the window was loaded anew, and the trace of a finding',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await row(workbench, 'rescuer-unguarded').click();
      // The diff takes the focus when it opens, and would take it from the palette.
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await workbench.run('Rescuer: Show Trace of Finding');
      await page.locator('.tab.active', { hasText: 'Trace: ' }).waitFor();
      await panelOf(page).locator('.row').first().waitFor();
      const series = row(workbench, 'veil: get rid of the rescuer thread');
      await series.hover();
      await series.locator('.action-label[aria-label^="Open Page of Review"]').click();
      await panelOf(page).locator('article').first().waitFor();
      await reload(workbench);
      await page.locator('.tab.active', { hasText: 'veil: get rid of' }).waitFor();
      await panelOf(page).locator('article').first().waitFor();
      await shot('page');
      await panelOf(page).locator('.place a').first().click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.tab', { hasText: 'Trace: ' }).click();
      await panelOf(page).locator('.row').first().waitFor();
      await shot('trace');
    },
  },
];
