import {
  DebugSession,
  Event,
  Handles,
  InitializedEvent,
  OutputEvent,
  Scope,
  Source,
  StackFrame,
  StoppedEvent,
  Thread,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { URI } from 'vscode-uri';
import type { Trace } from '../../server/lsp/traces.js';
import { Position } from './position.js';
import { contentOf, find, type Language, type Moment, type Shelf, scopesOf } from './variables.js';

/** Gets the run that a launch configuration names. Rejects with a message for the user. */
export type Load = (configuration: unknown) => Promise<Trace>;

/** The event that tells the trace panel where the session is: `{step}`. */
const movedEvent = 'rescuer.moved';

/** The request that puts the session to a step: `{step}`. */
const goRequest = 'rescuer.go';

/** Frames of one thread have ids that tell the thread. */
const mostFrames = 1000;

/**
 * Replays a run as a debug session: tasks are threads, and time goes either way. Step over goes to the next step of the
 * task, step into to the next step of any, step out to where the task blocks.
 */
export class ReplaySession extends DebugSession {
  readonly #load: Load;
  readonly #l10n: Language;
  readonly #handles = new Handles<Shelf>();
  readonly #breakpoints = new Map<string, ReadonlySet<number>>();
  #trace: Trace | null = null;
  #position: Position | null = null;

  constructor(load: Load, l10n: Language) {
    super();
    this.#load = load;
    this.#l10n = l10n;
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
  }

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsStepBack: true,
      supportsExceptionInfoRequest: true,
      supportsEvaluateForHovers: true,
    };
    this.sendResponse(response);
  }

  protected override async launchRequest(
    response: DebugProtocol.LaunchResponse,
    configuration: DebugProtocol.LaunchRequestArguments,
  ): Promise<void> {
    try {
      this.#trace = await this.#load(configuration);
      this.#position = new Position(this.#trace.playback);
      this.sendResponse(response);
      this.sendEvent(new InitializedEvent());
    } catch (error) {
      const format = error instanceof Error ? error.message : String(error);
      this.sendErrorResponse(response, {
        id: 1,
        format: format.replaceAll('{', '(').replaceAll('}', ')'),
        showUser: true,
      });
    }
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.sendResponse(response);
    this.#go(this.#position, 'entry');
  }

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
  ): void {
    const path = source.path ?? '';
    const places = (this.#trace?.lines ?? []).map((place) => (place && pathOf(place.uri) === path ? place.line : null));
    const spots = new Set<number>();
    response.body = {
      breakpoints: breakpoints.map(({ line }) => {
        const here = places.flatMap((at, spot) => (at === line ? [spot] : []));
        for (const spot of here) spots.add(spot);
        return here.length > 0
          ? { verified: true, line }
          : { verified: false, line, message: this.#l10n.t('No step of this run is on this line.') };
      }),
    };
    this.#breakpoints.set(path, spots);
    this.sendResponse(response);
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    const lanes = this.#trace?.playback.lanes ?? [];
    response.body = {
      threads: lanes.map(({ name, kind }, lane) => new Thread(lane + 1, kind === 'task' ? name : `${name} (${kind})`)),
    };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { threadId }: DebugProtocol.StackTraceArguments,
  ): void {
    const lane = threadId - 1;
    const frames = this.#position?.stackOf(lane) ?? [];
    response.body = {
      stackFrames: frames.map(({ name, spot }, depth): DebugProtocol.StackFrame => {
        const place = spot === null ? null : (this.#trace?.lines[spot] ?? null);
        const id = lane * mostFrames + depth + 1;
        if (place === null) return { ...new StackFrame(id, name), presentationHint: 'label' };
        const path = pathOf(place.uri);
        return new StackFrame(id, name, new Source(path.split('/').at(-1) ?? path, path), place.line, 1);
      }),
      totalFrames: frames.length,
    };
    this.sendResponse(response);
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): void {
    const lane = Math.floor((frameId - 1) / mostFrames);
    const { playback } = this.#trace ?? {};
    response.body = {
      scopes: playback
        ? scopesOf(playback, lane, this.#l10n).map(({ title, shelf }) => new Scope(title, this.#handles.create(shelf)))
        : [],
    };
    this.sendResponse(response);
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    { variablesReference }: DebugProtocol.VariablesArguments,
  ): void {
    const shelf = this.#handles.get(variablesReference, { kind: 'changes' });
    const shown = this.#shown();
    const variables = shown === null ? [] : contentOf(shelf, shown);
    response.body = {
      variables: variables.map(({ name, value, more }) => ({
        name,
        value,
        variablesReference: more === null ? 0 : this.#handles.create(more),
      })),
    };
    this.sendResponse(response);
  }

  /** A name in a watch or under the mouse: `bs`, `bs reserve`, `T bio_list[0]`. */
  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    { expression }: DebugProtocol.EvaluateArguments,
  ): void {
    const shown = this.#shown();
    const found = shown && find(expression.trim(), shown);
    if (found === null) {
      const format = this.#l10n.t('no task, set, lock or variable of this name');
      this.sendErrorResponse(response, { id: 2, format, showUser: false });
      return;
    }
    const { value, more } = found;
    response.body = { result: value, variablesReference: more === null ? 0 : this.#handles.create(more) };
    this.sendResponse(response);
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    const { verdict = '', sentence = '', cycle = [] } = this.#trace?.playback ?? {};
    const lines = cycle.map((node) =>
      'task' in node
        ? this.#l10n.t('{0} waits for {1} in {2}', node.task, node.waits, node.source)
        : `${node.resource}: ${node.held}`,
    );
    response.body = {
      exceptionId: verdict,
      description: sentence,
      breakMode: 'always',
      ...(lines.length > 0 ? { details: { stackTrace: [this.#l10n.t('Wait-for cycle:'), ...lines].join('\n') } } : {}),
    };
    this.sendResponse(response);
  }

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    response.body = { allThreadsContinued: true };
    this.sendResponse(response);
    this.#go(this.#position?.toBreakpoint(this.#spots()) ?? null, 'breakpoint');
  }

  protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
    this.sendResponse(response);
    this.#go(this.#position?.backToBreakpoint(this.#spots()) ?? null, 'breakpoint');
  }

  protected override nextRequest(
    response: DebugProtocol.NextResponse,
    { threadId }: DebugProtocol.NextArguments,
  ): void {
    this.sendResponse(response);
    this.#go(this.#position?.stepOf(threadId - 1) ?? null, 'step', threadId - 1);
  }

  protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
    this.sendResponse(response);
    this.#go(this.#position?.forward() ?? null, 'step');
  }

  protected override stepOutRequest(
    response: DebugProtocol.StepOutResponse,
    { threadId }: DebugProtocol.StepOutArguments,
  ): void {
    this.sendResponse(response);
    this.#go(this.#position?.untilBlocked(threadId - 1) ?? null, 'step', threadId - 1);
  }

  protected override stepBackRequest(response: DebugProtocol.StepBackResponse): void {
    this.sendResponse(response);
    this.#go(this.#position?.back() ?? null, 'step');
  }

  protected override customRequest(command: string, response: DebugProtocol.Response, args: unknown): void {
    const { step } = (args ?? {}) as { readonly step?: unknown };
    if (command !== goRequest || typeof step !== 'number') {
      super.customRequest(command, response, args);
      return;
    }
    this.sendResponse(response);
    this.#go(this.#position?.at(step) ?? null, 'goto');
  }

  #shown(): Moment | null {
    if (this.#trace === null || this.#position === null) return null;
    return {
      l10n: this.#l10n,
      playback: this.#trace.playback,
      step: this.#position.step,
      values: this.#position.values(),
    };
  }

  #spots(): ReadonlySet<number> {
    return new Set([...this.#breakpoints.values()].flatMap((spots) => [...spots]));
  }

  /** Stops at a position, and says why. */
  #go(position: Position | null, reason: string, lane?: number): void {
    if (position === null || this.#trace === null) return;
    const { playback } = this.#trace;
    const moved = position.step !== this.#position?.step;
    this.#position = position;
    this.#handles.reset();
    const thread = lane ?? position.lane;
    const made = playback.steps[position.step - 1];
    if (made && moved)
      this.sendEvent(
        new OutputEvent(`${position.step}: ${playback.lanes[made.lane]?.name} ${made.action}\n`, 'stdout'),
      );
    if (position.isEnd && moved) this.sendEvent(new OutputEvent(`${playback.sentence}\n`, 'console'));
    this.sendEvent(new Event(movedEvent, { step: position.step }));
    this.sendEvent(this.#stopped(position, reason, thread));
  }

  #stopped(position: Position, reason: string, lane: number): StoppedEvent {
    const { playback } = this.#trace ?? {};
    const event: DebugProtocol.StoppedEvent = new StoppedEvent(reason, lane + 1);
    event.body.allThreadsStopped = true;
    if (position.isEnd && playback) {
      const found = playback.kind === 'counterexample';
      event.body.reason = found ? 'exception' : 'pause';
      event.body.description = found
        ? this.#l10n.t('Paused on {0}', playback.verdict)
        : this.#l10n.t('The run ends here');
      event.body.text = playback.sentence;
    } else if (position.isStart) {
      event.body.reason = 'entry';
      event.body.description = this.#l10n.t('Before the first step');
    } else if (reason === 'breakpoint' && !position.isBefore(this.#spots())) event.body.reason = 'step';
    return event;
  }
}

/** The path by which VS Code knows a document: that of a file, or else its whole address. */
function pathOf(uri: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : parsed.toString();
}
