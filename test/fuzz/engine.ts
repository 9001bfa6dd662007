import { UserError } from '../../server/text.js';
import { Coverage } from './coverage.js';
import { type Material, mutate, wordsOf } from './mutate.js';
import { type Random, randomFrom } from './random.js';
import type { Reader, Target } from './target.js';

/** What an input did that none may do. */
export interface Failure {
  readonly input: Uint8Array;
  readonly what: string;
}

export interface Tally {
  readonly target: string;
  readonly inputs: number;
  readonly rejected: number;
  /** Blocks of code that ran, and how many inputs were kept because they were the first to get there. */
  readonly blocks: number;
  readonly corpus: number;
  readonly seconds: number;
  /** The longest that one input took. */
  readonly slowest: number;
  /** What memory grew by, once the corpus had been found: JavaScript heap, and all the process has. */
  readonly heapGrowth: number;
  readonly processGrowth: number;
  readonly failures: readonly Failure[];
}

export interface Campaign {
  readonly target: Target;
  /** One character per byte. */
  readonly seeds: readonly string[];
  readonly inputs: number;
  readonly seed: number;
  /** URL of the script that is measured; null to go without coverage. */
  readonly script: string | null;
  /** Told of each input before it is read, so that somebody else can see one that hangs. */
  readonly before: (input: Uint8Array) => void;
  readonly collect: () => void;
}

/** Inputs between two looks at the coverage: few while there is much to find, as each of them is then tried again alone. */
const [smallest, largest] = [8, 1000];
/** Inputs for which coverage is taken, which slows all code down by several times: a part of them, not fewer than some. */
const guided = { part: 0.006, least: 600 };
const mostKept = 4000;
const mostFailures = 20;
/** More is not needed: what the code does wrong it does again. */
const failuresOfAKind = 1;

/** Seconds that an input of so many bytes may take: one for each 100 KB begun. */
export const allowance = (bytes: number): number => Math.ceil(Math.max(bytes, 1) / 100_000);

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Runs a target on seeds and on what becomes of them, keeping what gets to new code. */
export async function fuzz(campaign: Campaign): Promise<Tally> {
  const { target, seeds, script, collect } = campaign;
  const started = performance.now();
  const random = randomFrom(campaign.seed);
  const runner = new Runner(await target.open(), campaign.before);
  const coverage = script === null ? null : new Coverage(script);
  const corpus: [string, ...string[]] = ['', ...seeds];
  for (const seed of corpus) await runner.run(seed);
  coverage?.take();
  const material: Material = { corpus, words: wordsOf(seeds) };
  const explored = Math.min(campaign.inputs / 3, Math.max(guided.least, campaign.inputs * guided.part));
  let size = smallest;
  while (coverage && runner.inputs < explored) {
    const texts = await runBatch(runner, target, random, material, size, false);
    const found = coverage.take();
    size = found > 0 ? smallest : Math.min(largest, size * 2);
    if (found === 0 || corpus.length >= mostKept) continue;
    coverage.forget(found);
    for (let left = found, at = 0; left > 0 && at < texts.length; at++) {
      const text = texts[at] ?? '';
      await runner.run(text, false);
      const own = coverage.take();
      left -= own;
      if (own > 0) corpus.push(text);
    }
  }
  coverage?.stop();
  const [heap, process] = memory(collect);
  while (runner.inputs < campaign.inputs && runner.failures.length < mostFailures) {
    await runBatch(runner, target, random, material, Math.min(largest, campaign.inputs - runner.inputs));
  }
  const [heapAtEnd, processAtEnd] = memory(collect);
  runner.close();
  return {
    target: target.name,
    inputs: runner.inputs,
    rejected: runner.rejected,
    blocks: coverage?.size ?? 0,
    corpus: corpus.length,
    seconds: (performance.now() - started) / 1000,
    slowest: runner.slowest,
    heapGrowth: heapAtEnd - heap,
    processGrowth: processAtEnd - process,
    failures: runner.failures,
  };
}

async function runBatch(
  runner: Runner,
  target: Target,
  random: Random,
  material: Material,
  size: number,
  isTimed = true,
): Promise<readonly string[]> {
  const made = random.below(2) === 0 ? (target.generate?.(random.below(2 ** 31)) ?? []) : [];
  const texts = made.slice(0, size);
  while (texts.length < size) texts.push(mutate(random, material, target.longest));
  for (const text of texts) await runner.run(text, isTimed);
  return texts;
}

function memory(collect: () => void): [number, number] {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return [heapUsed, rss];
}

/** Feeds a reader and keeps count. */
class Runner {
  readonly failures: Failure[] = [];
  inputs = 0;
  rejected = 0;
  slowest = 0;
  readonly #reader: Reader;
  readonly #before: (input: Uint8Array) => void;
  readonly #kinds = new Map<string, number>();

  constructor(reader: Reader, before: (input: Uint8Array) => void) {
    this.#reader = reader;
    this.#before = before;
  }

  async run(text: string, isTimed = true): Promise<void> {
    const input = bytesOf(text);
    this.inputs++;
    this.#before(input);
    const seconds = await this.#time(input);
    // A pause of the machine is not the input's fault.
    if (isTimed && seconds > allowance(input.length) && (await this.#time(input)) > allowance(input.length))
      this.#fail(input, `took ${seconds.toFixed(1)} s for ${input.length} bytes`, 'slow');
    this.slowest = Math.max(this.slowest, seconds);
  }

  /** Processor seconds that an input took, or seconds if that is less: the machine has other work, this process other threads. */
  async #time(input: Uint8Array): Promise<number> {
    const [started, used] = [performance.now(), process.cpuUsage()];
    try {
      await this.#reader.read(input);
    } catch (error) {
      this.#thrown(input, error);
    }
    const { user, system } = process.cpuUsage(used);
    return Math.min((performance.now() - started) / 1000, (user + system) / 1e6);
  }

  #thrown(input: Uint8Array, error: unknown): void {
    if (error instanceof UserError) {
      this.rejected++;
      if (/\n\s+at /.test(error.message)) this.#fail(input, `a stack trace as a message: ${error.message}`, 'trace');
      return;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#fail(input, stack, stack.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, ''));
  }

  #fail(input: Uint8Array, what: string, kind: string): void {
    const known = this.#kinds.get(kind) ?? 0;
    this.#kinds.set(kind, known + 1);
    if (known < failuresOfAKind) this.failures.push({ input, what });
  }

  close(): void {
    this.#reader.close?.();
  }
}
