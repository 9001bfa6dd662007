// node test/e2e/real.mjs SERIES TREE: opens a series on a kernel tree, prints how long the review takes, and takes pictures.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { startBrowser, Workbench } from './page.mjs';
import { row } from './reviews.mjs';
import { panelOf } from './traces.mjs';
import { out, packageExtension, startServer } from './workbench.mjs';

const [series, tree] = process.argv.slice(2);
if (tree === undefined) throw new Error('usage: node test/e2e/real.mjs SERIES TREE');
const minutes = 60_000;
const findings = 6;

/** A workspace that holds nothing but the series. */
const workspace = join(out, 'workspaces/real');
rmSync(workspace, { recursive: true, force: true });
mkdirSync(join(workspace, '.vscode'), { recursive: true });
copyFileSync(series, join(workspace, basename(series)));
writeFileSync(join(workspace, '.vscode/settings.json'), JSON.stringify({ 'rescuer.tree': resolve(tree) }));

const server = await startServer({ trusted: true, vsix: packageExtension() });
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(10 * minutes);
  const workbench = new Workbench(page);
  const shot = (name) => workbench.screenshot(`real-${name}`);
  await workbench.open(server.url, workspace);
  await workbench.openFile(basename(series));
  await page.locator('.view-line').first().waitFor();
  await workbench.run('Rescuer: Open Series in Patch Review');
  const opened = performance.now();
  const seconds = () => ((performance.now() - opened) / 1000).toFixed(1);
  const loading = page.locator('.pane-body .codicon-loading');
  await loading.first().waitFor();
  await shot('opened');
  await row(workbench, /\d+ (error|warning|note|fixed)/).waitFor();
  process.stdout.write(`first finding after ${seconds()} s\n`);
  await shot('first-finding');
  await loading.first().waitFor({ state: 'detached' });
  process.stdout.write(`complete after ${seconds()} s\n`);
  await shot('complete');
  await row(workbench, '1/').click();
  await page.locator('.multiDiffEntry').first().waitFor();
  await shot('patch');
  for (let finding = 1; finding <= findings; finding++) {
    await page.keyboard.press('Alt+n');
    await page.waitForTimeout(3000);
    await shot(`finding-${finding}`);
  }
  await workbench.run('Patch Review: Focus on Series View');
  await page.keyboard.press('Home');
  await workbench.run('Rescuer: Open Page of Review');
  await panelOf(page).locator('h2').first().waitFor();
  await shot('page');
} finally {
  await browser.close();
  server.stop();
}
