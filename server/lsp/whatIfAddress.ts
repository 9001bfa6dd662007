import { URI } from 'vscode-uri';
import { readTraceLink, type TraceLink } from './traces.js';
import { parseUri } from './uri.js';
import { scheme } from './virtual.js';
import type { WhatIfPair } from './whatIf.js';

/** The document of a comparison. The address says all: it is made again when an editor is restored. */
export function whatIfUri({ before, after }: WhatIfPair): string {
  const pair = [before, after].map((link): [string, string] => ['link', JSON.stringify(link)]);
  const path = `/rescuer/what-if/What if, ${nameOf(after).replaceAll('/', '∕')}.txt`;
  return URI.from({ scheme, path, query: new URLSearchParams(pair).toString() }).toString();
}

/** Reads what `whatIfUri` wrote; null for any other address. Throws UserError for links that are none. */
export function whatIfOf(address: string): WhatIfPair | null {
  const uri = parseUri(address);
  if (uri.scheme !== scheme || !uri.path.startsWith('/rescuer/what-if/')) return null;
  const [before, after] = new URLSearchParams(uri.query).getAll('link').map((text) => readTraceLink(JSON.parse(text)));
  return before && after ? { before, after } : null;
}

function nameOf(link: TraceLink): string {
  if ('stack' in link) return link.stack;
  return 'scenario' in link ? `${link.scenario} ${link.strategy}` : link.strategy;
}
