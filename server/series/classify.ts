import { parseDiff } from './diff.js';
import { type Message, splitMessage } from './message.js';
import { parseSubject, type SubjectParts } from './subject.js';
import type { FileDiff, Mail, MailKind } from './types.js';

/** A mail, what it is to a review, and what was found out on the way. */
export interface Classified {
  readonly mail: Mail;
  readonly kind: MailKind;
  readonly subject: SubjectParts;
  readonly message: Message;
  /** The diff that stands in the mail unquoted; empty for replies. */
  readonly files: readonly FileDiff[];
}

/**
 * Says what a mail is. A patch has a diff that is not quoted, and is no answer: below `Re:` only a patch with
 * a subject of its own counts, a diff thrown into a discussion does not.
 *
 * @param strip path components to remove, see parseDiff
 */
export function classify(mail: Mail, strip = 1): Classified {
  const message = splitMessage(mail);
  const subject = subjectOf(mail, message);
  const files = subject.reply && !message.pasted ? [] : parseDiff(message.rest, strip);
  return { mail, kind: kindOf(mail, subject, files), subject, message, files };
}

/** An in-body subject has the better text, but often only the mail's own says `[patch 3/12]`. */
function subjectOf(mail: Mail, message: Message): SubjectParts {
  const own = parseSubject(mail.subject);
  if (message.subject === mail.subject) return own;
  const inBody = parseSubject(message.subject);
  return own.reply || inBody.number !== null ? inBody : { ...own, text: inBody.text };
}

function kindOf(mail: Mail, subject: SubjectParts, files: readonly FileDiff[]): MailKind {
  if (subject.reply) return 'reply';
  if (isPullRequest(mail, subject)) return 'pull-request';
  if (subject.number === 0 && (subject.patch || subject.rfc || files.length === 0)) return 'cover';
  if (files.length > 0) return 'patch';
  return mail.inReplyTo !== null && mail.body.some((line) => line.text.startsWith('>')) ? 'reply' : 'other';
}

/** `[GIT PULL]`, or what git request-pull writes. */
function isPullRequest(mail: Mail, subject: SubjectParts): boolean {
  if (subject.pull) return true;
  if (subject.patch) return false;
  return (
    mail.body.some((line) => line.text.startsWith('The following changes since commit ')) &&
    mail.body.some((line) => /^are available in the [gG]it repository at/.test(line.text))
  );
}
