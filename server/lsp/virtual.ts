import { URI, Utils } from 'vscode-uri';
import type { SimulationLink } from './simulations.js';
import { parseUri } from './uri.js';

/** The scheme of documents that exist only in the server (`workspace/textDocumentContent`, LSP 3.18). */
export const scheme = 'rescuer';

/** Top folder of the addresses, by which package.json tells the language of a report. */
const top = '/rescuer';

const keptReports = 20;

/** A report, and the folders that the paths in it are relative to. */
export interface KeptReport {
  readonly text: string;
  readonly folders: readonly string[];
}

/** Reports that commands made, kept so that the client can show them. The newest few are enough. */
export class VirtualDocuments {
  readonly #reports = new Map<string, KeptReport>();

  /** Keeps the report and returns its URI; `name` is the title that the client shows. The same name is replaced. */
  add(name: string, report: KeptReport): string {
    const uri = URI.from({ scheme, path: `${top}/report/${titled(name)}` }).toString();
    this.keep(uri, report);
    return uri;
  }

  /** Keeps the report under a URI of its own. */
  keep(uri: string, report: KeptReport): void {
    this.#reports.delete(uri);
    this.#reports.set(uri, report);
    const [oldest] = this.#reports.keys();
    if (this.#reports.size > keptReports && oldest !== undefined) this.#reports.delete(oldest);
  }

  get(uri: string): KeptReport | null {
    return this.#reports.get(parseUri(uri).toString()) ?? null;
  }
}

/** The page of a rule, as a diagnostic links to it. */
export function ruleUri(rule: string): string {
  return URI.from({ scheme, path: `${top}/rule/${rule}.md` }).toString();
}

/** Reads what `ruleUri` wrote; null for any other address. */
export function ruleOf(address: string): string | null {
  return /^\/rescuer\/rule\/([\w-]+)\.md$/.exec(parseUri(address).path)?.[1] ?? null;
}

/** The text of a shipped scenario. */
export function scenarioUri(name: string): string {
  return URI.from({ scheme, path: `${top}/scenario/${name}.scenario.yaml` }).toString();
}

/** Reads what `scenarioUri` wrote; null for any other address. */
export function scenarioOf(address: string): string | null {
  return /^\/rescuer\/scenario\/([\w-]+)\.scenario\.yaml$/.exec(parseUri(address).path)?.[1] ?? null;
}

/** A name as one segment of an address. */
function titled(name: string): string {
  return name.replaceAll('/', '∕');
}

/** The document of a simulation's trace. The address says all: what is not kept is computed when it is opened. */
export function simulationUri(link: SimulationLink): string {
  const { strategy, parameters } = link;
  const values = Object.entries(parameters).map(([name, value]) => [name, String(value)] as [string, string]);
  const name = 'uri' in link ? Utils.basename(parseUri(link.uri)).replace(/(\.scenario)?\.ya?ml$/i, '') : link.scenario;
  const what: [string, string] = 'uri' in link ? ['file', link.uri] : ['scenario', link.scenario];
  return URI.from({
    scheme,
    path: `${top}/simulation/${titled(`${name} ${strategy}`)}.txt`,
    query: new URLSearchParams([what, ['strategy', strategy], ...values]).toString(),
  }).toString();
}

/** Reads what `simulationUri` wrote; null for any other address. */
export function simulationOf(address: string): SimulationLink | null {
  const uri = parseUri(address);
  // By their order: a parameter may have any name.
  const [[kind, what] = [], [, strategy] = [], ...values] = [...new URLSearchParams(uri.query)];
  if (uri.scheme !== scheme || what === undefined || strategy === undefined) return null;
  const parameters = Object.fromEntries(values.map(([name, value]) => [name, Number(value)]));
  return kind === 'file' ? { uri: what, strategy, parameters } : { scenario: what, strategy, parameters };
}
