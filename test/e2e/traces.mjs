import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { themes } from './manners.mjs';
import { exampleWorkspace, root } from './workbench.mjs';

const scenario = 'clones.scenario.yaml';
export const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** More steps than anybody reads: a lock is taken and released, and then taken twice. */
const long = `scenario: long
title: A long way to a deadlock
strategies:
  stuck: {}
locks:
  m: {}
variables:
  x: {max: 1}
tasks:
  - name: T
    do:
      - repeat: 1300
        do:
          - {lock: m}
          - {set: x = 1 - x}
          - {unlock: m}
      - {lock: m}
      - {lock: m}
`;

/** The device mapper in miniature as a tree, and a patch that takes its rescuer away. */
export function mapperWorkspace(name) {
  const folder = exampleWorkspace(name, { 'rescuer.tree': '' });
  rmSync(folder, { recursive: true });
  cpSync(join(root, 'test/fixtures/extract/tree'), folder, { recursive: true });
  const lines = readFileSync(join(folder, 'drivers/md/dm.c'), 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes('BIOSET_NEED_RESCUER'));
  const context = (from, to) => lines.slice(from, to).map((line) => ` ${line}`);
  const patch = [
    'From: Ada Example <ada@example.org>',
    'Subject: [PATCH] dm: do without the rescuer',
    '',
    'Nobody has ever seen it do anything.',
    '---',
    '--- a/drivers/md/dm.c',
    '+++ b/drivers/md/dm.c',
    `@@ -${at - 2},7 +${at - 2},7 @@`,
    ...context(at - 3, at),
    `-${lines[at]}`,
    `+${lines[at].replace('BIOSET_NEED_RESCUER', '0')}`,
    ...context(at + 1, at + 4),
    '',
  ];
  writeFileSync(join(folder, 'drop.patch'), patch.join('\n'));
  return folder;
}

