import type { Level } from '../types.js';

/** What `docs/rules/<id>.md` says of a rule. The page is the only source of these texts. */
export interface RulePage {
  readonly id: string;
  /** A few words without a full stop, in lower case unless a name begins them. */
  readonly title: string;
  /** The level a finding has unless the rule says otherwise for one. */
  readonly level: Level;
  /** Markdown, as are the next two. */
  readonly why: string;
  readonly whatToDo: string;
  /** How far the rule looks; part of a report's coverage. */
  readonly limits: string;
}

const levels: readonly string[] = ['error', 'warning', 'note'] satisfies Level[];

function isLevel(value: unknown): value is Level {
  return typeof value === 'string' && levels.includes(value);
}

/** Reads a rule's page: YAML front matter, then the sections Why, What to do and Limits. Throws when one is missing. */
export function readPage(markdown: string): RulePage {
  const [, front = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(markdown) ?? [];
  // Three plain values: a YAML parser would take as long for all the pages as a review of a patch.
  const value = (key: string): string | undefined => new RegExp(`^${key}: (.+)$`, 'm').exec(front)?.[1];
  const [id, title, level] = [value('id'), value('title'), value('level')];
  if (id === undefined || title === undefined || !isLevel(level)) {
    throw new Error('a rule page needs id, title and level in its front matter');
  }
  const sections = body.split(/^## /m);
  const section = (name: string): string => {
    const text = sections.find((part) => part.startsWith(`${name}\n`));
    if (text === undefined) throw new Error(`the page of ${id} has no section "${name}"`);
    return text.slice(name.length).trim();
  };
  return { id, title, level, why: section('Why'), whatToDo: section('What to do'), limits: section('Limits') };
}

/** One paragraph of Markdown as plain text on one line: for terminals and for formats that have no Markdown. */
export function plainText(markdown: string): string {
  return markdown.replaceAll('`', '').replace(/\s+/g, ' ').trim();
}
