import assert from 'node:assert/strict';
import { openSeries } from './tests.mjs';

/** Opens the example in the view Patch Review and waits for its findings. */
export async function openReview(workbench) {
  await openSeries(workbench);
  await workbench.run('Rescuer: Open Series in Patch Review');
  await row(workbench, '1/2 veil: do without').waitFor();
}

/** A row of the view. */
function row(workbench, text) {
  return workbench.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
}

export const reviewTests = [
  {
    name: 'Patch Review is empty at first and says what to do',
    trusted: true,
    async run(workbench, shot) {
      await workbench.page.locator('.activitybar a[aria-label="Patch Review"]').click();
      await workbench.page
        .locator('.welcome-view-content .monaco-button', { hasText: 'Open Patches or Mail' })
        .waitFor();
      await shot('empty');
    },
  },
  {
    name: 'Patch Review shows patches with verdicts, files and findings, and opens them as diffs',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await shot('tree');
      await row(workbench, '1/2 veil: do without').click();
      await page.locator('.tab.active', { hasText: '1/2 veil: do without' }).waitFor();
      await page.locator('.multiDiffEntry').nth(1).waitFor();
      await shot('patch');
      await row(workbench, 'rescuer-flag-dropped').click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await shot('finding');
      assert.match(await workbench.editorText(), /BIOSET_NEED_RESCUER/);
    },
  },
];
