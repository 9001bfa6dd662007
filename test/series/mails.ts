/** Builds mails for tests. */
import type { Document } from '../../server/series/types.js';

/** A diff that changes one line of `path`. */
export const diffOf = (path: string): string[] => [
  `diff --git a/${path} b/${path}`,
  `--- a/${path}`,
  `+++ b/${path}`,
  '@@ -1 +1 @@',
  '-old',
  '+new',
];

export interface Draft {
  readonly subject: string;
  readonly id?: string;
  readonly parent?: string;
  readonly from?: string;
  readonly date?: string;
  readonly body?: readonly string[];
}

/** One mail of an mbox; without a body it carries a small diff. */
export function mailOf({ subject, id, parent, from, date, body }: Draft): string {
  const header = [
    'From ada@example.org Mon Nov 20 10:00:00 2017',
    `From: ${from ?? 'Ada Example <ada@example.org>'}`,
    `Date: ${date ?? 'Mon, 20 Nov 2017 10:00:00 +0000'}`,
    `Subject: ${subject}`,
    ...(id === undefined ? [] : [`Message-Id: <${id}>`]),
    ...(parent === undefined ? [] : [`In-Reply-To: <${parent}>`]),
  ];
  return [...header, '', ...(body ?? ['why', '---', ...diffOf('block/bio.c')]), '', ''].join('\n');
}

export function documentOf(text: string, more: Partial<Document> = {}): Document {
  return { name: 'test.mbox', bytes: new TextEncoder().encode(text), ...more };
}
