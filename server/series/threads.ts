import type { Mail } from './types.js';

/** Which mails belong to one discussion, by Message-Id, In-Reply-To and References; grows as mails are added. */
export class Threads {
  readonly #parent = new Map<string, string>();

  /** Ties a mail to the mails it names, whether those are in the input or not. */
  add(mail: Pick<Mail, 'messageId' | 'inReplyTo' | 'references'>): void {
    const ids = [mail.messageId, mail.inReplyTo, ...mail.references].filter((id) => id !== null);
    const [first, ...others] = ids;
    if (first === undefined) return;
    const root = this.rootOf(first);
    for (const id of others) this.#parent.set(this.rootOf(id), root);
  }

  /** One id that stands for the whole discussion; it may change while mails are added. */
  rootOf(id: string): string {
    let root = id;
    for (let up = this.#parent.get(root); up !== undefined && up !== root; up = this.#parent.get(root)) root = up;
    // Path compression keeps long threads cheap.
    for (let at = id; at !== root; ) {
      const up = this.#parent.get(at) ?? root;
      this.#parent.set(at, root);
      at = up;
    }
    return root;
  }
}
