// node test/e2e/screenshot.mjs [NAME]: makes the pictures of README and docs in media/screenshots, or the one of that name.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser, Workbench } from './page.mjs';
import { openReview, row } from './reviews.mjs';
import { openSeries } from './tests.mjs';
import { mapperWorkspace, openTrace, panelOf } from './traces.mjs';
import { exampleWorkspace, out, packageExtension, root, startServer } from './workbench.mjs';

const settings = { 'editor.minimap.enabled': false, 'window.commandCenter': false, 'diffEditor.codeLens': true };
const example = (name) => exampleWorkspace(name, settings);

/** Closes what a picture has no room for. */
async function withoutSideBar(workbench) {
  await workbench.run('View: Toggle Primary Side Bar Visibility');
}

const pictures = [
  {
    name: 'hover',
    workspace: (name) => exampleWorkspace(name, { ...settings, 'editor.hover.above': false }),
    async take(workbench) {
      await withoutSideBar(workbench);
      await openSeries(workbench);
      await workbench.hover('BIOSET_NEED_RESCUER', 'This series');
    },
  },
  {
    name: 'review',
    workspace: example,
    async take(workbench) {
      const { page } = workbench;
      await openReview(workbench);
      await row(workbench, 'rescuer-flag-dropped').click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await page.locator('.codelens-decoration a', { hasText: 'what if' }).first().waitFor();
    },
  },
  {
    name: 'trace',
    workspace: example,
    async take(workbench) {
      await withoutSideBar(workbench);
      await openTrace(workbench);
      await workbench.page.keyboard.press('End');
    },
  },
  {
    name: 'replay',
    workspace: example,
    async take(workbench) {
      const { page } = workbench;
      await openTrace(workbench, 'clones.scenario.yaml', 'Debug');
      await page.locator('.debug-toolbar').waitFor();
      await workbench.run('View: Show Run and Debug');
      await page.locator('.debug-call-stack .monaco-list-row', { hasText: 'T' }).first().waitFor();
      await page.keyboard.press('F5');
      await page.locator('.exception-widget').waitFor();
    },
  },
  {
    name: 'what-if',
    workspace: mapperWorkspace,
    async take(workbench) {
      const { page } = workbench;
      await withoutSideBar(workbench);
      await workbench.openFile('dm.c');
      await page.locator('.codelens-decoration a', { hasText: 'what if' }).first().click();
      await workbench.pick('dm-linear');
      await workbench.pick('mapped_device.bs without a rescuer');
      await page.locator('.codelens-decoration a', { hasText: 'Compare traces' }).waitFor();
    },
  },
  {
    name: 'page',
    workspace: example,
    async take(workbench) {
      await openReview(workbench);
      const series = row(workbench, 'veil: get rid of the rescuer thread');
      await series.hover();
      await series.locator('.action-label[aria-label^="Open Page of Review"]').click();
      await panelOf(workbench.page).locator('table.figures').first().waitFor();
    },
  },
];

const [wanted] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
mkdirSync(join(root, 'media/screenshots'), { recursive: true });
const server = await startServer({ trusted: true, vsix: packageExtension() });
const browser = await startBrowser();
try {
  for (const { name, workspace, take } of pictures.filter((one) => wanted === undefined || one.name === wanted)) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const workbench = new Workbench(page);
    await workbench.open(server.url, workspace(join('pictures', name)));
    await take(workbench);
    await workbench.picture(join(root, 'media/screenshots', `${name}.png`));
    process.stdout.write(`media/screenshots/${name}.png\n`);
    await context.close();
  }
} finally {
  await browser.close();
  server.stop();
}
