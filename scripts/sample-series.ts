import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';

/** Files that the patches change in turn; what each does is harmless. */
const files = [
  'drivers/md/dm.c',
  'drivers/md/dm-linear.c',
  'drivers/md/raid1.c',
  'block/bio.c',
  'drivers/md/dm-snap.c',
];

/** An mbox with a series of so many patches for a kernel tree, each of which adds a statement to a function that returns. */
export function sampleSeries(tree: string, count: number): string {
  const texts = new Map(files.map((path) => [path, readFileSync(join(tree, path), 'utf8')]));
  const mail = (index: number, subject: string, body: string): string =>
    [
      `From ${String(index + 1).padStart(40, '0')} Mon Sep 17 00:00:00 2001`,
      `From: Sample <sample@example.org>`,
      `Date: Mon, 23 Nov 2026 10:${String(index).padStart(2, '0')}:00 +0000`,
      `Subject: [PATCH ${String(index).padStart(2, '0')}/${count}] ${subject}`,
      `Message-ID: <sample-${index}@example.org>`,
      ...(index > 0 ? ['In-Reply-To: <sample-0@example.org>'] : []),
      '',
      body,
      '',
    ].join('\n');
  const patches = Array.from({ length: count }, (_, number) => {
    const path = files[number % files.length] ?? '';
    const before = texts.get(path) ?? '';
    const after = edited(before, number);
    texts.set(path, after);
    const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '').replace(/^=+\n/, '');
    return mail(
      number + 1,
      `${path}: step ${number}`,
      `It is one more step.\n\n---\ndiff --git a/${path} b/${path}\n${diff}`,
    );
  });
  return [mail(0, 'thirty steps', 'Nothing that matters.'), ...patches].join('\n');
}

/** The text with a statement before the last return of it that an even share of all patches comes to. */
function edited(text: string, number: number): string {
  const returns = [...text.matchAll(/^\treturn 0;$/gm)];
  const at = returns[number % returns.length]?.index ?? text.length;
  return `${text.slice(0, at)}\tbarrier();\n${text.slice(at)}`;
}
