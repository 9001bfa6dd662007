import assert from 'node:assert/strict';
import { toast } from './crashes.mjs';
import { openReview, row } from './reviews.mjs';
import { traceTests } from './traces.mjs';

/** What is to be there word for word as it is on a machine. */
const alike = traceTests.filter(({ name }) => /^(a run is replayed in the debugger|Show Trace asks)/.test(name));

/** What holds where there is no Node: the extension in the browser's extension host, its server in a web worker. */
/** The language server of a page is the worker that was started last. */
async function serverOf(page) {
  for (let tries = 0; tries < 100; tries++) {
    const found = page.workers().filter((worker) => worker.url().startsWith('blob:'));
    if (found.length > 0) return found.at(-1);
    await page.waitForTimeout(100);
  }
  throw new Error('no worker is running');
}

export const browserTests = [
  {
    name: 'in the browser alone, a worker that dies is started again',
    trusted: true,
    inBrowser: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench, 'warning');
      // One that ends in silence is noticed as well, a minute later.
      await (await serverOf(page)).evaluate(() => {
        setTimeout(() => {
          throw new Error('out of luck');
        });
      });
      await toast(workbench, 'ended unexpectedly').waitFor();
      await shot('told');
      await workbench.run('Rescuer: Refresh Patch Review');
      await row(workbench, 'rescuer-flag-dropped').waitFor();
      await toast(workbench, 'ended unexpectedly').locator('.monaco-button', { hasText: 'Show Log' }).click();
      await page.locator('.view-line', { hasText: 'out of luck' }).first().waitFor();
      await shot('log');
    },
  },
  {
    name: 'in the browser alone, a series is reviewed from its hunks',
    trusted: true,
    inBrowser: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await openReview(workbench, 'warning');
      const text = await workbench.hover('BIOSET_NEED_RESCUER', 'This series');
      await shot('hover');
      assert.match(text, /This series: patch 1 takes it/);
      await workbench.run('Rescuer: Review Patch Series');
      await page.locator('.tab.active', { hasText: 'Review of drop-rescuer.mbox' }).waitFor();
      await page.locator('.view-line', { hasText: 'no kernel tree is read in a browser' }).first().waitFor();
      await shot('report');
      // The tree may grow under the pointer.
      await workbench.clickLens(row(workbench, '1/2 veil: do without'), page.locator('.multiDiffEntry').first());
      await shot('patch');
    },
  },
  {
    name: 'in the browser alone, simulations run in workers',
    trusted: true,
    inBrowser: true,
    async run(workbench, shot) {
      const { page } = workbench;
      await workbench.openFile('clones.scenario.yaml');
      await page.locator('.codelens-decoration a', { hasText: 'Run' }).first().click();
      await page.locator('.tab.active', { hasText: 'Strategies of clones' }).waitFor();
      await page.locator('.view-line', { hasText: 'rescuer: proved' }).first().waitFor();
      await shot('verdicts');
      assert.match(await workbench.editorText(), /^rescuer: proved, as expected$/m);
    },
  },
  ...alike.map((test) => ({ ...test, name: `in the browser alone, ${test.name}`, inBrowser: true })),
];
