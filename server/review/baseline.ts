import { UserError } from '../text.js';
import type { Baseline } from './policy.js';
import type { Report } from './types.js';

const schema = 'rescuer-baseline/1';

/** What is in a tree, as a file that later checks are compared with. Only the ids count; the rest is for its readers. */
export function writeBaseline({ findings }: Report): string {
  const known = findings.map(({ id, rule, location, message }) => ({ id, rule, file: location.file, message }));
  return `${JSON.stringify({ schema, findings: known }, null, 2)}\n`;
}

/** Reads a baseline. Throws UserError for a text that is none. */
export function readBaseline(file: string, text: string): Baseline {
  const found = parsed(text) as { readonly schema?: unknown; readonly findings?: unknown } | null;
  if (found?.schema !== schema || !Array.isArray(found.findings)) {
    throw new UserError(`${file}: no baseline; rescuer check --write-baseline makes one`);
  }
  const ids = found.findings.map((one: { readonly id?: unknown } | null) => one?.id);
  return { file, ids: new Set(ids.filter((id) => typeof id === 'string')) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
