import assert from 'node:assert/strict';
import { openReview, row } from './reviews.mjs';
import { openSeries } from './tests.mjs';

/** What a comment thread shows in the editor that is active. */
function said(workbench, text) {
  return workbench.page.locator('.review-widget .comment-body', { hasText: text });
}

/** Waits until the panel of VS Code lists a draft so often. */
async function listed(workbench, text, times) {
  const entries = workbench.page.locator('.comments-panel .monaco-list-row', { hasText: text });
  await entries.first().waitFor();
  for (let tries = 0; tries < 50 && (await entries.count()) !== times; tries++)
    await workbench.page.waitForTimeout(100);
  assert.equal(await entries.count(), times, `${text} is in the panel`);
}

export const commentTests = [
  {
    name: 'a comment on a line of the mail stands in the diff as well, and is there after a restart',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await workbench.goToLine(48);
      await workbench.run('Comments: Add Comment on Current Selection');
      await page.locator('.review-widget .monaco-editor.focused').first().waitFor();
      await page.keyboard.type('No rescuer any more?');
      await shot('typed');
      await page.keyboard.press('Control+Enter');
      await said(workbench, 'No rescuer any more?').waitFor();
      await workbench.run('Comments: Focus on Comments View');
      await listed(workbench, 'No rescuer any more?', 1);
      await shot('mail');
      await row(workbench, 'rescuer-flag-dropped').click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await said(workbench, 'No rescuer any more?').waitFor();
      await listed(workbench, 'No rescuer any more?', 1);
      await shot('diff');
      await page.locator('.tab', { hasText: 'drop-rescuer.mbox' }).click();
      await said(workbench, 'No rescuer any more?').waitFor();
      await listed(workbench, 'No rescuer any more?', 1);
      await page.locator('.tab', { hasText: 'veil.c (patch 1)' }).click();

      const loaded = page.waitForEvent('load');
      await workbench.run('Developer: Reload Window');
      await loaded;
      await said(workbench, 'No rescuer any more?').waitFor();
      await openSeries(workbench);
      await said(workbench, 'No rescuer any more?').waitFor();
      await shot('restarted');
      const comment = page.locator('.review-widget .review-comment').first();
      await comment.hover();
      await comment.locator('.action-label[aria-label^="Delete"]').click();
      await said(workbench, 'No rescuer any more?').waitFor({ state: 'detached' });
      await page.locator('.tab', { hasText: 'veil.c (patch 1)' }).click();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      assert.equal(await said(workbench, 'No rescuer any more?').count(), 0);
      await shot('deleted');
    },
  },
];
