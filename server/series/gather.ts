import type { Classified } from './classify.js';
import { type Entry, type Group, groupMails } from './group.js';
import { Threads } from './threads.js';
import type { Document, Mail } from './types.js';

/** Mails as they come, of which those are kept that may be part of a series. */
export class Gathering {
  readonly #threads = new Threads();
  readonly #parts: Entry[] = [];
  readonly #letters = new Map<string, Entry>();
  readonly #seen = new Set<string>();
  #run = 0;
  #inRun = false;

  /** Patch and cover mails. */
  get parts(): readonly Entry[] {
    return this.#parts;
  }

  /** Takes the next mail; null if it is there already, from another input or another list. */
  add(classified: Classified, document: Document): Entry | null {
    const { mail, kind } = classified;
    if (!this.tie(mail, document.queue === undefined)) return null;
    if (this.#inRun !== (mail.messageId === null)) {
      this.#inRun = !this.#inRun;
      this.#run++;
    }
    const entry = { ...classified, document, order: this.#parts.length, run: this.#run };
    if (kind === 'patch' || kind === 'cover') this.#parts.push(entry);
    else if (kind === 'other' && mail.messageId !== null) this.#letters.set(mail.messageId, entry);
    return entry;
  }

  /** Takes the next mail for what it says about its discussion alone; false if it is there already. */
  tie(mail: Pick<Mail, 'messageId' | 'inReplyTo' | 'references'>, once = true): boolean {
    this.#threads.add(mail);
    if (mail.messageId === null || !once) return true;
    if (this.#seen.has(mail.messageId)) return false;
    this.#seen.add(mail.messageId);
    return true;
  }

  /** The series so far, in order of first appearance. */
  groups(): Group[] {
    return groupMails(this.#parts, this.#threads, this.#letters);
  }
}
