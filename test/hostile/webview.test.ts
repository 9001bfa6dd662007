import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFromPanel, readToPanel } from '../../media/trace/messages.js';
import { readInput, readSeriesLink } from '../../server/lsp/review/address.js';
import { readComments } from '../../server/lsp/review/replies.js';
import { readTraceRequest } from '../../server/lsp/traces.js';
import { UserError } from '../../server/text.js';
import { markupOf } from '../../src/trace/markup.js';

const parts = {
  cspSource: 'https://*.vscode-cdn.net',
  script: 'https://x.vscode-cdn.net/trace.js',
  style: 'https://x.vscode-cdn.net/trace.css',
  waiting: 'Running…',
  language: 'de',
  texts: { Steps: '"><script>alert(1)</script>' },
};

test('a page loads one script and one style of the extension, and nothing else', () => {
  const page = markupOf(parts);
  const nonce = /<script nonce="([0-9a-f]{32})"/.exec(page)?.[1] ?? '';
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  expect(policy).toBe(
    `default-src 'none'; style-src ${parts.cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`,
  );
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/unsafe-|\son\w+=|style=/);
  expect(page).toContain(
    'lang="de" data-texts="{&quot;Steps&quot;:&quot;\\&quot;>&lt;script>alert(1)&lt;/script>&quot;}"',
  );
  // The policy stands before whatever it is to govern.
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<link'));
});

test('no two pages have the same nonce', () => {
  const nonces = Array.from({ length: 200 }, () => /nonce-([0-9a-f]{32})'/.exec(markupOf(parts))?.[1]);
  expect(new Set(nonces).size).toBe(200);
});

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.ts$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );

test('text gets into a page as text: no code that runs in an editor or a webview writes markup', () => {
  const files = [...sources('media'), ...sources('src')];
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    expect(text, file).not.toMatch(
      /(?:inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc/,
    );
    // A hover or tree item that may run commands would run those that a patch names.
    expect(text, file).not.toMatch(/isTrusted: *true|isTrusted *= *true|supportHtml/);
  }
});

const kinds = ['ready', 'open', 'cursor', 'compare', 'export', 'debug', 'show', 'alone', 'failed', 'mark', 'go'];
const message = fc.oneof(
  fc.anything(),
  fc.record(
    {
      kind: fc.constantFrom(...kinds),
      side: fc.oneof(fc.constantFrom('main', 'other', '__proto__'), fc.anything()),
      spot: fc.oneof(fc.double(), fc.anything()),
      other: fc.oneof(fc.integer(), fc.anything()),
      format: fc.oneof(fc.constantFrom('svg', '../x', 'toString'), fc.anything()),
      spots: fc.anything(),
      shown: fc.anything(),
      step: fc.anything(),
      message: fc.anything(),
      link: fc.anything(),
      comments: fc.anything(),
      files: fc.anything(),
    },
    { requiredKeys: [] },
  ),
);

test('a message of any shape is understood or left alone', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const read = readFromPanel(sent);
      if (read?.kind === 'open')
        expect([read.side === 'main' || read.side === 'other', read.spot >= 0]).toEqual([true, true]);
      if (read?.kind === 'export') expect(['svg', 'markdown', 'json', 'text']).toContain(read.format);
      if (read?.kind === 'compare' || read?.kind === 'cursor') {
        const number = read.kind === 'compare' ? read.other : read.spot;
        expect(number === null || (Number.isInteger(number) && number >= 0)).toBe(true);
      }
      // Nothing but what the union has gets through: no link, no path, no command.
      if (read !== null) expect(Object.keys(read).length).toBeLessThanOrEqual(3);
      readToPanel(sent);
    }),
    { numRuns: 3000 },
  );
});

test('a request of any shape is understood or refused in one line', () => {
  const refused = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  };
  fc.assert(
    fc.property(message, (sent) => {
      const input = readInput(sent);
      const files = input === null ? [] : 'files' in input ? input.files : [input.folder];
      for (const file of files)
        expect(file).toMatch(/^(?!command:|https?:|data:|javascript:|untitled:|rescuer:)[a-z][\w+.-]*:/i);
      readSeriesLink(sent);
      readComments(sent);
      refused(() => readTraceRequest(sent));
    }),
    { numRuns: 3000 },
  );
});

test.each([
  { files: ['command:workbench.action.quit'] },
  { files: ['https://example.invalid/x.patch'] },
  { files: ['file:///a.patch', 'untitled:x'] },
  { folder: 'vscode-remote://x/', range: 'a..b' },
  { files: [] },
])('%j is no input', (sent) => {
  expect(readInput(sent)).toBeNull();
});

test('comments that are none are left out', () => {
  const comment = { uri: 'rescuer://new-1/a.c', first: 1, last: 2, text: 'x' };
  expect(readComments({ comments: [null, undefined, 1, 'x', [], { ...comment, last: 1e9 }, comment] })).toEqual([
    comment,
  ]);
  expect(readComments({ comments: 'x' })).toEqual([]);
  expect(readComments(null)).toEqual([]);
});
