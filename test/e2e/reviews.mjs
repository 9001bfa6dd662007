import assert from 'node:assert/strict';
import { openSeries } from './tests.mjs';
import { cleanWorkspace, repositoryWorkspace } from './workbench.mjs';

/** Opens the example in the view Patch Review and waits for its findings. */
export async function openReview(workbench, severity = 'error') {
  await openSeries(workbench, severity);
  await workbench.run('Rescuer: Open Series in Patch Review');
  const opened = performance.now();
  const seconds = () => ((performance.now() - opened) / 1000).toFixed(1);
  // The patches are listed at once, what was found in them when they are reviewed.
  await row(workbench, 'rescuer-flag-dropped').waitFor();
  const first = seconds();
  await workbench.page.locator('.pane-body .codicon-loading').first().waitFor({ state: 'detached' });
  process.stdout.write(`   from open to the first finding ${first} s, to the complete review ${seconds()} s\n`);
}

/** A row of the view. */
export function row(workbench, text) {
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
    name: 'Patch Review shows a series without findings as clean',
    trusted: true,
    workspace: cleanWorkspace,
    async run(workbench, shot) {
      await workbench.openFile('clean.mbox');
      await workbench.run('Rescuer: Open Series in Patch Review');
      await row(workbench, '1/2 drivers/md/dm.c').locator('.codicon-loading').waitFor();
      await row(workbench, '1/2 drivers/md/dm.c').locator('.codicon-pass').waitFor();
      await row(workbench, '2/2 Documentation').locator('.codicon-pass').waitFor();
      await shot('clean');
      const rows = await workbench.page.locator('.pane-body .monaco-list-row').allInnerTexts();
      assert.match(rows[0], /clean$/);
      assert.match(rows[1], /no finding · 2 proved$/);
      assert.match(rows[2], /no finding · not covered: no C code$/);
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
      await row(workbench, 'rescuer-flag-dropped').click();
      await page.locator('.review-widget .comment-body', { hasText: 'This deadlocks' }).waitFor();
      await shot('restarted');
    },
  },
  {
    name: 'Patch Review goes from finding to finding and patch to patch by keys',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await row(workbench, '1/2 veil: do without').click();
      await page.locator('.tab.active', { hasText: '1/2 veil: do without' }).waitFor();
      await page.locator('.multiDiffEntry').nth(1).waitFor();
      const press = async (key, line) => {
        await page.keyboard.press(key);
        await page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
      };
      await press('Alt+n', 187);
      await press('Alt+n', 57);
      await press('Alt+p', 187);
      await page.keyboard.press('Alt+]');
      await page.locator('.tab.active', { hasText: '2/2 veil: simplify' }).waitFor();
      await shot('second');
    },
  },
  {
    name: 'Patch Review opens a git range that is picked',
    trusted: true,
    workspace: repositoryWorkspace,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.run('Rescuer: Open Git Range in Patch Review');
      await page.locator('.quick-input-title', { hasText: 'last commit' }).waitFor();
      await workbench.pick('main');
      await page.locator('.quick-input-title', { hasText: 'starts from' }).waitFor();
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'base' }).first().waitFor();
      await shot('base');
      await workbench.pick('base');
      await row(workbench, '1/1 veil: do without').waitFor();
      await row(workbench, 'rescuer-flag-dropped').click();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await shot('finding');
    },
  },
  {
    name: 'Patch Review reads patches in an untrusted workspace and runs no git',
    trusted: false,
    async run(workbench, shot) {
      await workbench.openFile('drop-rescuer.mbox');
      await workbench.page.locator('.view-line', { hasText: 'veil: get rid' }).first().waitFor();
      await workbench.run('Rescuer: Open Series in Patch Review');
      const file = row(workbench, 'veil.c');
      await file.waitFor();
      await file.click();
      await workbench.page.locator('.view-line', { hasText: 'that the patches do not show' }).first().waitFor();
      await shot('hunks');
      await workbench.findCommand('Rescuer: Open Series in Patch Review');
      const range = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Git Range' });
      assert.equal(await range.count(), 0);
    },
  },
  {
    name: 'Patch Review opens the example of the walkthrough with its tree',
    trusted: true,
    workspace: repositoryWorkspace,
    async run(workbench, shot) {
      await workbench.run('Rescuer: Open the Example Series');
      await row(workbench, '1/2 veil: do without').waitFor();
      await row(workbench, 'rescuer-flag-dropped').click();
      await workbench.page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await workbench.run('Welcome: Open Walkthrough');
      await workbench.pick('Review a patch series');
      await workbench.page.locator('.getting-started-step', { hasText: 'Open the example' }).first().waitFor();
      await shot('walkthrough');
    },
  },
];
