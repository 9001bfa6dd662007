import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rules } from '../../server/review/rules/catalogue.js';
import { plainText, readPage } from '../../server/review/rules/page.js';

test('every page under docs/rules belongs to a rule of the same name, and every rule has one', () => {
  const pages = readdirSync('docs/rules').map((name) => name.replace(/\.md$/, ''));
  expect(rules.map(({ id }) => id).sort()).toEqual(pages.sort());
});

test('a title is a few words without a full stop', () => {
  for (const { title } of rules) expect(title).toMatch(/^.{10,60}[^.]$/);
});

test('a page without a section is refused with its name', () => {
  const page = '---\nid: x\ntitle: t\nlevel: note\n---\n\n## Why\n\nBecause.\n\n## Limits\n\nNone.\n';
  expect(() => readPage(page)).toThrow('the page of x has no section "What to do"');
});

test('a page with an unknown level is refused', () => {
  expect(() => readPage('---\nid: x\ntitle: t\nlevel: fatal\n---\n')).toThrow('needs id, title and level');
});

test('Markdown becomes one line of prose', () => {
  expect(plainText('Use `GFP_NOIO`,\nor  a worker.\n')).toBe('Use GFP_NOIO, or a worker.');
});
