import { readFile } from 'node:fs/promises';
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readScenario } from '../model/read.js';
import type { Scenario } from '../model/scenario.js';
import type { StackRun } from '../review/runs.js';
import type { Playback } from '../sim/playback.js';
import { type TraceFormat, traceFormats } from '../sim/render-playback.js';
import type { Simulation } from '../sim/types.js';
import { type Courtesy, UserError } from '../text.js';
import { lineTextOf } from './features/seriesDiagnostics.js';
import { patchFileUri, type SeriesLink, seriesLinkOf } from './review/address.js';
import type { Sessions } from './review/sessions.js';
import type { Reviews, SeriesReview } from './reviews.js';
import { readLink, type SimulationLink, type Simulations } from './simulations.js';
import { inTree, lineAfter, type SourceLine } from './traceLines.js';
import { scenarioUri, simulationOf } from './virtual.js';
import type { Workspace } from './workspace.js';

export type { Cell, CellValue, Frame, Playback } from '../sim/playback.js';
export type { CycleNode } from '../sim/types.js';
export type { SourceLine } from './traceLines.js';

import { parseUri } from './uri.js';

/**
 * A stack of devices as the code has it after patch number `state` of an open series; 0 is the base. The document is a patch
 * document that is open, or any of a review.
 */
export interface StackLink {
  readonly document: string;
  readonly stack: string;
  readonly state: number;
}

/** What a trace is of. A replay string says the run, so that no search is needed. */
export type TraceLink = (SimulationLink & { readonly replay?: string }) | StackLink;

/** What `rescuer/trace` takes. */
export interface TraceRequest {
  readonly link: TraceLink;
  /** Names of tasks in the order of another run, which a run without a violation follows as far as it can. */
  readonly like: readonly string[];
}

/** What `rescuer/trace` answers. */
export interface Trace {
  readonly title: string;
  readonly link: TraceLink;
  readonly playback: Playback;
  /** Where each spot of the playback can be opened; null where it cannot. */
  readonly lines: readonly (SourceLine | null)[];
  /** Runs to compare with. */
  readonly others: readonly { readonly title: string; readonly link: TraceLink }[];
}

interface Ran {
  readonly simulation: Simulation;
  readonly scenario: Scenario;
}

/** Tells what simulations showed, step by step. Traces that are at hand are not computed again. */
export class Traces {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: Workspace;
  readonly #reviews: Reviews;
  readonly #simulations: Simulations;
  readonly #sessions: Sessions;
  readonly #kept = new Map<string, { readonly text: string; readonly simulation: Simulation }>();

  constructor(
    documents: TextDocuments<TextDocument>,
    workspace: Workspace,
    reviews: Reviews,
    simulations: Simulations,
    sessions: Sessions,
  ) {
    this.#documents = documents;
    this.#workspace = workspace;
    this.#reviews = reviews;
    this.#simulations = simulations;
    this.#sessions = sessions;
  }

  /** Rejects with UserError when there is no such scenario, strategy or run. */
  async open({ link, like }: TraceRequest, courtesy: Courtesy): Promise<Trace> {
    return 'stack' in link ? this.#ofStack(link, like) : this.#ofScenario(link, like, courtesy);
  }

  /** A trace as text to be saved. Rejects like `open`. */
  async text({ link, like }: TraceRequest, format: TraceFormat, courtesy: Courtesy): Promise<string> {
    const { simulation, scenario } =
      'stack' in link ? runOf(await this.#reviewOf(link), link) : await this.#run(link, courtesy);
    const [{ play }, { renderPlayback }] = await Promise.all([
      import('../sim/play.js'),
      import('../sim/render-playback.js'),
    ]);
    return renderPlayback(simulation, play(simulation, scenario, like), format);
  }

  async #ofScenario(
    link: SimulationLink & { readonly replay?: string },
    like: readonly string[],
    courtesy: Courtesy,
  ): Promise<Trace> {
    const { simulation, scenario } = await this.#run(link, courtesy);
    const { play } = await import('../sim/play.js');
    const playback = play(simulation, scenario, like);
    const own = 'uri' in link ? link.uri : scenarioUri(link.scenario);
    const root = 'uri' in link ? await this.#workspace.treeOf(link.uri) : null;
    return {
      title: `${simulation.scenario} / ${simulation.strategy}`,
      link,
      playback,
      lines: playback.spots.map((spot) => inTree(spot, own, root)),
      others: [...scenario.strategies.keys()]
        .filter((strategy) => strategy !== simulation.strategy)
        .map((strategy) => {
          const { replay: _, ...same } = link;
          return { title: strategy, link: { ...same, strategy } };
        }),
    };
  }

