/** A mail's subject taken apart. */
export interface SubjectParts {
  /** What is left when `Re:`, list tags and all leading brackets are gone. */
  readonly text: string;
  readonly reply: boolean;
  /** One of the brackets says PATCH. */
  readonly patch: boolean;
  readonly pull: boolean;
  readonly rfc: boolean;
  readonly resend: boolean;
  /** 1 when the subject names none. */
  readonly version: number;
  /** The n and m of `[PATCH n/m]`; `total` is null for `n/many` and when there is no number. */
  readonly number: number | null;
  readonly total: number | null;
}

/** Answers in the languages of common mail programs. */
const replyMark = /^(?:re|aw|sv|vs|antw|odp|答复|回复)(?:\[\d+\]|\^\d+)?\s*[:：]\s*/i;
const forwardMark = /^(?:fwd?|wg|tr|转发)\s*[:：]\s*/i;
const bracket = /^\[([^[\]]{0,200}(?:\[[^\]]{0,60}\][^[\]]{0,100})?)\]\s*/;
const numbered = /(?<![\d./])(\d{1,4})\s?(?:\/|of)\s?(\d{1,4}|[nmxN?]{1,2})(?![\d./])/;
/** Alone or glued to its word (`PATCHv2`); `v4.14` is a stable branch. */
const versioned =
  /(?<![a-z0-9])(?:patch(?:es)?|rfc|resend)?[-_ ]?(?:v|ver|version|rev|take|try|#)[-_. ]?(\d{1,3})(?!\d*\.\d|\d*[a-z])/i;

/** What claims to be of more patches is no number of a series. */
const largestTotal = 2000;

/** Takes a subject apart: `[PATCH RFC v3 2/7]`, `[dm-devel] [patch 03/12]`, `[RFC][PATCHv2]`, `Re: [PATCH 1/2 v4] …`. */
export function parseSubject(subject: string): SubjectParts {
  let text = subject.trim();
  let reply = false;
  const tags: string[] = [];
  for (;;) {
    const mark = replyMark.exec(text) ?? forwardMark.exec(text);
    const tag = mark ? null : bracket.exec(text);
    const skipped = mark ?? tag;
    if (!skipped) break;
    if (mark && replyMark.test(text)) reply = true;
    if (tag) tags.push(tag[1] ?? '');
    text = text.slice(skipped[0].length);
  }
  // A bare `PATCH v2 1/3:` in front of the text counts as a bracket.
  const bare = tags.length === 0 ? /^PATCH\b([^:]{0,30}?\d+\/\d+)\s*:?\s*/i.exec(text) : null;
  if (bare) {
    tags.push(bare[0]);
    text = text.slice(bare[0].length);
  }
  const found = firstMatch(tags, numbered);
  const total = Number(found?.[2]);
  const count = total > largestTotal ? null : found;
  return {
    text: text.trim(),
    reply,
    patch: tags.some((tag) => /(?<![a-z])patch(?!work)/i.test(tag)),
    pull: tags.some((tag) => /(?<![a-z])pull(?![a-z])/i.test(tag)),
    rfc: tags.some((tag) => /(?<![a-z])rf[ct](?![a-uw-z])/i.test(tag)),
    resend: tags.some((tag) => /(?<![a-z])re-?(?:send|post|base)/i.test(tag)),
    version: Number(firstMatch(tags, versioned)?.[1] ?? 1),
    number: count ? Number(count[1]) : null,
    total: count && !Number.isNaN(total) ? total : null,
  };
}

/** Cover letters without brackets often carry the version at the end: `make foo deadlock safe v3`. */
export function splitTrailingVersion(text: string): { readonly text: string; readonly version: number } {
  const match = /^(.*\S)[ ,]+(?:v(\d{1,2})|\(v(\d{1,2})\))$/is.exec(text.slice(0, 500));
  return match ? { text: match[1] ?? '', version: Number(match[2] ?? match[3]) } : { text, version: 1 };
}

function firstMatch(tags: readonly string[], pattern: RegExp): RegExpExecArray | null {
  for (const tag of tags) {
    const match = pattern.exec(tag);
    if (match) return match;
  }
  return null;
}
