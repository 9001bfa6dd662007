import { expect, test } from 'vitest';
import { PageSummary, pageRow } from '../../server/sweep/page.js';
import type { SweepLine } from '../../server/sweep/types.js';
import { finding, reportOf } from '../review/sample.js';

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202e{{rows}} javascript:x`;
const line: SweepLine = {
  schema: 'rescuer-sweep/1',
  id: `${hostile}\ud800@x`,
  date: '2021-03-01T10:00:00Z',
  subject: hostile,
  author: hostile,
  version: 2,
  missing: [],
  files: [hostile],
  problem: null,
  report: reportOf({
    ...finding,
    message: hostile,
    excerpt: hostile,
    set: hostile,
    location: { ...finding.location, file: hostile },
  }),
};
const head = {
  schema: 'rescuer-plan/1',
  archives: [{ path: `/lists/${hostile}/git`, kind: 'git', state: '' }],
  settings: { version: '1', since: null, tree: null, annotations: '' },
  mails: 3,
  unread: 0,
  series: 1,
} as const;

/** Tags with what is in them, quoted values left out. */
const tags = (html: string): string[] => (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));

test('nothing of subjects, names, files and code becomes markup', () => {
  const row = pageRow(line);
  expect(new Set(tags(row))).toEqual(
    new Set(
      '<tr data-id="" data-year="" data-tags="" data-files="">|<td class="">|</td>|<a href="" rel="">|</a>|<ul>|<li>|<span class="">|</span>|<br>|<code>|</code>|</li>|</ul>|<td>|</tr>'.split(
        '|',
      ),
    ),
  );
  expect(row).not.toMatch(/\u202e/);
});

test('a link goes to the mail on lore.kernel.org and nowhere else', () => {
  expect(pageRow(line)).toMatch(/href="https:\/\/lore\.kernel\.org\/r\/(?:[\w%.~!*()-]|&#39;)*"/);
});

test('the page allows its own script and style only, and a path cannot break it', () => {
  const summary = new PageSummary();
  summary.add(line);
  const [before, after] = summary.around(head);
  expect(before).toContain("default-src 'none'; style-src 'sha256-");
  expect(before.match(/<script/g)).toBeNull();
  expect(after.match(/<script>/g)).toHaveLength(1);
  expect(`${before}${after}`).not.toMatch(/\u202e/);
});

test('findings are counted by rule and level', () => {
  const summary = new PageSummary();
  summary.add({ ...line, report: reportOf(finding, { ...finding, status: 'fixed' }) });
  summary.add({ ...line, problem: 'not done after 1 s', report: null });
  const [before] = summary.around({ ...head, series: 3 });
  expect(before).toContain(
    '<td>rescuer-flag-dropped</td><td class="number">1</td><td class="number">0</td><td class="number">0</td><td class="number">1</td><td class="number">0</td>',
  );
  expect(before).toContain('1 series have findings. 1 could not be reviewed. 1 have no result yet.');
});

test('a series without a report says why', () => {
  expect(pageRow({ ...line, report: null, problem: 'not done after 120 s' })).toContain('not done after 120 s');
});
