import { Field, together } from '../model/yaml.js';
import type { Suppression } from './policy.js';
import { rulePage } from './rules/catalogue.js';

interface Config {
  readonly suppressions: readonly Suppression[];
  /** Path of the baseline in the tree. */
  readonly baseline: string | null;
}

/** Reads a configuration, which docs/config.schema.json describes. Throws UserError with the place of each mistake. */
export function readConfig(file: string, text: string): Config {
  const top = Field.document(file, text);
  // A file of comments only.
  if (!top.present) return { suppressions: [], baseline: null };
  top.only(['suppressions', 'baseline']);
  const items = top.get('suppressions').items();
  const baseline = top.get('baseline');
  return {
    suppressions: together(items.map((item) => () => readSuppression(file, item))),
    baseline: baseline.present ? baseline.text() : null,
  };
}

function readSuppression(file: string, item: Field): Suppression {
  item.only(['rule', 'file', 'set', 'reason', 'expires']);
  const optional = (key: string): string | null => (item.get(key).present ? item.get(key).text() : null);
  const rule = item.get('rule').text();
  if (rulePage(rule) === null) item.get('rule').fail(`there is no rule "${rule}"`);
  const reason = item.get('reason').text().trim();
  if (reason === '') item.get('reason').fail('reason: say why these findings are accepted');
  const expires = item.get('expires').text();
  if (!isDay(expires)) item.get('expires').fail('expires: expected a day as YYYY-MM-DD');
  return { rule, file: optional('file'), set: optional('set'), reason, expires, place: `${file}:${item.range.line}` };
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
