import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, test } from 'vitest';
import type { Trace } from '../../server/lsp/traces.js';
import { play } from '../../server/sim/play.js';
import { findScenario } from '../../server/sim/scenarios.js';
import { simulate } from '../../server/sim/simulate.js';
import { ReplaySession } from '../../src/replay/session.js';

const english = {
  t: (text: string, ...values: readonly (string | number)[]) =>
    text.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)])),
};

const file = '/work/pool.scenario.yaml';

async function traceOf(scenario: string, strategy: string): Promise<Trace> {
  const playback = play(await simulate(scenario, { strategy }), findScenario(scenario));
  const lines = playback.spots.map(({ line }) => ({ uri: `file://${file}`, line }));
  return { title: scenario, link: { scenario, strategy, parameters: {} }, playback, lines, others: [] };
}

/** A debugger without an editor: requests go in, and what the session says comes out. */
class Debugger {
  readonly #session: ReplaySession;
  readonly #answers = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly events: DebugProtocol.Event[] = [];
  #seq = 0;

  constructor(load: () => Promise<Trace>) {
    this.#session = new ReplaySession(load, english);
    this.#session.onDidSendMessage((sent) => {
      const message = sent as DebugProtocol.ProtocolMessage;
      if (message.type === 'event') this.events.push(message as DebugProtocol.Event);
      else {
        const response = message as DebugProtocol.Response;
        this.#answers.get(response.request_seq)?.(response);
      }
    });
  }

  static async start(scenario: string, strategy: string): Promise<Debugger> {
    const trace = await traceOf(scenario, strategy);
    const made = new Debugger(() => Promise.resolve(trace));
    await made.ask('initialize', { adapterID: 'rescuer', pathFormat: 'path' });
    await made.ask('launch', {});
    await made.ask('configurationDone');
    return made;
  }

  send(command: string, args: unknown = {}): Promise<DebugProtocol.Response> {
    const seq = ++this.#seq;
    return new Promise((resolve) => {
      this.#answers.set(seq, resolve);
      this.#session.handleMessage({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
    });
  }

  async ask<T>(command: string, args: unknown = {}): Promise<T> {
    const response = await this.send(command, args);
    if (!response.success) throw new Error(response.message);
    return response.body as T;
  }

  /** Why and in which thread the session stopped last. */
  get stopped(): DebugProtocol.StoppedEvent['body'] {
    const event = this.events.findLast(({ event: name }) => name === 'stopped');
    return event?.body as DebugProtocol.StoppedEvent['body'];
  }

  get step(): number {
    return this.events.findLast(({ event }) => event === 'rescuer.moved')?.body.step;
  }

  async threads(): Promise<string[]> {
    const { threads } = await this.ask<DebugProtocol.ThreadsResponse['body']>('threads');
    return threads.map(({ name }) => name);
  }

  async stack(threadId: number): Promise<DebugProtocol.StackFrame[]> {
    return (await this.ask<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId })).stackFrames;
  }

  /** Names and values of a scope of the innermost frame. */
  async scope(threadId: number, title: string): Promise<Record<string, string>> {
    const [frame] = await this.stack(threadId);
    const { scopes } = await this.ask<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: frame?.id });
    const found = scopes.find(({ name }) => name === title);
    return this.variables(found?.variablesReference ?? 0);
  }

  async variables(variablesReference: number): Promise<Record<string, string>> {
    const { variables } = await this.ask<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference });
    return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  }
}

test('a session stops before the first step, with a thread for each task, rescuer and device', async () => {
  const session = await Debugger.start('pool', 'rescuer');
  expect(session.stopped).toMatchObject({ reason: 'entry', description: 'Before the first step' });
  expect(await session.threads()).toEqual(['T', 'bs rescuer (rescuer)', 'disk (device)']);
});

test('running to the end stops on the deadlock, and tells the cycle', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('continue', { threadId: 1 });
  expect(session.stopped).toMatchObject({
    reason: 'exception',
    threadId: 1,
    description: 'Paused on deadlock',
    text: expect.stringContaining('T sleeps in alloc_tio() waiting for an element of bs'),
  });
  const info = await session.ask<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', { threadId: 1 });
  expect(info.exceptionId).toBe('deadlock');
  expect(info.details?.stackTrace).toMatch(/^Wait-for cycle:\nT waits for an element of bs in alloc_tio\(\)\n/);
});

