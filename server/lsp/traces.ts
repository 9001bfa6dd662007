import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { readScenario } from '../model/read.js';
import type { Scenario } from '../model/scenario.js';
import type { StackRun } from '../review/runs.js';
import { mostReserve, type Supposition } from '../review/supposed.js';
import { describeSupposed, runSupposed } from '../review/what-if.js';
import type { Playback } from '../sim/playback.js';
import { type TraceFormat, traceFormats } from '../sim/render-playback.js';
import type { Simulation } from '../sim/types.js';
import { type Courtesy, UserError } from '../text.js';
import { type CodeStates, type ShownState, titleOf } from './codeStates.js';
import { lineTextOf } from './features/seriesDiagnostics.js';
import { patchFileUri, type SeriesLink, seriesLinkOf } from './review/address.js';
import type { Sessions } from './review/sessions.js';
import type { SeriesReview } from './reviews.js';
import { readLink, readParameters, type SimulationLink, type Simulations } from './simulations.js';
import { inTree, lineAfter, type SourceLine } from './traceLines.js';
import { scenarioUri, simulationOf } from './virtual.js';
import type { Workspace } from './workspace.js';

export type { Cell, CellValue, Frame, Playback } from '../sim/playback.js';
export type { CycleNode } from '../sim/types.js';
export type { SourceLine } from './traceLines.js';

/**
 * A stack of devices as the code has it after patch number `state` of an open series; 0 is the base. The document is a patch
 * document that is open, any of a review, or a C source of a kernel tree that is open, which has state 0 only.
 */
export interface StackLink {
  readonly document: string;
  readonly stack: string;
  readonly state: number;
  /** What if sets were otherwise than the code has them? */
  readonly supposed?: readonly Supposition[];
  /** Bounds of another run, for a comparison with it. */
  readonly parameters?: Readonly<Record<string, number>>;
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

/** A run of code: the state of the code, and what the simulator says of the stack. */
interface StackRan {
  readonly state: ShownState;
  readonly run: StackRun;
}

/** Tells what simulations showed, step by step. Traces that are at hand are not computed again. */
export class Traces {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: Workspace;
  readonly #codes: CodeStates;
  readonly #simulations: Simulations;
  readonly #sessions: Sessions;
  readonly #kept = new Map<string, { readonly text: string; readonly simulation: Simulation }>();

  constructor(
    documents: TextDocuments<TextDocument>,
    workspace: Workspace,
    codes: CodeStates,
    simulations: Simulations,
    sessions: Sessions,
  ) {
    this.#documents = documents;
    this.#workspace = workspace;
    this.#codes = codes;
    this.#simulations = simulations;
    this.#sessions = sessions;
  }

  /** Rejects with UserError when there is no such scenario, strategy or run. */
  async open({ link, like }: TraceRequest, courtesy: Courtesy): Promise<Trace> {
    return 'stack' in link ? this.#ofStack(link, like, courtesy) : this.#ofScenario(link, like, courtesy);
  }

