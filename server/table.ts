import { parse } from 'yaml';

/**
 * The data of a table that is bundled as text. Tables are written in YAML; the bundler makes JSON of them
 * (scripts/bundle.mjs), which an engine reads in no time. Throws on a text that is neither.
 */
export function readTable<Table>(text: string): Table {
  return (text.startsWith('{') ? JSON.parse(text) : parse(text)) as Table;
}
