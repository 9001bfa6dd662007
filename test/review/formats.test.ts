import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderHtml } from '../../server/review/formats/html.js';
import { renderReports } from '../../server/review/formats/render.js';
import type { Finding } from '../../server/review/types.js';
import { sayIn } from '../../server/say.js';
import { finding, reportOf } from './sample.js';

const plain = { all: false, colour: false } as const;
const hostile = '\u001b[2J\n::error::x\r%0A</script><b>@team [a](javascript:x) `` ``` \u202e';

/** Any finding with text from a hostile patch in every place that takes text. */
const anyFinding: fc.Arbitrary<Finding> = fc
  .record({ text: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(hostile)), fixed: fc.boolean() })
  .map(({ text, fixed }) => ({
    ...finding,
    status: fixed ? 'fixed' : 'introduced',
    message: text,
    set: text,
    excerpt: text,
    location: { ...finding.location, file: `a${text}` },
    related: [{ message: text, location: { ...finding.location, file: text } }],
  }));

test('a terminal report shows the diff line, a caret under the flag, and the reason once', () => {
  const text = renderReports([reportOf(finding, { ...finding, id: 'again' })], { format: 'text', ...plain });
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes('BIOSET_NEED_RESCUER);'));
  expect(lines[0]).toBe('[PATCH 1/2] veil: do without the rescuer thread');
  expect(lines[2]).toBe('error: struct veil_device.bs loses its rescuer [rescuer-flag-dropped]');
  expect(lines[3]).toBe('  at drivers/md/veil.c:186:5 (before the patch)  veil.mbox:52');
  expect(lines[at]).toBe('   186 | -                         BIOSET_NEED_RESCUER);');
  expect(lines[at + 1]).toBe('       |                           ^^^^^^^^^^^^^^^^^^^');
  expect(text.match(/ {2}why: /g)).toHaveLength(1);
  expect(text).toContain('2 errors');
});

test('what was there before the series is shown with all only', () => {
  const report = reportOf({ ...finding, status: 'preexisting', patch: null });
  expect(renderReports([report], { format: 'text', ...plain })).toMatch(/^no findings$/m);
  expect(renderReports([report], { format: 'text', ...plain, all: true })).toMatch(/^1 error$/m);
});

test('a report without a series shows all it has', () => {
  const report = { ...reportOf({ ...finding, status: 'preexisting', patch: null, mail: null }), series: null };
  expect(renderReports([report], { format: 'text', ...plain })).toMatch(/^1 error$/m);
});

test('a finding that a later patch removes says so', () => {
  const text = renderReports([reportOf({ ...finding, fixedBy: 2 })], { format: 'text', ...plain });
  expect(text).toContain('gone again after patch 2: the series is not bisectable here');
});

test('a page has the verdicts by patch and set, each a link to its finding', () => {
  const proved = { stack: 'dm-linear', verdict: 'proved', parameters: { reserve: 2 }, states: 7, real: null } as const;
  const note = {
    ...finding,
    id: 'proof',
    level: 'note',
    rule: 'progress-proved',
    patch: 2,
    set: null,
    verdict: proved,
  } as const;
  const page = renderReports([reportOf(finding, note)], { format: 'html', ...plain });
  const table = page.slice(page.indexOf('<table'), page.indexOf('</table>'));
  const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]+>/g, '')),
  );
  expect(rows).toEqual([
    ['patch', 'struct veil_device.bs', 'stack dm-linear'],
    ['1/2 veil: do without the rescuer thread', 'error', '–'],
    ['2/2 veil: simplify the test for parked bios', '–', 'note: proved'],
  ]);
  expect(page).toMatch(/href="#r1f1"[\s\S]*<article id="r1f1">/);
  expect(page).toContain('<h3>Not covered</h3>\n<ul><li>Paths are followed within one function.</li></ul>');
});

test('a page has no script, and no text from a patch is markup there', () => {
  fc.assert(
    fc.property(anyFinding, (one) => {
      const { series, ...report } = reportOf(one);
      const named = { ...report, series: series && { ...series, subject: one.message } };
      const page = renderReports([named], { format: 'html', ...plain });
      const tags = [...page.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(/<\/?([^\s>]*)/g)].map(
        ([, tag = '']) => tag,
      );
      expect(tags.filter((tag) => !ownTags.has(tag))).toEqual([]);
      expect(page).not.toMatch(/<[^>]*\s(?:on\w+|src)=/);
      expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    }),
  );
});

