import { expect, test } from 'vitest';
import type { Finding, Report } from '../../server/review/types.js';
import { compareVersions, renderComparison, type Version } from '../../server/review/versions.js';
import { readSeries } from '../../server/series/read.js';

const mail = (
  number: string,
  subject: string,
  added: string,
): string => `From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: Ada Example <ada@example.org>
Subject: [PATCH ${number}] ${subject}

What ${subject} does.

---
diff --git a/${subject}.c b/${subject}.c
--- a/${subject}.c
+++ b/${subject}.c
@@ -1,2 +1,3 @@ static int f(void)
 one
+${added}
 two
--${' '}
2.39

`;

function findingOf(id: string, patch: number, status: Finding['status'] = 'introduced'): Finding {
  const location = { file: 'a.c', side: 'new', line: 2, column: 1, endLine: 2, endColumn: 5 } as const;
  const none = {
    fixedBy: null,
    set: null,
    excerpt: null,
    mail: null,
    related: [],
    simulation: null,
    verdict: null,
    trace: null,
  };
  return { id, rule: 'rule', level: 'error', status, message: `about ${id}`, patch, location, ...none };
}

async function versionOf(text: string, ...findings: Finding[]): Promise<Version> {
  const { series } = await readSeries([{ name: 'x.mbox', bytes: Buffer.from(text) }]);
  const [first] = series;
  if (first === undefined) throw new Error('no series');
  const base: Report['base'] = { kind: 'hunks', revision: null, why: '' };
  const era = { id: null, version: null, evidence: '' };
  return {
    series: first,
    report: {
      schema: 'rescuer-report/1',
      series: null,
      base,
      era,
      coverage: [],
      refuted: [],
      suppressed: [],
      findings,
    },
  };
}

test('patches are equal, changed, dropped or added, each with what became of its findings', async () => {
  const older = await versionOf(
    mail('1/3', 'a', 'x();') + mail('2/3', 'b', 'x();') + mail('3/3', 'c', 'x();'),
    findingOf('gone', 2),
    findingOf('stays', 2),
    findingOf('dropped with its patch', 3),
    findingOf('old', 1, 'preexisting'),
  );
  const newer = await versionOf(
    mail('v2 1/3', 'a', 'x();') + mail('v2 2/3', 'b', 'y();') + mail('v2 3/3', 'd', 'z();'),
    findingOf('stays', 2),
    findingOf('fresh', 3),
  );
  expect(renderComparison(compareVersions(older, newer))).toBe(`a: v1 to v2

Findings that the series causes: 2 fixed, 1 still there, 1 new.

  1 =   1  a

  2 !   2  b
    fixed: error: about gone [rule] at a.c:2
    still there: error: about stays [rule] at a.c:2
        ...
          ## b.c ##
          @@ static int f(void)
           one
        - +x();
        + +y();
           two

  3 <   -  c
    fixed: error: about dropped with its patch [rule] at a.c:2

  - >   3  d
    new: error: about fresh [rule] at a.c:2
`);
});

test('a patch with another subject is known by its lines', async () => {
  const older = await versionOf(mail('1/1', 'a', 'do_something(bio);'));
  const newer = await versionOf(mail('v2 1/1', 'renamed', 'do_something(bio);'));
  const { pairs } = compareVersions(older, newer);
  expect(pairs.map((pair) => [pair.older?.subject, pair.newer?.subject])).toEqual([['a', 'renamed']]);
});
