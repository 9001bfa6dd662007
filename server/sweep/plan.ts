import type { Place } from '../series/archive.js';
import { Gathering } from '../series/gather.js';
import type { Group } from '../series/group.js';
import type { Mail } from '../series/types.js';
import type { MailRecord, Part, PlannedSeries } from './types.js';

const nowhere = { name: '', bytes: new Uint8Array() };

/** Puts series together of the mails of archives, of which it keeps no more than who answers whom and what patches there are. */
export class Planner {
  readonly #gathering = new Gathering();
  readonly #placeOf = new Map<Mail, Omit<Part, 'number'>>();
  #mails = 0;

  /** Mails seen. */
  get mails(): number {
    return this.#mails;
  }

  /** Takes the next mail, in the order of the archives. */
  add(archive: number, { place, nth, ids, light }: MailRecord): void {
    this.#mails++;
    if (light === null) {
      this.#gathering.tie(ids);
      return;
    }
    const { mail } = light;
    const entry = this.#gathering.add({ ...light, mail: { ...mail, references: ids.references } }, nowhere);
    if (entry) this.#placeOf.set(entry.mail, { archive, place, nth });
  }

  /** All series, in order of first appearance; with `since`, those that began then or later (or bear no date). */
  series(since: string | null): PlannedSeries[] {
    const taken = new Set<string>();
    const planned: PlannedSeries[] = [];
    for (const group of this.#gathering.groups()) {
      const series = this.#plan(group, taken);
      if (series === null || (since !== null && series.date !== null && series.date < since)) continue;
      taken.add(series.id);
      planned.push(series);
    }
    return planned;
  }

  #plan(group: Group, taken: ReadonlySet<string>): PlannedSeries | null {
    const entries = [...group.slots].sort(([a], [b]) => a - b);
    const parts = entries.flatMap(([number, { mail }]) => {
      const place = this.#placeOf.get(mail);
      return place ? [{ number, ...place }] : [];
    });
    const first = entries[0]?.[1];
    const patch = entries.find(([number]) => number > 0 || group.total === null)?.[1];
    if (first === undefined || patch === undefined) return null;
    // Two series can have the same letter for a cover.
    const ids = [first, patch].flatMap(({ mail }) => (mail.messageId === null ? [] : [mail.messageId]));
    return {
      id: ids.find((id) => !taken.has(id)) ?? placeName(parts),
      date: first.mail.date,
      subject: first.subject.text || patch.subject.text,
      author: first.mail.from.name || first.mail.from.email,
      version: group.version,
      total: group.total,
      parts,
    };
  }
}

function placeName(parts: readonly Part[]): string {
  return parts.map(({ archive, place, nth }) => `${archive}:${textOf(place)}:${nth}`).join(',');
}

const textOf = (place: Place): string => (typeof place === 'string' ? place : place.join('+'));
