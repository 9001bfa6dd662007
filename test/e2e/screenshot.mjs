// node test/e2e/screenshot.mjs: makes media/screenshot.png, the picture of the README.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser, Workbench } from './page.mjs';
import { openSeries } from './tests.mjs';
import { exampleWorkspace, out, packageExtension, root, startServer } from './workbench.mjs';

mkdirSync(out, { recursive: true });
const server = await startServer({ trusted: true, vsix: packageExtension() });
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const workbench = new Workbench(page);
  // Below the word, the hover leaves in view what the patch does.
  const settings = { 'editor.hover.above': false, 'editor.minimap.enabled': false };
  await workbench.open(server.url, exampleWorkspace('workspaces/examples', settings));
  await workbench.run('View: Toggle Primary Side Bar Visibility');
  await openSeries(workbench);
  await workbench.run('Problems: Focus on Problems View');
  await page.locator('.markers-panel .monaco-list-row').first().waitFor();
  await workbench.run('View: Focus Active Editor Group');
  await workbench.goToLine(51);
  await workbench.hover('BIOSET_NEED_RESCUER', 'This series');
  await workbench.picture(join(root, 'media/screenshot.png'));
} finally {
  await browser.close();
  server.stop();
}
