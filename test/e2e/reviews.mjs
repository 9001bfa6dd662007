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
  {
    name: 'Patch Review takes comments, makes a reply of them, and has them after a restart',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      const finding = row(workbench, 'rescuer-flag-dropped');
      await finding.click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await finding.hover();
      await finding.locator('.action-label[aria-label^="Comment on Finding"]').click();
      await page.locator('.review-widget .monaco-editor').first().waitFor();
      await page.keyboard.type('This deadlocks. ');
      await shot('editing');
      await page.locator('.review-widget .monaco-button', { hasText: 'Save' }).click();
      await page.locator('.review-widget .comment-body', { hasText: 'This deadlocks' }).waitFor();
      await shot('comment');
      await workbench.run('Rescuer: Compose Review Mails');
      await page.locator('.view-line', { hasText: 'In-Reply-To:' }).first().waitFor();
      await shot('reply');
      assert.match(await workbench.editorText(), /^Subject: Re: \[PATCH 1\/2\] veil: do without/m);
      await workbench.run('View: Revert and Close Editor');
      await page.reload();
      await page.locator('.review-widget .comment-body', { hasText: 'This deadlocks' }).waitFor();
      await row(workbench, '1/2 veil: do without').waitFor();
      await shot('restarted');
    },
  },
];