/** What a page is made of. */
const ownTags = new Set(
  '!doctype html head meta title body main h1 h2 h3 p div table thead tbody tr th td a span br strong article code pre ul ol li b details summary dl dt dd style'.split(
    ' ',
  ),
);

test('no text from a patch reaches the terminal as a control sequence', () => {
  fc.assert(
    fc.property(anyFinding, (one) => {
      const text = renderReports([reportOf(one)], { format: 'text', ...plain });
      expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});

test('every JSON report fits its schema', () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')));
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 3 }), fc.integer({ min: 0, max: 2 }), (findings, count) => {
      const reports = Array.from({ length: count }, () => reportOf(...findings));
      validate(JSON.parse(renderReports(reports, { format: 'json', ...plain })));
      expect(validate.errors).toBeNull();
    }),
  );
});

test('the schema refuses a report of another version', () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync('docs/report.schema.json', 'utf8')));
  expect(validate({ ...reportOf(), schema: 'rescuer-report/2' })).toBe(false);
});

test('a GitHub annotation is one line that text from a patch cannot leave', () => {
  fc.assert(
    fc.property(anyFinding, (one) => {
      const lines = renderReports([reportOf(one)], { format: 'github', ...plain })
        .trimEnd()
        .split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(/^::(error|notice) file=[^:,]*,line=186,endLine=186,col=5,endColumn=24,title=[^:,]*::/);
    }),
  );
});

test('a GitHub annotation names file, line and rule', () => {
  const [line] = renderReports([reportOf(finding)], { format: 'github', ...plain }).split('\n');
  expect(line).toBe(
    '::error file=drivers/md/veil.c,line=186,endLine=186,col=5,endColumn=24,title=error%3A bio_set loses its rescuer::struct veil_device.bs loses its rescuer',
  );
});

test('Markdown has no HTML, link or mention from a patch', () => {
  fc.assert(
    fc.property(anyFinding, (one) => {
      const markdown = renderReports([reportOf(one)], { format: 'markdown', ...plain });
      const prose = markdown.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '').replace(/^ {6}.*$/gm, '');
      expect(prose).not.toMatch(/<[a-z/!]|(?<!\\)\]\(|@\w/i);
    }),
  );
});

test('a SARIF result has rule, place, state and the fingerprint', () => {
  const log = JSON.parse(renderReports([reportOf({ ...finding, status: 'fixed' })], { format: 'sarif', ...plain }));
  const [result] = log.runs[0].results;
  expect(log.version).toBe('2.1.0');
  expect(log.runs[0].tool.driver.rules[result.ruleIndex].id).toBe('rescuer-flag-dropped');
  expect(result).toMatchObject({
    level: 'error',
    baselineState: 'absent',
    partialFingerprints: { 'rescuer/v1': finding.id },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'drivers/md/veil.c' }, region: { startLine: 186 } } }],
  });
});

test('a SARIF address is a valid relative URI whatever the file is called', () => {
  const one = { ...finding, location: { ...finding.location, file: 'drivers/a b%#?:\u00e9.c' } };
  const log = JSON.parse(renderReports([reportOf(one)], { format: 'sarif', ...plain }));
  const { uri } = log.runs[0].results[0].locations[0].physicalLocation.artifactLocation;
  expect(uri).toBe('drivers/a%20b%25%23%3F%3A%C3%A9.c');
});

test('a page says what is ours in the language of the reader, and what findings say as they say it', () => {
  const texts = { Findings: 'Befunde <b>', '1 error': '1 Fehler', error: 'Fehler', 'Not covered': 7 };
  const page = renderHtml([reportOf(finding)], { all: true, performance: [], language: 'de', say: sayIn(texts) });
  expect(page).toContain('<html lang="de">');
  expect(page).toContain('<h2>Befunde &lt;b&gt;</h2>');
  expect(page).toContain('<p class="tally">1 Fehler</p>');
  expect(page).toContain('<strong class="error">Fehler</strong>');
  expect(page).toContain('<h3>Not covered</h3>');
});