/** The page inside the webview that is in view. */
export function panelOf(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

/** The browser's frame of that page, in which scripts can run. */
async function frameOf(page) {
  const handle = await panelOf(page).locator('body').elementHandle();
  return handle.ownerFrame();
}

/** What axe finds in the webview that is in view. */
export async function complaints(page) {
  const frame = await frameOf(page);
  await frame.evaluate(axe);
  const { violations } = await frame.evaluate(() => globalThis.axe.run(document));
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}

/** Opens a scenario and the trace of its first strategy. */
export async function openTrace(workbench, file = scenario, lens = 'Show trace') {
  const { page } = workbench;
  await workbench.openFile(file);
  await page.locator('.codelens-decoration a', { hasText: lens }).first().click();
  if (lens !== 'Show trace') return undefined;
  const panel = panelOf(page);
  await panel.locator('.row[aria-selected="true"]').waitFor();
  return panel;
}

const selected = (panel) => panel.locator('.row[aria-selected="true"]');
const count = (panel) => panel.locator('.count').textContent();

export const traceTests = [
  ...themes.map((theme) => ({
    name: `the trace panel shows lanes, state and cycle in ${theme}`,
    trusted: true,
    workspace: (name) => exampleWorkspace(name, { 'workbench.colorTheme': theme }),
    async run(workbench, shot) {
      const panel = await openTrace(workbench);
      await shot('end');
      assert.match(await panel.locator('.sentence').textContent(), /^T sleeps in alloc_tio\(\)/);
      assert.match(await panel.locator('.graph').getAttribute('aria-label'), /T waits for an element of bs/);
      await panel.locator('.closing').waitFor();
      await panel.getByLabel('Whole state').check();
      await panel.getByLabel('Compare with').selectOption('rescuer');
      await panel.locator('.side').nth(1).waitFor();
      await shot('compared');
      assert.deepEqual(await complaints(workbench.page), []);
    },
  })),
  {
    name: 'the trace panel is driven by keys, and narrowed to a task or a resource',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      const panel = await openTrace(workbench);
      assert.equal(await count(panel), '12 / 12', 'it opens at the end');
      await page.keyboard.press('Home');
      await selected(panel).filter({ hasText: 'beginning' }).waitFor();
      for (const key of ['ArrowDown', 'j', 'ArrowDown', 'k', 'j', 'j', 'j']) await page.keyboard.press(key);
      await selected(panel).filter({ hasText: 'allocates clone from bs' }).waitFor();
      assert.equal(await count(panel), '5 / 12');
      const changed = await panel.locator('.state').textContent();
      assert.match(changed, /1 of 2 free/);
      assert.match(changed, /was 2 free/);
      assert.doesNotMatch(changed, /bio_list/, 'what does not change is not shown');
      await shot('changed');
      await panel.getByLabel('Whole state').check();
      await panel.locator('.state', { hasText: 'bio_list[0]' }).waitFor();
      await shot('whole');
      await panel.locator('select').first().selectOption('on set bs');
      assert.equal(await panel.locator('.row').count(), 4, 'the beginning, two allocations, and the wait');
      await page.keyboard.press('Escape');
      await panel.locator('.rows').focus();
      await page.keyboard.press('End');
      assert.equal(await count(panel), '12 / 12');
      await panel.locator('select').first().selectOption('of disk');
      assert.equal(await panel.locator('.row').count(), 1);
      await shot('narrowed');
    },
  },
  {
    name: 'a click in the trace panel goes to the source, and the cursor there marks the steps',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      const panel = await openTrace(workbench);
      await panel.locator('.row', { hasText: 'alloc_tio()' }).first().locator('.link').click();
      await page.locator('.editor-group-container').nth(1).locator('.view-line', { hasText: 'alloc_tio()' }).waitFor();
      await panel.locator('.row.marked').first().waitFor();
      assert.equal(await panel.locator('.row.marked').count(), 2, 'both allocations are on that line');
      await shot('source');
      await page.keyboard.press('ArrowDown');
      await panel.locator('.row.marked', { hasText: 'bio_chain()' }).first().waitFor();
    },
  },
  {
    name: 'the trace panel compares with the run of another strategy, and both move together',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      const panel = await openTrace(workbench);
      await panel.getByLabel('Compare with').selectOption('rescuer');
      await panel.locator('.note', { hasText: 'first' }).first().waitFor();
      await panel.locator('.rows').first().focus();
      await page.keyboard.press('End');
      await shot('end');
      const [loop, rescuer] = [panel.locator('.side').first(), panel.locator('.side').nth(1)];
      assert.match(await loop.locator('.note').textContent(), /The first \d+ steps are those of example \/ rescuer\./);
      assert.match(await rescuer.locator('h1').textContent(), /proved/);
      await panel.locator('select').first().selectOption('of T');
      await page.keyboard.press('Escape');
      await rescuer.locator('.row', { hasText: 'finds bs empty' }).first().waitFor();
      await panel.getByLabel('Compare with').selectOption('nothing');
      await rescuer.waitFor({ state: 'detached' });
    },
  },
  {
    name: 'the trace panel stays smooth with 5,000 steps',
    trusted: true,
    workspace: (name) => {
      const folder = exampleWorkspace(name);
      writeFileSync(join(folder, 'long.scenario.yaml'), long);
      return folder;
    },
    async run(workbench, shot) {
      const { page } = workbench;
      const panel = await openTrace(workbench, 'long.scenario.yaml');
      assert.equal(await count(panel), '5202 / 5202');
      assert.ok((await panel.locator('.row').count()) < 60, 'only rows in view are in the document');
      const frame = await frameOf(page);
      const milliseconds = await frame.evaluate(async () => {
        const list = document.querySelector('.rows');
        const times = [];
        for (let press = 0; press < 100; press++) {
          const key = press % 2 === 0 ? 'PageUp' : 'k';
          const before = performance.now();
          list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          document.body.getBoundingClientRect();
          times.push(performance.now() - before);
          await new Promise(requestAnimationFrame);
        }
        return times.sort((a, b) => a - b)[50];
      });
      process.stdout.write(`   a key takes ${milliseconds.toFixed(1)} ms (median of 100) in a trace of 5,202 steps\n`);
      assert.ok(milliseconds < 50, `a key takes ${milliseconds} ms`);
      for (let zoom = 0; zoom < 2; zoom++) await page.keyboard.press('-');
      await page.keyboard.press('End');
      await shot('far');
      assert.ok((await panel.locator('.row').count()) < 250);
    },
  },
  {
    name: 'the trace panel is exported, survives being hidden, and a reload of the window',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      let panel = await openTrace(workbench);
      await page.keyboard.press('Home');
      await page.keyboard.press('j');
      await panel.getByLabel('Export as').selectOption('SVG picture');
      await page.locator('.quick-input-widget', { hasText: 'Export trace' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.tab.active', { hasText: 'example-loop.svg' }).waitFor();
      await shot('svg');
      await page.locator('.tab', { hasText: 'Trace: example / loop' }).click();
      panel = panelOf(page);
      await selected(panel).filter({ hasText: 'prepares b' }).waitFor();
      await workbench.run('Developer: Reload Window');
      await page.locator('.tab.active', { hasText: 'Trace: example / loop' }).waitFor();
      await selected(panelOf(page)).filter({ hasText: 'prepares b' }).waitFor();
      await shot('reloaded');
    },
  },
  {
    name: 'a finding of a series leads to its trace by a quick fix',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('drop-rescuer.mbox');
      await workbench.goToLine(47);
      await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await page.keyboard.press('Control+.');
      const action = page.locator('.action-widget .monaco-list-row', { hasText: 'Show the trace that leads there' });
      await action.waitFor();
      await shot('actions');
      await action.click();
      await selected(panelOf(page)).waitFor();
      await shot('trace');
    },
  },
  {
    name: 'a run is replayed in the debugger, forwards and backwards',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openTrace(workbench, scenario, 'Debug');
      await page.locator('.debug-toolbar').waitFor();
      await workbench.run('View: Show Run and Debug');
      await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'T' }).first().waitFor();
      await shot('entry');
      await page.keyboard.press('F5');
      const stopped = page.locator('.exception-widget');
      await stopped.waitFor();
      assert.match(await stopped.textContent(), /deadlock[\s\S]*T sleeps in alloc_tio\(\)/);
      await shot('deadlock');
      await page.locator('.debug-toolbar .codicon-debug-step-back').click();
      await stopped.waitFor({ state: 'hidden' });
      const frames = page.locator('.debug-call-stack .monaco-list-row');
      await frames.filter({ hasText: 'generic_make_request()' }).first().waitFor();
      const variables = page.locator('.debug-variables .monaco-list-row');
      await variables.filter({ hasText: 'bio_list[0]' }).waitFor();
      await shot('back');
      await page.locator('.debug-toolbar .codicon-debug-reverse-continue').click();
      await frames.filter({ hasText: 'T' }).first().waitFor();
      await shot('start');
      await page.keyboard.press('Shift+F5');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'strategies of a scenario file are tests with expected verdicts',
    trusted: true,
    workspace: (name) => {
      const folder = exampleWorkspace(name);
      writeFileSync(join(folder, 'long.scenario.yaml'), long.replace('stuck: {}', 'stuck: {expect: proved}'));
      return folder;
    },
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.run('Testing: Focus on Test Explorer View');
      const rows = page.locator('.test-explorer .monaco-list-row');
      await rows.filter({ hasText: scenario }).waitFor();
      await workbench.run('Test: Run All Tests');
      await page
        .locator('.test-explorer .monaco-list-row', { hasText: 'long.scenario.yaml' })
        .locator('.codicon-testing-failed-icon')
        .waitFor();
      await page
        .locator('.test-explorer .monaco-list-row', { hasText: scenario })
        .locator('.codicon-testing-passed-icon')
        .waitFor();
      await shot('run');
    },
  },
  {
    name: 'the strategies of a scenario are compared by timed runs, as charts and a table',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile(scenario);
      await page.locator('.codelens-decoration a', { hasText: 'Compare performance' }).click();
      const panel = panelOf(page);
      await panel.locator('.chart').first().waitFor();
      await shot('charts');
      assert.match(await panel.locator('.bar-row', { hasText: 'loop' }).first().textContent(), /gets stuck/);
      assert.match(await panel.locator('tbody tr', { hasText: 'rescuer' }).textContent(), /\d/);
      assert.deepEqual(await complaints(page), []);
    },
  },
  {
    name: 'a finding of the simulator leads to the run of the code, and its debug session to the calls',
    trusted: true,
    workspace: mapperWorkspace,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('drop.patch');
      // The stacks of a driver take a while to simulate where others work too.
      await page.locator('.codelens-decoration a', { hasText: 'Show trace (dm-linear)' }).waitFor({ timeout: 120_000 });
      await workbench.goToLine(12);
      await page.keyboard.press('Control+.');
      const actions = page.locator('.action-widget .monaco-list-row', {
        hasText: 'Show the trace that leads there (dm-linear)',
      });
      await actions.waitFor();
      await shot('actions');
      await actions.click();
      const panel = panelOf(page);
      await panel.locator('.row .link', { hasText: 'linear_map()' }).first().waitFor();
      await panel.locator('.row .link', { hasText: 'dm_make_request()' }).first().click();
      await page.locator('.tab', { hasText: 'dm.c' }).waitFor();
      await shot('source');
      await panel.locator('button', { hasText: 'Debug' }).click();
      await page.locator('.debug-toolbar').waitFor();
      await workbench.run('View: Show Run and Debug');
      await page.locator('.debug-toolbar .codicon-debug-continue').click();
      await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'dm_make_request()' }).first().waitFor();
      await shot('debug');
    },
  },
  {
    name: 'Show Trace asks for a scenario, and its cycle of two tasks is drawn',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.run('Rescuer: Show Trace');
      await page.locator('.quick-input-title', { hasText: 'scenario' }).waitFor();
      await workbench.pick('snapshot');
      await page.locator('.quick-input-title', { hasText: 'strategy' }).waitFor();
      await workbench.type('rescuer');
      await page
        .locator('.quick-input-title', { hasText: 'parameters' })
        .waitFor({ timeout: 3000 })
        .then(
          () => page.keyboard.press('Enter'),
          () => undefined,
        );
      const panel = panelOf(page);
      await panel.locator('.graph').waitFor();
      await shot('cycle');
      assert.equal(await panel.locator('.graph .node.task').count(), 2);
      assert.equal(await panel.locator('.graph .closing').count(), 1);
      await panel.locator('.link', { hasText: 'snapshot.scenario.yaml' }).click();
      await page.locator('.tab', { hasText: 'snapshot.scenario.yaml' }).waitFor();
      await shot('source');
    },
  },
];
