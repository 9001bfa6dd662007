// What a user does in the workbench, in terms of a Playwright page.
import { join } from 'node:path';
import { chromium } from './host/node_modules/playwright-core/index.mjs';
import { out } from './workbench.mjs';

export function startBrowser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

export class Workbench {
  #page;
  #shots = 0;

  constructor(page) {
    this.#page = page;
  }

  get page() {
    return this.#page;
  }

  async open(url, folder) {
    // Nothing of a test leaves this machine.
    await this.#page.route(/^https?:\/\/(?!127\.0\.0\.1)/, (route) => route.abort());
    await this.#page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
    await this.#page.locator('.monaco-workbench').waitFor();
    await this.#page.locator('.explorer-viewlet, .explorer-folders-view').first().waitFor();
  }

  async screenshot(name) {
    this.#shots += 1;
    await this.picture(join(out, `${String(this.#shots).padStart(2, '0')}-${name}.png`));
  }

  /** Takes a picture of the window. */
  async picture(path) {
    // Colours and icons come a moment after the text.
    await this.#page.waitForTimeout(500);
    await this.#page.screenshot({ path });
  }

  /** Opens a file through the quick open box, when that has it first: until the search is through, recent files come first. */
  async openFile(path) {
    const name = path.split('/').at(-1);
    await this.#page.keyboard.press('Control+P');
    await this.#input().fill(path);
    const first = this.#page.locator('.quick-input-list .monaco-list-row.focused .label-name');
    await first.filter({ hasText: name }).waitFor();
    await this.#page.keyboard.press('Enter');
    await this.#page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** Runs a command by its title in the palette. */
  async run(title) {
    await this.findCommand(title);
    // An editor that opens late takes the focus, and the palette is gone.
    while (!(await this.#input().evaluate((input) => input === input.ownerDocument.activeElement)))
      await this.findCommand(title);
    await this.#page.keyboard.press('Enter');
  }

  /** Opens the palette on a command. The list does not grow while it is open, so it is opened again until it has it. */
  async findCommand(title) {
    const row = this.#page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    for (let tries = 1; ; tries++) {
      await this.#page.keyboard.press('F1');
      await this.#input().fill(`>${title}`);
      const found = await row.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      if (found) return;
      if (tries === 15) throw new Error(`no command ${title}`);
      await this.#page.keyboard.press('Escape');
    }
  }

  /** Picks an entry of the quick pick that is open. */
  async pick(label) {
    const row = this.#page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    await row.waitFor();
    await row.click();
  }

  /** Fills the input box that is open. */
  async type(text) {
    await this.#input().fill(text);
    await this.#page.keyboard.press('Enter');
  }

  async goToLine(line) {
    await this.#page.keyboard.press('Control+G');
    await this.#input().fill(`:${line}`);
    await this.#page.locator('.quick-input-list .monaco-list-row', { hasText: String(line) }).waitFor();
    await this.#page.keyboard.press('Enter');
    await this.#input().waitFor({ state: 'hidden' });
  }

  /** The text that hovering over a word shows, once it has `part`: what several sources say comes bit by bit. */
  async hover(word, part) {
    const target = this.#page.locator('.view-line span', { hasText: word }).last();
    await target.waitFor();
    const box = await this.wordBox(word);
    await this.#page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const hover = this.#page.locator('.monaco-hover:visible', { hasText: part }).first();
    await hover.waitFor();
    return hover.textContent();
  }

  /** Where the topmost of a word stands on the screen. */
  async wordBox(word) {
    const box = await this.#page.evaluate((word) => {
      const found = [];
      for (const line of document.querySelectorAll('.editor-group-container.active .view-line')) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.data.indexOf(word);
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          found.push(range.getBoundingClientRect());
        }
      }
      found.sort((a, b) => a.y - b.y);
      const [rect] = found;
      return rect && { x: rect.x, y: rect.y, width: rect.width, height: rect.height };
    }, word);
    if (!box) throw new Error(`${word} is not on the screen`);
    return box;
  }

  /** Clicks a lens until what it leads to is there: after an edit lenses are laid out anew, and a click may meet the old one. */
  async clickLens(lens, result) {
    for (let attempt = 1; ; attempt++) {
      await lens.click();
      try {
        return await result.waitFor({ timeout: 15_000 });
      } catch (error) {
        if (attempt === 4) throw error;
      }
    }
  }

  async editorText() {
    return this.#page.evaluate(() =>
      [...document.querySelectorAll('.editor-group-container.active .view-line')]
        .sort((a, b) => Number.parseInt(a.style.top, 10) - Number.parseInt(b.style.top, 10))
        .map((line) => line.textContent.replaceAll('\u00a0', ' '))
        .join('\n'),
    );
  }

  #input() {
    return this.#page.locator('.quick-input-widget .quick-input-box input');
  }
}
