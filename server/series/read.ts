import { breathe } from '../text.js';
import { assemble, type ClassifiedDocument } from './assemble.js';
import { classify } from './classify.js';
import { readMails } from './mail.js';
import type { Document, Reading } from './types.js';

/**
 * Reads patch series from mboxes, mails, format-patch files and plain diffs. Never rejects because of what a document
 * holds: what cannot be used is in `leftOut` and `problems`.
 */
export async function readSeries(documents: readonly Document[]): Promise<Reading> {
  const classified: ClassifiedDocument[] = [];
  for (const document of documents) {
    classified.push({ document, mails: readMails(document).map((mail) => classify(mail, document.strip)) });
    await breathe({});
  }
  return assemble(classified);
}
