import { expect, test } from 'vitest';
import type { Diagnostic, DocumentSymbol } from 'vscode-languageserver';
import { renderReports } from '../../server/review/formats/render.js';
import { composeReply } from '../../server/review/reply.js';
import { reviewSeries } from '../../server/review/session.js';
import type { Report } from '../../server/review/types.js';
import { hunksSource } from '../../server/series/hunks-source.js';
import { readMails } from '../../server/series/mail.js';
import { readSeries } from '../../server/series/read.js';
import { TestClient } from '../lsp/client.js';
import { documentOf } from '../series/mails.js';

/** What strangers write in subjects, names and code to have it mean something where it is shown. */
const weapons = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '"><a href="javascript:alert(1)">x</a>',
  '[x](command:workbench.action.quit)',
  '![x](https://example.invalid/x.png)',
  '`x` ```js **x** ~~x~~ <!-- $x$ @everyone #1',
  '{{body}} $(alert)',
  '::error file=x::y %0A::warning::z',
  '\u001b]8;;https://example.invalid\u0007x\u001b[2J',
  '\u202e\u2066txt.exe\u2069',
  'a\u200bb\ufeffc',
];

/** A series that loses a rescuer, with a text in its author, subject, message, file name, hunk header, code and comments. */
const seriesWith = (text: string, name = text.replaceAll('//', '/')): string => `From: ${text} <ada@example.org>
Date: Mon, 20 Nov 2017 10:00:00 +0000
Subject: [PATCH] ${text}
Message-Id: <1@example.org>

${text}
---
diff --git a/drivers/md/${name}.c b/drivers/md/${name}.c
--- a/drivers/md/${name}.c
+++ b/drivers/md/${name}.c
@@ -10,4 +10,4 @@ int ${text}(void)
 static int init(struct veil *v) /* ${text} */
 {
-	return bioset_init(&v->bs, 4, 0, BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER); /* ${text} */
+	return bioset_init(&v->bs, 4, 0, BIOSET_NEED_BVECS); /* ${text} */
 }
`;

async function reportOn(text: string): Promise<Report> {
  const [series] = (await readSeries([documentOf(seriesWith(text))])).series;
  if (!series) throw new Error('no series');
  return (await reviewSeries({ series, source: hunksSource('test') })).report;
}

const shown = (report: Report, format: Parameters<typeof renderReports>[1]['format']): string =>
  renderReports([report], { format, all: true, colour: false });

/** Control characters but for line feed and tab, and characters that change how text is shown. */
const unsafe = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test('what is tried here gets into the reports at all', async () => {
  const { findings } = await reportOn('harmless');
  expect(findings.map(({ rule }) => rule)).toContain('rescuer-flag-dropped');
  expect(shown(await reportOn('harmless'), 'html')).toContain('drivers/md/harmless.c');
});

test.each(weapons)('%j adds no element to a page', async (text) => {
  const tags = (page: string): readonly string[] => (page.match(/<[!/a-z][^\s>]*/gi) ?? []).sort();
  const page = shown(await reportOn(text), 'html');
  // Invisible characters bring findings of their own, and those their own elements.
  if (!unsafe.test(text)) expect(tags(page)).toEqual(tags(shown(await reportOn('harmless'), 'html')));
  expect(page).not.toMatch(/<[^>]*\s(?:on\w+|style|src)\s*=/i);
  expect(page).not.toMatch(/href="(?!#|https:\/\/lore\.kernel\.org\/)/);
  expect(page).not.toMatch(unsafe);
  expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'/);
});

test.each(weapons)('%j is no markup in Markdown, and no command to GitHub', async (text) => {
  const report = await reportOn(text);
  const prose = shown(report, 'markdown').replaceAll(/(`+)[^\n]*?[^`]\1(?!`)|^ {6}.*$/gm, '');
  expect(prose).not.toMatch(/<[a-z!/]/i);
  expect(prose).not.toMatch(/[^\\]\]\(|:\/\/|(?:^|[^\\])[*_~]x|@everyone/);
  expect(shown(report, 'markdown')).not.toMatch(unsafe);
  for (const line of shown(report, 'github').trim().split('\n')) {
    expect(line).toMatch(/^::(?:error|warning|notice) (?:file=[^:,]+,line=\d+|title=rescuer)/);
    expect(line.replace(/^::\w+ [^:]*(?::(?!:)[^:]*)*::/, '')).not.toMatch(unsafe);
  }
});

test.each(weapons)('%j writes nothing to a terminal but itself', async (text) => {
  expect(shown(await reportOn(text), 'text')).not.toMatch(unsafe);
});

test.each(weapons)('%j adds no field to a reply', (text) => {
  for (const field of [text, `${text}\n Bcc: evil@example.org`, `=?utf-8?Q?x=0D=0ABcc:_evil@example.org?=`]) {
    const [mail] = readMails(documentOf(seriesWith(field)));
    if (!mail) throw new Error('no mail');
    const reply = composeReply(mail, [{ lines: null, text: 'Why?' }], null);
    const header = reply.slice(0, reply.indexOf('\n\n'));
    const names = [...header.matchAll(/^([^\s:]+):/gm)].map(([, name]) => name);
    expect(names).not.toContain('Bcc');
    expect(new Set(names).size).toBe(names.length);
    expect(header).not.toMatch(unsafe);
  }
});

/** All texts in an answer, each with the way to it. */
function textsOf(value: unknown, way = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[way, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => textsOf(part, `${way}/${key}`));
}

test.each(weapons)('an editor shows %j as it is', async (text) => {
  const client = await TestClient.start();
  const document = client.open('0001-x.patch', seriesWith(text));
  const diagnostics: Diagnostic[] = await document.diagnostics();
  const outline = await document.ask<DocumentSymbol[]>('textDocument/documentSymbol');
  const input = { files: [document.uri] };
  client.write('0001-x.patch', seriesWith(text));
  const opened = await client.request('rescuer/openReview', input);
  const tree = await client.request('rescuer/reviewTree', { input, series: 0 });
  expect(diagnostics.map(({ code }) => code)).toContain('rescuer-flag-dropped');
  const names = outline.flatMap((patch) => [patch, ...(patch.children ?? [])]).map(({ name }) => name);
  const messages = diagnostics.map(({ message }) => message);
  for (const one of [...names, ...messages]) expect(one).not.toMatch(unsafe);
  // An id is not shown.
  const all = textsOf([opened, tree]).filter(([place]) => !place.endsWith('/id'));
  for (const [place, value] of all) expect(value, place).not.toMatch(unsafe);
});

test('a hover has no link, no HTML and no command that code names', async () => {
  const client = await TestClient.start({ files: { 'include/linux/bio.h': 'struct bio_set { int a; };\n' } });
  const code =
    '#define SIZE <img src=x>\nstatic struct bio_set bs;\nint f(void) { return bioset_init(&bs, SIZE /* [x](command:y) */ + "[x](command:y)<b>", 0, 0); }\n';
  const document = client.open('drivers/md/x.c', code);
  await document.diagnostics();
  for (const [line, character] of [
    [1, 23],
    [2, 24],
    [2, 36],
    [2, 40],
  ] as const) {
    const text = (await document.hover({ line, character })).replaceAll(/`[^`]*`/g, '');
    expect(text).not.toMatch(/[^\\]\]\(|<[a-z]/i);
  }
});
