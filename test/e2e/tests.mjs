import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryWorkspace, root } from './workbench.mjs';

const series = 'drop-rescuer.mbox';
const scenario = 'clones.scenario.yaml';

/** Opens the example and waits until its findings are drawn: errors, where the tree is at hand. */
export async function openSeries(workbench, severity = 'error') {
  await workbench.openFile(series);
  // Only what is in view is drawn.
  await workbench.goToLine(47);
  await workbench.page.locator(`.monaco-editor .squiggly-${severity}`).first().waitFor({ state: 'attached' });
}

/** The number of a line of the bundled scenario. */
function scenarioLine(text) {
  return (
    readFileSync(join(root, 'examples', scenario), 'utf8')
      .split('\n')
      .indexOf(text) + 1
  );
}

export const tests = [
  {
    name: 'the findings of a series stand on its diff lines and in Problems',
    trusted: true,
    async run(workbench, shot) {
      await openSeries(workbench);
      await workbench.run('Problems: Focus on Problems View');
      const rows = workbench.page.locator('.markers-panel .monaco-list-row');
      await rows.filter({ hasText: 'Ln 82' }).first().waitFor();
      await shot('problems');
      const text = (await rows.allInnerTexts()).join('\n');
      assert.match(text, /dropped/i);
      assert.match(text, /Ln 47/, 'the dropped flag, on the line that loses it');
      assert.match(text, /Ln 82/, 'the dropped guard, on its line');
    },
  },
  {
    name: 'hovering BIOSET_NEED_RESCUER tells what dropping it means here',
    trusted: true,
    async run(workbench, shot) {
      await openSeries(workbench);
      await workbench.run('Problems: Focus on Problems View');
      await workbench.page.locator('.markers-panel .monaco-list-row').first().waitFor();
      const text = await workbench.hover('BIOSET_NEED_RESCUER', 'This series');
      await shot('hover');
      assert.match(text, /This series: patch 1 takes it from struct veil_device\.bs/);
    },
  },
  {
    name: 'Review Patch Series opens the report',
    trusted: true,
    async run(workbench, shot) {
      await openSeries(workbench);
      await workbench.run('Rescuer: Review Patch Series');
      await workbench.page.locator('.tab.active', { hasText: 'Review of drop-rescuer.mbox' }).waitFor();
      await workbench.page.locator('.view-line', { hasText: 'BIOSET_NEED_RESCUER' }).first().waitFor();
      await shot('report');
    },
  },
  {
    name: 'Review Git Range asks for a range and opens the report',
    trusted: true,
    workspace: repositoryWorkspace,
    async run(workbench, shot) {
      await workbench.run('Rescuer: Review Git Range');
      await workbench.page.locator('.quick-input-title', { hasText: 'Review Git Range' }).waitFor();
      await workbench.type('base..HEAD');
      await workbench.page.locator('.tab.active', { hasText: 'Review of base..HEAD' }).waitFor();
      await workbench.page.locator('.view-line', { hasText: 'rescuer-flag-dropped' }).first().waitFor();
      await shot('report');
      const text = await workbench.editorText();
      assert.match(text, /veil: do without the rescuer thread/);
      assert.match(text, /at drivers\/md\/veil\.c:188\b/);
    },
  },
  {
    name: 'the code lens on a dropped flag opens the shortest trace',
    trusted: true,
    async run(workbench, shot) {
      await openSeries(workbench);
      const lens = workbench.page.locator('.codelens-decoration a', { hasText: 'shortest trace' }).first();
      await lens.waitFor();
      await shot('lens');
      await lens.click();
      await workbench.page
        .locator('.view-line', { hasText: /deadlock/i })
        .first()
        .waitFor();
      await shot('trace');
      assert.match(await workbench.editorText(), /Shortest trace, \d+ steps/);
    },
  },
  {
    name: 'Run Simulation asks for scenario and strategy and opens the trace',
    trusted: true,
    async run(workbench, shot) {
      await workbench.run('Rescuer: Run Simulation');
      await workbench.page.locator('.quick-input-title', { hasText: 'scenario' }).waitFor();
      await shot('scenarios');
      await workbench.pick('pool');
      await workbench.page.locator('.quick-input-title', { hasText: 'strategy' }).waitFor();
      await shot('strategies');
      await workbench.pick('loop');
      await workbench.page.locator('.quick-input-title', { hasText: 'parameters' }).waitFor();
      await workbench.page.keyboard.press('Enter');
      await workbench.page
        .locator('.view-line', { hasText: /deadlock/i })
        .first()
        .waitFor();
      await shot('trace');
    },
  },
  {
    name: 'a scenario file shows its mistakes, completes keys, and runs a strategy by its lens',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile(scenario);
      const lens = page.locator('.codelens-decoration a', { hasText: 'Run loop' });
      await lens.waitFor();
      await workbench.run('Problems: Focus on Problems View');
      await workbench.run('View: Focus Active Editor Group');

      await workbench.goToLine(scenarioLine('tasks:'));
      await page.keyboard.type('x');
      const problems = page.locator('.markers-panel .monaco-list-row');
      await problems.filter({ hasText: 'unknown key "xtasks"' }).waitFor();
      await shot('typo');
      await page.keyboard.press('Backspace');
      await page.locator('.markers-panel', { hasText: 'No problems' }).waitFor();

      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Control+Space');
      const suggestions = page.locator('.suggest-widget .monaco-list-row');
      await suggestions.filter({ hasText: 'variables' }).waitFor();
      await shot('completion');
      assert.equal(await suggestions.filter({ hasText: 'sets' }).count(), 0, 'the file has that section');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Delete');

      await workbench.goToLine(1);
      await workbench.clickLens(lens, page.locator('.tab.active', { hasText: 'clones loop.txt' }));
      await page.locator('.view-line', { hasText: 'DEADLOCK' }).first().waitFor();
      await shot('trace');
      assert.match(await workbench.editorText(), /Shortest trace, \d+ steps/);
      await page.locator('.tab', { hasText: scenario }).click();
      await problems.filter({ hasText: 'deadlock, as expected' }).waitFor();
      await page.locator('.monaco-editor .squiggly-info').first().waitFor({ state: 'attached' });
      await shot('verdict');
    },
  },
  {
    name: 'Run Simulation offers the open scenario file first',
    trusted: true,
    async run(workbench, shot) {
      await workbench.openFile(scenario);
      await workbench.run('Rescuer: Run Simulation');
      await workbench.page.locator('.quick-input-title', { hasText: 'scenario' }).waitFor();
      const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
      await rows.first().filter({ hasText: scenario }).waitFor();
      await shot('scenarios');
      await workbench.pick(scenario);
      await workbench.page.locator('.quick-input-title', { hasText: 'strategy' }).waitFor();
      await workbench.pick('with rescuer');
      await workbench.page.locator('.quick-input-title', { hasText: 'parameters' }).waitFor();
      await workbench.type('reserve=3');
      await workbench.page.locator('.view-line', { hasText: 'proved within these bounds' }).first().waitFor();
      await shot('proof');
      assert.match(await workbench.editorText(), /example \/ rescuer .*\n {2}reserve=3\n/);
    },
  },
  {
    name: 'the status bar tells of long work, and a click ends it',
    trusted: true,
    async run(workbench, shot) {
      await workbench.run('Rescuer: Run Simulation');
      await workbench.pick('pool');
      await workbench.page.locator('.quick-input-title', { hasText: 'strategy' }).waitFor();
      await workbench.pick('the same loop');
      await workbench.page.locator('.quick-input-title', { hasText: 'parameters' }).waitFor();
      await workbench.type('reserve=8 pieces=8 tasks=4');
      const status = workbench.page.locator('.statusbar-item', { hasText: 'Rescuer: simulating' });
      await status.waitFor();
      await shot('running');
      await status.click();
      await status.waitFor({ state: 'hidden' });
      assert.equal(await workbench.page.locator('.tab').count(), 0, 'no trace is opened');
      assert.equal(await workbench.page.locator('.notifications-toasts .notification-list-item').count(), 0);
    },
  },
  {
    name: 'a source shows flags and reserve where a bio_set is created',
    trusted: true,
    async run(workbench, shot) {
      await workbench.openFile('veil.c');
      await workbench.goToLine(188);
      const hint = workbench.page.locator('.view-line', { hasText: 'reserve 16' }).first();
      await hint.waitFor();
      await shot('inlay');
      assert.match(await hint.textContent(), /rescuer/);
    },
  },
  {
    name: 'Show Bioset Inventory lists the sets of a tree',
    trusted: true,
    async run(workbench, shot) {
      await workbench.run('Rescuer: Show Bioset Inventory');
      await workbench.page.locator('.view-line', { hasText: 'veil_device.bs' }).first().waitFor();
      await shot('inventory');
    },
  },
  {
    name: 'an untrusted workspace is reviewed, and git stays out of reach',
    trusted: false,
    async run(workbench, shot) {
      // The setting that names the tree is ignored, and the patches alone do not show the path to the deadlock.
      await openSeries(workbench, 'warning');
      await shot('reviewed');
      await workbench.findCommand('Rescuer: Review Patch Series');
      assert.equal(
        await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Git Range' }).count(),
        0,
      );
    },
  },
];