test('the call stack leads from the step through submission to the task, with its lines', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('continue', { threadId: 1 });
  const frames = await session.stack(1);
  expect(frames.map(({ name }) => name)).toEqual([
    'alloc_tio()',
    '->submit_bio() of dm',
    'generic_make_request()',
    'submit_bio()',
  ]);
  expect(frames[0]?.source?.path).toBe(file);
  expect(frames[0]?.line).toBeGreaterThan(1);
});

test('variables are the lists of the task, the sets with their reserves, and what the step changed', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('continue', { threadId: 1 });
  expect(await session.scope(1, 'T')).toMatchObject({ 'bio_list[0]': '[bs#1, bs#2]', 'bio_list[1]': '[]' });
  expect(await session.scope(1, 'bio_sets and mempools')).toMatchObject({ bs: '0 of 2 free, T waits' });
  expect(await session.scope(1, 'Changed by the last step')).toMatchObject({ 'bs waiters': 'T' });
});

test('time goes either way', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('stepIn', { threadId: 1 });
  await session.ask('stepIn', { threadId: 1 });
  await session.ask('stepIn', { threadId: 1 });
  expect(session.step).toBe(3);
  await session.ask('stepBack', { threadId: 1 });
  expect(session.step).toBe(2);
  await session.ask('reverseContinue', { threadId: 1 });
  expect(session.step).toBe(0);
  expect(session.stopped.reason).toBe('entry');
});

test('step over goes to the next step of its task, step out to where the task blocks', async () => {
  const session = await Debugger.start('snapshot', 'rescuer');
  const threads = await session.threads();
  const task = threads.indexOf('A') + 1;
  await session.ask('next', { threadId: task });
  expect(session.stopped).toMatchObject({ reason: 'step', threadId: task });
  await session.ask('stepOut', { threadId: task });
  expect((await session.scope(task, 'A')).status).toBe('sleeps in snapshot_map(), waits for s->lock');
});

test('a breakpoint stops before the step of its line, forwards and backwards; a line without a step is not verified', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('continue', { threadId: 1 });
  const line = (await session.stack(1))[0]?.line ?? 0;
  const { breakpoints } = await session.ask<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
    source: { path: file },
    breakpoints: [{ line }, { line: 1 }],
  });
  expect(breakpoints.map(({ verified }) => verified)).toEqual([true, false]);
  await session.ask('reverseContinue', { threadId: 1 });
  expect(session.stopped.reason).toBe('breakpoint');
  const last = session.step;
  await session.ask('reverseContinue', { threadId: 1 });
  expect(session.step).toBeLessThan(last);
  expect((await session.stack(1))[0]?.line).toBe(line);
  await session.ask('continue', { threadId: 1 });
  expect(session.step).toBe(last);
});

test('a watch knows cells and their owners by name', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('continue', { threadId: 1 });
  const value = async (expression: string): Promise<string> =>
    (await session.ask<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression })).result;
  expect(await value('bs reserve')).toBe('0 of 2 free');
  expect(await value('bs')).toBe('0 of 2 free, T waits');
  await expect(value('nothing')).rejects.toThrow('no task, set, lock or variable of this name');
});

test('the panel can put the session to a step', async () => {
  const session = await Debugger.start('pool', 'loop');
  await session.ask('rescuer.go', { step: 5 });
  expect(session.step).toBe(5);
  expect((await session.send('rescuer.go', { step: 'x' })).success).toBe(false);
});

test('a sample ends without a verdict', async () => {
  const session = await Debugger.start('pool', 'rescuer');
  await session.ask('continue', { threadId: 1 });
  expect(session.stopped).toMatchObject({ reason: 'pause', description: 'The run ends here' });
});

test('a run that cannot be had says why', async () => {
  const session = new Debugger(() => Promise.reject(new Error('no scenario is called "x"')));
  const response = await session.send('launch');
  expect(response).toMatchObject({ success: false, message: 'no scenario is called "x"' });
});
