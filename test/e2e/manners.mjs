import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { servers } from './crashes.mjs';
import { openReview, row } from './reviews.mjs';
import { openSeries } from './tests.mjs';
import { panelOf } from './traces.mjs';
import { exampleWorkspace, out } from './workbench.mjs';

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

/** A workspace in which nothing is for the extension. */
function plainWorkspace(name) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'notes.txt'), 'Nothing of the kernel.\n');
  writeFileSync(join(folder, 'main.c'), 'int main(void)\n{\n\treturn 0;\n}\n');
  return folder;
}

/** What VS Code says of a running extension: null if it is not activated. */
async function activationOf(workbench, extension) {
  await workbench.run('Developer: Show Running Extensions');
  const rows = workbench.page.locator('.runtime-extensions-editor .monaco-list-row');
  await rows.first().waitFor();
  const row = rows.filter({ hasText: extension });
  if ((await row.count()) === 0) return null;
  return row.locator('.activation-time').textContent();
}

export const mannersTests = [
  {
    name: 'nothing runs where there is no patch and no kernel tree',
    trusted: true,
    workspace: plainWorkspace,
    async run(workbench, shot) {
      const before = servers();
      await workbench.openFile('notes.txt');
      assert.equal(await activationOf(workbench, 'Rescuer'), null);
      // The list is a window of its own.
      await workbench.page.keyboard.press('Escape');
      // A C file activates it to see whether it lies in a kernel tree.
      await workbench.openFile('main.c');
      await workbench.page.waitForTimeout(3000);
      await shot('plain');
      assert.deepEqual(
        servers().filter((pid) => !before.includes(pid)),
        [],
      );
    },
  },
  {
    name: 'the time to activate is what VS Code says it is',
    trusted: true,
    async run(workbench, shot) {
      await openSeries(workbench);
      const time = await activationOf(workbench, 'Rescuer');
      await shot('running');
      process.stdout.write(`   ${time.replaceAll('\n', ' ')}\n`);
      assert.match(time, /\d+\s*ms/);
    },
  },
  {
    name: 'view, page and trace panel speak the language of the editor',
    trusted: true,
    language: 'de',
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench);
      await row(workbench, '2 Fehler').waitFor();
      await row(workbench, 'rescuer-unguarded').click();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await workbench.run('Rescuer: Ablauf zum Befund anzeigen');
      await page.locator('.tab.active', { hasText: 'Ablauf: ' }).waitFor();
      await panelOf(page).locator('label', { hasText: 'Ganzer Zustand' }).waitFor();
      await shot('trace');
      await row(workbench, '2 Fehler').click();
      await workbench.run('Rescuer: Seite des Reviews öffnen');
      await panelOf(page).locator('h2', { hasText: 'Befunde' }).waitFor();
      await shot('page');
      assert.equal(await panelOf(page).locator('html').getAttribute('lang'), 'de');
    },
  },
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
