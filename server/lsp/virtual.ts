import { URI } from 'vscode-uri';
import type { ScenarioLink } from '../review/types.js';

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
    const uri = URI.from({ scheme, path: `${top}/report/${name.replaceAll('/', '∕')}` }).toString();
    this.#reports.delete(uri);
    this.#reports.set(uri, report);
    const [oldest] = this.#reports.keys();
    if (this.#reports.size > keptReports && oldest !== undefined) this.#reports.delete(oldest);
    return uri;
  }

  get(uri: string): KeptReport | null {
    return this.#reports.get(URI.parse(uri).toString()) ?? null;
  }
}

/** The page of a rule, as a diagnostic links to it. */
export function ruleUri(rule: string): string {
  return URI.from({ scheme, path: `${top}/rule/${rule}.md` }).toString();
}

/** Reads what `ruleUri` wrote; null for any other address. */
export function ruleOf(address: string): string | null {
  return /^\/rescuer\/rule\/([\w-]+)\.md$/.exec(URI.parse(address).path)?.[1] ?? null;
}

/** The document of a simulation's trace. The address says all: the trace is computed when the document is opened. */
export function simulationUri({ scenario, strategy, parameters }: ScenarioLink): string {
  const values = Object.entries(parameters).map(([name, value]) => [name, String(value)] as [string, string]);
  return URI.from({
    scheme,
    path: `${top}/simulation/${scenario} ${strategy}.txt`,
    query: new URLSearchParams([['scenario', scenario], ['strategy', strategy], ...values]).toString(),
  }).toString();
}

/** Reads what `simulationUri` wrote; null for any other address. */
export function simulationOf(address: string): ScenarioLink | null {
  const uri = URI.parse(address);
  const { scenario, strategy, ...values } = Object.fromEntries(new URLSearchParams(uri.query));
  if (uri.scheme !== scheme || scenario === undefined || strategy === undefined) return null;
  const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  return { scenario, strategy, parameters };
}
