import { Emitter, type TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readScenario } from '../model/read.js';
import type { ScenarioLink } from '../review/types.js';
import type { SimulationRequest } from '../sim/request.js';
import type { Simulation } from '../sim/types.js';
import { type Courtesy, UserError } from '../text.js';
import type { Workspace } from './workspace.js';

/** What to simulate in a scenario file. */
export interface FileLink {
  readonly uri: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** What `rescuer.simulate` takes: a shipped scenario by its name, or a file. */
export type SimulationLink = ScenarioLink | FileLink;

/** What a run of a scenario file gave. */
export interface FileRun {
  readonly simulation: Simulation;
  /** The verdict that the file expects; null if it says nothing. */
  readonly expected: string | null;
  /** Parameters that the caller chose. */
  readonly chosen: Readonly<Record<string, number>>;
}

/** An editor waits for the result; searches that take longer belong on the command line. */
const limits = { seconds: 60 };

const maxFileBytes = 1024 * 1024;

/** Runs simulations beside all else, and remembers what those of open scenario files gave. */
export class Simulations {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: Workspace;
  readonly #running = new Map<string, AbortController>();
  /** By the URI of the document, then by strategy. Each holds for the text that was run. */
  readonly #runs = new Map<string, Map<string, { readonly text: string; readonly run: FileRun }>>();
  readonly #ran = new Emitter<string>();

  /** Fires with the URI of a scenario file when a run of it has given a result. */
  readonly onRan = this.#ran.event;

  constructor(documents: TextDocuments<TextDocument>, workspace: Workspace) {
    this.#documents = documents;
    this.#workspace = workspace;
    documents.onDidClose(({ document }) => this.#runs.delete(document.uri));
  }

  /** Runs one simulation. Rejects with UserError for a bad link or scenario, and with the abort reason. */
  async run(link: SimulationLink, courtesy: Courtesy): Promise<Simulation> {
    if ('uri' in link) return (await this.runFile(link, courtesy)).simulation;
    const { scenario, strategy, parameters } = link;
    return this.#search(link, { scenario, options: { strategy, parameters, limits } }, courtesy);
  }

  /** Runs a strategy of a scenario file as it stands in the editor, else on disk. Rejects like `run`. */
  async runFile(link: FileLink, courtesy: Courtesy): Promise<FileRun> {
    const { uri, strategy, parameters } = link;
    const file = this.#workspace.displayName(uri);
    const text = await this.textOf(uri);
    const request = { scenario: file, text, options: { strategy, parameters, limits } };
    const simulation = await this.#search(link, request, courtesy);
    // Most sessions never simulate, and this reads all shipped scenarios.
    const { expectedVerdict } = await import('../sim/simulate.js');
    const run = {
      simulation,
      expected: expectedVerdict(readScenario(file, text), strategy, parameters),
      chosen: parameters,
    };
    if (this.#documents.get(uri) !== undefined) {
      const runs = this.#runs.get(uri) ?? new Map();
      this.#runs.set(uri, runs.set(strategy, { text, run }));
      this.#ran.fire(uri);
    }
    return run;
  }

  /** What is known of an open scenario file as it stands, by strategy. */
  runsOf(document: TextDocument): ReadonlyMap<string, FileRun> {
    const text = document.getText();
    const current = [...(this.#runs.get(document.uri) ?? [])].filter(([, known]) => known.text === text);
    return new Map(current.map(([strategy, { run }]) => [strategy, run]));
  }

  /** The text of a scenario file. Rejects with UserError when it is none or cannot be read. */
  async textOf(uri: string): Promise<string> {
    const open = this.#documents.get(uri);
    if (open !== undefined) return open.getText();
    const name = this.#workspace.displayName(uri);
    const { files } = this.#workspace.host;
    if (!files.canRead(uri) || !/\.ya?ml$/.test(uri))
      throw new UserError(`expected the URI of a YAML file, got ${name}`);
    const found = await files.stat(uri);
    if (found?.kind !== 'file') throw new UserError(`no file ${name}`);
    if (found.size > maxFileBytes) throw new UserError(`${name} is too large for a scenario`);
    return new TextDecoder().decode(await files.read(uri));
  }

  /** Gives up all runs. */
  stop(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  /** A search for the same link that is still under way is given up: its user asked again. */
  async #search(link: SimulationLink, request: SimulationRequest, courtesy: Courtesy): Promise<Simulation> {
    const key = JSON.stringify(link);
    this.#running.get(key)?.abort();
    const controller = new AbortController();
    this.#running.set(key, controller);
    const signal = AbortSignal.any([controller.signal, ...(courtesy.signal ? [courtesy.signal] : [])]);
    try {
      return await this.#workspace.host.simulate(request, { ...courtesy, signal });
    } finally {
      if (this.#running.get(key) === controller) this.#running.delete(key);
    }
  }
}

/** Reads `{link}` of a request. Throws UserError when it holds none. */
export function readSimulationLink(sent: unknown): SimulationLink {
  const link = typeof sent === 'object' && sent !== null && 'link' in sent ? readLink(sent.link) : null;
  if (link === null) throw new UserError('expected {scenario or uri, strategy, parameters}');
  return link;
}

/** Reads a link to a scenario file. Throws UserError when it is none. */
export function readFileLink(sent: unknown): FileLink {
  const link = readLink(sent);
  if (link === null || !('uri' in link)) throw new UserError('expected {uri, strategy, parameters}');
  return link;
}

/** Reads a link that came over the wire; null when it is none. */
export function readLink(sent: unknown): SimulationLink | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const { scenario, uri, strategy, parameters = {} } = sent as Readonly<Record<string, unknown>>;
  if (typeof strategy !== 'string' || typeof parameters !== 'object' || parameters === null) return null;
  const values = readParameters(parameters);
  if (typeof uri === 'string') return { uri, strategy, parameters: values };
  return typeof scenario === 'string' ? { scenario, strategy, parameters: values } : null;
}

/** Reads parameters that came over the wire; what is no number is left out. */
export function readParameters(sent: unknown): Readonly<Record<string, number>> {
  const entries = Object.entries(typeof sent === 'object' && sent !== null ? sent : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
