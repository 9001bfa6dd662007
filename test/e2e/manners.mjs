import assert from 'node:assert/strict';
import { openReview } from './reviews.mjs';
import { exampleWorkspace } from './workbench.mjs';

/** The four kinds of themes that VS Code has. */
export const themes = [
  'Default Dark Modern',
  'Default Light Modern',
  'Default High Contrast',
  'Default High Contrast Light',
];

/** The example under settings of its own. */
export function workspaceWith(settings) {
  return (name) => exampleWorkspace(name, settings);
}

export const mannersTests = [
  {
    name: 'a review by keys alone, from the series to the reply draft',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      const press = (key) => page.keyboard.press(key);
      const focused = page.locator('.pane-body .monaco-list-row.focused');
      await openReview(workbench);
      await workbench.run('Patch Review: Focus on Series View');
      for (
        let presses = 0;
        !(await focused.textContent().catch(() => '')).includes('rescuer-flag-dropped');
        presses++
      ) {
        assert.ok(presses < 10, 'the arrow keys reach the finding');
        await press('ArrowDown');
      }
      await shot('view');
      await press('Enter');
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      const goes = async (key, tab, line) => {
        await press(key);
        await page.locator('.tab.active', { hasText: tab }).waitFor();
        await page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
        await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      };
      await goes('Alt+n', 'veil.c (patch 2)', 57);
      await goes('Alt+p', 'veil.c (patch 1)', 187);
      await goes('Alt+n', 'veil.c (patch 2)', 57);
      // The view follows.
      await page.locator('.pane-body .monaco-list-row.selected', { hasText: 'rescuer-unguarded' }).waitFor();
      await workbench.run('Rescuer: Comment on Finding');
      await page.locator('.review-widget .monaco-editor.focused').first().waitFor();
      await press('Control+Home');
      await page.keyboard.type('This deadlocks. ');
      await shot('comment');
      await press('Control+Enter');
      await page.locator('.review-widget .comment-body', { hasText: 'This deadlocks' }).waitFor();
      await workbench.run('Rescuer: Compose Review Mails');
      await page.locator('.view-line', { hasText: 'In-Reply-To:' }).first().waitFor();
      await shot('reply');
      assert.match(await workbench.editorText(), /^Subject: Re: \[PATCH 2\/2\]/m);
    },
  },
];