  async #run(link: SimulationLink & { readonly replay?: string }, courtesy: Courtesy): Promise<Ran> {
    const { findScenario } = await import('../sim/scenarios.js');
    const text = 'uri' in link ? await this.#simulations.textOf(link.uri) : '';
    const key = JSON.stringify(link);
    const known = this.#kept.get(key);
    const scenario =
      'uri' in link ? readScenario(this.#workspace.displayName(link.uri), text) : findScenario(link.scenario);
    const find = async (): Promise<Simulation> => {
      if (link.replay === undefined) return this.#simulations.run(link, courtesy);
      return (await import('../sim/simulate.js')).replay(link.replay, scenario);
    };
    const simulation = known?.text === text ? known.simulation : await find();
    this.#kept.delete(key);
    this.#kept.set(key, { text, simulation });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return { simulation, scenario };
  }

  async #ofStack(link: StackLink, like: readonly string[]): Promise<Trace> {
    const review = await this.#reviewOf(link);
    const { simulation, scenario, callers } = runOf(review, link);
    const { play } = await import('../sim/play.js');
    const playback = play(simulation, scenario, like, callers);
    const { patches } = review.series;
    const patch = patches[link.state - 1] ?? null;
    const inReview = seriesLinkOf(link.document) ?? (await this.#onDisk(review, link.document));
    const document = this.#documents.get(link.document);
    const textOf = document ? lineTextOf(review, document) : () => '';
    const lines = playback.spots.map(({ path, line }): SourceLine | null => {
      if (path === null) return null;
      if (inReview !== null && review.stack?.states[link.state]?.files.has(path)) {
        const [side, number] =
          patch === null ? (['old', patches[0]?.index ?? 1] as const) : (['new', patch.index] as const);
        return { uri: patchFileUri({ ...inReview, patch: number, side, path }), line };
      }
      return lineAfter(review, link.state, path, line, textOf);
    });
    const titleOf = (state: number): string => (state === 0 ? 'base' : `after patch ${patches[state - 1]?.index}`);
    const others = review.states.flatMap(({ runs }, state) => {
      const run = runs.find(({ stack }) => stack === link.stack);
      if (state === link.state || !run?.evidence) return [];
      return [{ title: `${titleOf(state)} (${run.verdict})`, link: { ...link, state } }];
    });
    return { title: `${link.stack}, ${titleOf(link.state)}`, link, playback, lines, others };
  }

  /** The series of an open document as one of files, if it is on disk as it is in the editor. */
  async #onDisk({ uris, series }: SeriesReview, uri: string): Promise<SeriesLink | null> {
    const document = this.#documents.get(uri);
    const text = uri.startsWith('file:') ? await readFile(parseUri(uri).fsPath, 'utf8').catch(() => null) : null;
    if (text === null || text !== document?.getText()) return null;
    const input = { files: [...uris.values()] };
    const { reading } = await this.#sessions.open(input);
    const number = reading.series.findIndex(
      ({ subject, version, patches }) =>
        subject === series.subject && version === series.version && patches.length === series.patches.length,
    );
    return number < 0 ? null : { input, series: number };
  }

  async #reviewOf({ document: uri }: StackLink): Promise<SeriesReview> {
    const browsed = seriesLinkOf(uri);
    if (browsed !== null) return this.#sessions.review(browsed);
    const document = this.#documents.get(uri);
    const review = document ? await this.#reviews.review(document) : null;
    if (review === null)
      throw new UserError(`open ${this.#workspace.displayName(uri)} first: the trace is of its review`);
    return review;
  }
}

const mostKept = 20;

function runOf(review: SeriesReview, { stack, state }: StackLink): NonNullable<StackRun['evidence']> {
  const evidence = review.states[state]?.runs.find((run) => run.stack === stack)?.evidence;
  if (!evidence)
    throw new UserError(`the review has no run of the stack ${stack} any more; the series may have changed`);
  return evidence;
}

/** Reads a link that came over the wire. Throws UserError when it is none. */
export function readTraceLink(sent: unknown): TraceLink {
  if (typeof sent === 'object' && sent !== null) {
    const { document, stack, state, report, replay } = sent as Readonly<Record<string, unknown>>;
    if (typeof document === 'string' && typeof stack === 'string' && typeof state === 'number')
      return { document, stack, state };
    const link = typeof report === 'string' ? simulationOf(report) : readLink(sent);
    if (link !== null) return typeof replay === 'string' ? { ...link, replay } : link;
  }
  throw new UserError('a trace is of {scenario or uri, strategy, parameters}, {document, stack, state} or {report}');
}

/** Reads the parameters of `rescuer/trace`. Throws UserError. */
export function readTraceRequest(sent: unknown): TraceRequest {
  const { link, like } = (typeof sent === 'object' && sent !== null ? sent : {}) as Readonly<Record<string, unknown>>;
  const names = Array.isArray(like) ? like.filter((name): name is string => typeof name === 'string') : [];
  return { link: readTraceLink(link), like: names };
}

/** Reads the form that `rescuer/traceText` is asked for. Throws UserError. */
export function readFormat(sent: unknown): TraceFormat {
  const { format } = (typeof sent === 'object' && sent !== null ? sent : {}) as Readonly<Record<string, unknown>>;
  const found = traceFormats.find((known) => known === format);
  if (found === undefined) throw new UserError(`a trace can be had as ${traceFormats.join(', ')}`);
  return found;
}
