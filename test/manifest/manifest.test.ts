import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import messages from '../../l10n/bundle.l10n.de.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import german from '../../package.nls.de.json' with { type: 'json' };
import english from '../../package.nls.json' with { type: 'json' };

const root = new URL('../../', import.meta.url);
const sourceIn = (folder: string): string =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`${folder}${name}`, root), 'utf8'))
    .join('\n');
const clientSource = sourceIn('src/');

test('every command of the manifest is registered by the client', () => {
  const missing = manifest.contributes.commands.filter(({ command }) => !clientSource.includes(`'${command}'`));
  expect(missing).toEqual([]);
});

test('every menu entry, key and walkthrough step names a command of the manifest', () => {
  const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
  const menus: Readonly<Record<string, readonly { command: string }[]>> = manifest.contributes.menus;
  const used = [...Object.values(menus).flat(), ...manifest.contributes.keybindings].map(({ command }) => command);
  const linked = [...JSON.stringify(english).matchAll(/command:([\w.]+)/g)].map(([, name]) => name ?? '');
  expect([...used, ...linked].filter((name) => !commands.has(name))).toEqual([]);
});

test('every text of the manifest is there in both languages', () => {
  const keys = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
  expect(Object.keys(english).sort()).toEqual([...new Set(keys)].sort());
  expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
});

test('every text of the client, of its pages and of the page of a review is there in German, with the same values in it', () => {
  const textsIn = (source: string, call: RegExp): string[] => [...source.matchAll(call)].map(([, text]) => text ?? '');
  const used = [
    ...textsIn(clientSource, /l10n\.t\(\s*'([^']+)'/g),
    ...textsIn(sourceIn('media/'), /\bt\(\s*'([^']+)'/g),
    ...textsIn(sourceIn('server/review/formats/'), /\bsay\(\s*'([^']+)'/g),
  ];
  expect(Object.keys(messages).sort()).toEqual([...new Set(used)].sort());
  const valuesIn = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).sort();
  for (const [text, translation] of Object.entries(messages)) expect(valuesIn(translation)).toEqual(valuesIn(text));
});

test('both languages offer the same commands in the same places', () => {
  const commandsOf = (text: string): string[] => [...text.matchAll(/\(command:[\w.]+\)/g)].map(([link]) => link);
  const translations: Readonly<Record<string, string>> = german;
  for (const [key, text] of Object.entries(english))
    expect(commandsOf(translations[key] ?? '')).toEqual(commandsOf(text));
});