  /** A trace as text to be saved. Rejects like `open`. */
  async text({ link, like }: TraceRequest, format: TraceFormat, courtesy: Courtesy): Promise<string> {
    const { simulation, scenario } =
      'stack' in link ? evidenceOf(await this.runStack(link, courtesy)) : await this.run(link, courtesy);
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
    const { simulation, scenario } = await this.run(link, courtesy);
    const { play } = await import('../sim/play.js');
    const playback = play(simulation, scenario, like);
    const own = 'uri' in link ? link.uri : scenarioUri(link.scenario);
    const root = 'uri' in link ? await this.#workspace.treeOf(link.uri) : null;
    return {
      title: `${simulation.scenario} / ${simulation.strategy}`,
      link,
      playback,
      lines: playback.spots.map((spot) => inTree(spot, own, root, this.#workspace.host.disk)),
      others: [...scenario.strategies.keys()]
        .filter((strategy) => strategy !== simulation.strategy)
        .map((strategy) => {
          const { replay: _, ...same } = link;
          return { title: strategy, link: { ...same, strategy } };
        }),
    };
  }

  /** The run of a scenario. Rejects with UserError. */
  async run(link: SimulationLink & { readonly replay?: string }, courtesy: Courtesy): Promise<Ran> {
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

  /** The run of a stack: that of the review if nothing is supposed and it has one, else a new one. Rejects with UserError. */
  async runStack({ document, stack, state: number, supposed = [] }: StackLink, courtesy: Courtesy): Promise<StackRan> {
    const state = await this.#codes.of(document, number);
    const known = supposed.length > 0 ? undefined : state.facts.runs.find((run) => run.stack === stack);
    return { state, run: known ?? (await runSupposed(state, stack, supposed, courtesy)) };
  }

  async #ofStack(link: StackLink, like: readonly string[], courtesy: Courtesy): Promise<Trace> {
    const ran = await this.runStack(link, courtesy);
    const { state, run } = ran;
    const { simulation: found, scenario, callers } = evidenceOf(ran);
    const simulation = await within(found, scenario, link.parameters, courtesy);
    const { play } = await import('../sim/play.js');
    const playback = play(simulation, scenario, like, callers);
    const supposed = describeSupposed(link.supposed ?? []);
    return {
      title: [link.stack, state.title, supposed].filter(Boolean).join(', '),
      link,
      playback,
      lines: await this.#linesOf(link, playback, state),
      others: state.review === null ? [] : othersOf(state.review, link, run),
    };
  }

  async #linesOf(link: StackLink, { spots }: Playback, { review, source }: ShownState): Promise<Trace['lines']> {
    const { disk } = this.#workspace.host;
    if (review === null) return spots.map((spot) => inTree(spot, link.document, source.root, disk));
    const { patches } = review.series;
    const patch = patches[link.state - 1] ?? null;
    const inReview = seriesLinkOf(link.document) ?? (await this.#onDisk(review, link.document));
    const document = this.#documents.get(link.document);
    const textOf = document ? lineTextOf(review, document) : () => '';
    return spots.map(({ path, line }): SourceLine | null => {
      if (path === null) return null;
      if (inReview !== null && review.stack?.states[link.state]?.files.has(path)) {
        const [side, number] =
          patch === null ? (['old', patches[0]?.index ?? 1] as const) : (['new', patch.index] as const);
        return { uri: patchFileUri({ ...inReview, patch: number, side, path }), line };
      }
      return lineAfter(review, link.state, path, line, textOf);
    });
  }

  /** The series of an open document as one of files, if it is on disk as it is in the editor. */
  async #onDisk({ uris, series }: SeriesReview, uri: string): Promise<SeriesLink | null> {
    const document = this.#documents.get(uri);
    const { files } = this.#workspace.host;
    const bytes = files.canRead(uri) ? await files.read(uri).catch(() => null) : null;
    if (bytes === null || new TextDecoder().decode(bytes) !== document?.getText()) return null;
    const input = { files: [...uris.values()] };
    const { reading } = await this.#sessions.open(input);
    const number = reading.series.findIndex(
      ({ subject, version, patches }) =>
        subject === series.subject && version === series.version && patches.length === series.patches.length,
    );
    return number < 0 ? null : { input, series: number };
  }
}

const mostKept = 20;

/** A run with other bounds. */
async function within(
  simulation: Simulation,
  scenario: Scenario,
  parameters: StackLink['parameters'],
  courtesy: Courtesy,
): Promise<Simulation> {
  const { bounds } = simulation;
  if (!parameters || Object.entries(parameters).every(([name, value]) => bounds.parameters[name] === value))
    return simulation;
  const { simulate } = await import('../sim/simulate.js');
  return simulate(scenario, { parameters, limits: { maxStates: bounds.maxStates, seconds: bounds.seconds } }, courtesy);
}

/** The same stack in the other states of a review. */
function othersOf(review: SeriesReview, { document, stack, state }: StackLink, run: StackRun): Trace['others'] {
  return review.states.flatMap(({ runs }, other) => {
    const found = runs.find((one) => one.stack === stack);
    if (found === run || !found?.evidence) return [];
    const title = other === state ? `${titleOf(review, other)}, as the code has it` : titleOf(review, other);
    return [{ title: `${title} (${found.verdict})`, link: { document, stack, state: other } }];
  });
}

function evidenceOf({ run: { stack, sentence, evidence } }: StackRan): NonNullable<StackRun['evidence']> {
  if (evidence) return evidence;
  throw new UserError(`the stack ${stack} could not be simulated: ${sentence}`);
}

/** Reads a link that came over the wire. Throws UserError when it is none. */
export function readTraceLink(sent: unknown): TraceLink {
  if (typeof sent === 'object' && sent !== null) {
    const { document, stack, state, supposed, parameters, report, replay } = sent as Readonly<Record<string, unknown>>;
    if (typeof document === 'string' && typeof stack === 'string' && typeof state === 'number') {
      const given = Array.isArray(supposed) ? supposed.map(readSupposition) : [];
      const bounds = readParameters(parameters);
      return {
        document,
        stack,
        state,
        ...(given.length > 0 && { supposed: given }),
        ...(Object.keys(bounds).length > 0 && { parameters: bounds }),
      };
    }
    const link = typeof report === 'string' ? simulationOf(report) : readLink(sent);
    if (link !== null) return typeof replay === 'string' ? { ...link, replay } : link;
  }
  throw new UserError('a trace is of {scenario or uri, strategy, parameters}, {document, stack, state} or {report}');
}

function readSupposition(sent: unknown): Supposition {
  const { set, rescuer, reserve } = (typeof sent === 'object' && sent !== null ? sent : {}) as Partial<Supposition>;
  const isSize = reserve === undefined || (Number.isInteger(reserve) && reserve >= 0 && reserve <= mostReserve);
  if (typeof set !== 'string' || !isSize || !['boolean', 'undefined'].includes(typeof rescuer))
    throw new UserError(`what is supposed is {set, rescuer, reserve}, with a reserve of at most ${mostReserve}`);
  return { set, ...(rescuer !== undefined && { rescuer }), ...(reserve !== undefined && { reserve }) };
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
