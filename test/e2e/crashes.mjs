import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openReview, row } from './reviews.mjs';
import { out } from './workbench.mjs';

/** The language servers of this run's windows, by what Linux tells of processes. */
export function servers() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(out) && command.includes('dist/server.mjs');
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The server of the window that a test opened last; those of earlier windows may linger. */
async function serverOf(before) {
  for (let tries = 0; tries < 100; tries++) {
    const [pid] = servers().filter((one) => !before.includes(one));
    if (pid) return pid;
    await sleep(100);
  }
  throw new Error('no language server is running');
}

/** What VS Code tells in a toast. */
export function toast(workbench, text) {
  return workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
}

export const crashTests = [
  {
    name: 'a server that dies in the middle of a review is started again, and the review goes on',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      const others = servers();
      await openReview(workbench);
      const first = await serverOf(others);
      await workbench.run('Rescuer: Filter Findings of Patch Review');
      await workbench.pick('introduces');
      await row(workbench, 'rescuer-flag-dropped').click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });

      // Stopped, it cannot answer: the review is under way for sure when it dies.
      process.kill(first, 'SIGSTOP');
      await workbench.run('Rescuer: Refresh Patch Review');
      await sleep(1000);
      process.kill(first, 'SIGKILL');
      await toast(workbench, 'ended unexpectedly').waitFor();
      await shot('told');
      await row(workbench, 'rescuer-flag-dropped').waitFor();
      await page.locator('.pane-body .codicon-loading').first().waitFor({ state: 'detached' });
      await page.locator('.tab.active', { hasText: 'veil.c (patch 1)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      assert.equal(
        await page.locator('.pane-body .message', { hasText: 'introduces' }).count(),
        1,
        'the filter still holds',
      );
      assert.equal(await toast(workbench, '').count(), 1, 'one message');
      assert.equal(
        await page.locator('.statusbar-item', { hasText: 'Rescuer: ' }).count(),
        0,
        'no work that never ends',
      );
      // A document that only the new server has made.
      await row(workbench, 'rescuer-unguarded').click();
      await page.locator('.tab.active', { hasText: 'veil.c (patch 2)' }).waitFor();
      await page.locator('.monaco-diff-editor .squiggly-error').first().waitFor({ state: 'attached' });
      await shot('restored');
      await toast(workbench, 'ended unexpectedly').locator('.monaco-button', { hasText: 'Show Log' }).click();
      await page.locator('.view-line', { hasText: 'SIGKILL' }).first().waitFor();
      await shot('log');
    },
  },
  {
    name: 'a server that keeps dying is started again only when the user says so',
    trusted: true,
    async run(workbench, shot) {
      const { page } = workbench;
      const known = servers();
      await openReview(workbench);
      for (let deaths = 1; deaths <= 4; deaths++) {
        const pid = await serverOf(known);
        known.push(pid);
        process.kill(pid, 'SIGKILL');
        await sleep(500);
      }
      const told = toast(workbench, 'is not started again');
      await told.waitFor();
      await shot('told');
      assert.deepEqual(
        servers().filter((pid) => !known.includes(pid)),
        [],
      );
      await workbench.run('Rescuer: Refresh Patch Review');
      await toast(workbench, 'is not running').waitFor();
      await told.locator('.monaco-button', { hasText: 'Start Again' }).click();
      await serverOf(known);
      await workbench.run('Rescuer: Refresh Patch Review');
      await row(workbench, 'rescuer-flag-dropped').waitFor();
      await shot('started');
      assert.equal(await page.locator('.monaco-workbench').count(), 1);
    },
  },
];
