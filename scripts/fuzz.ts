/**
 * npm run fuzz [-- --inputs N] [--seed N] [--only TARGET] [--out DIR]
 *
 * Feeds readers with damaged inputs, those first that got to new code (V8's block coverage), and prints a tally. What throws
 * anything but a UserError, takes more than a second for 100 KB, breaks a promise or makes memory grow is a failure: its
 * input is written to DIR, and the exit code is 1. The same seed makes the same inputs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Failure, fuzz, type Tally } from '../test/fuzz/engine.js';
import { seedsOf } from '../test/fuzz/seeds.js';
import { targets } from '../test/fuzz/targets/all.js';

const everything = 1_000_000;
/** An input that takes so long is given up together with the rest of its target. */
const hangs = 60_000;
/** The heap must not grow by more while the inputs only repeat themselves. */
const mostGrowth = 48 * 1024 * 1024;
const mostShown = 4 * 1024 * 1024;

interface Job {
  readonly name: string;
  readonly inputs: number;
  readonly seed: number;
  /** The input at hand: a counter, its length, its bytes. */
  readonly shared: SharedArrayBuffer;
}

async function work({ name, inputs, seed, shared }: Job): Promise<void> {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`no target ${name}`);
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const [numbers, bytes] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)];
  const before = (input: Uint8Array): void => {
    bytes.set(input.subarray(0, bytes.length));
    numbers[1] = input.length;
    Atomics.add(numbers, 0, 1);
  };
  const seeds = [...seedsOf(target).values()];
  parentPort?.postMessage(await fuzz({ target, seeds, inputs, seed, script: import.meta.url, before, collect }));
}

/** Fuzzes one target in a thread of its own, which is ended when an input hangs. */
function campaign(name: string, inputs: number, seed: number): Promise<Tally> {
  const shared = new SharedArrayBuffer(8 + mostShown);
  const numbers = new Int32Array(shared, 0, 2);
  const job: Job = { name, inputs, seed, shared };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: job });
    let last = 0;
    const watch = setInterval(() => {
      const now = Atomics.load(numbers, 0);
      if (now !== last || now === 0) {
        last = now;
        return;
      }
      const input = new Uint8Array(shared, 8, numbers[1]).slice();
      finish(given(name, now, started, [{ input, what: 'does not end' }]));
    }, hangs);
    const finish = (tally: Tally): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(tally);
    };
    worker.on('message', finish);
    worker.on('error', (error) => {
      clearInterval(watch);
      const input = new Uint8Array(shared, 8, numbers[1]).slice();
      if (numbers[0] === 0) reject(error);
      else
        finish(
          given(name, last, started, [
            { input, what: `ended its thread: ${error instanceof Error ? error.stack : error}` },
          ]),
        );
    });
  });
}

/** The tally of a target that was given up. */
function given(target: string, inputs: number, started: number, failures: readonly Failure[]): Tally {
  const seconds = (performance.now() - started) / 1000;
  const nothing = { rejected: 0, blocks: 0, corpus: 0, heapGrowth: 0, processGrowth: 0 };
  return { target, inputs, seconds, slowest: seconds, failures, ...nothing };
}

const columns = [
  'target',
  'inputs',
  'rejected',
  'blocks',
  'corpus',
  'seconds',
  'slowest ms',
  'heap MB',
  'process MB',
  'failures',
];

function row(cells: readonly (string | number)[]): string {
  return `${cells.map((cell, at) => (at === 0 ? String(cell).padEnd(12) : String(cell).padStart(columns[at]?.length ?? 0))).join('  ')}\n`;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: String(everything) },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      out: { type: 'string', default: 'node_modules/.cache/rescuer/fuzz' },
    },
  });
  const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only);
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const print = (text: string): void => void process.stdout.write(text);
  print(row(columns));
  let [inputs, failures] = [0, 0];
  for (const { name, share } of chosen) {
    const count = Math.ceil((Number(values.inputs) * share) / shares);
    const tally = await campaign(name, count, Number(values.seed));
    const grown: Failure[] =
      tally.heapGrowth > mostGrowth
        ? [{ input: Buffer.alloc(0), what: `the heap grew by ${megabytes(tally.heapGrowth)} MB` }]
        : [];
    const all = [...tally.failures, ...grown];
    inputs += tally.inputs;
    failures += all.length;
    const { rejected, blocks, corpus, seconds, slowest, heapGrowth, processGrowth } = tally;
    const figures = [rejected, blocks, corpus, seconds.toFixed(0), (slowest * 1000).toFixed(0)];
    print(row([name, tally.inputs, ...figures, megabytes(heapGrowth), megabytes(processGrowth), all.length]));
    mkdirSync(values.out, { recursive: true });
    for (const [number, { input, what }] of all.entries()) {
      const file = join(values.out, `${name}-${number + 1}`);
      writeFileSync(file, input);
      print(`    ${file}: ${what.split('\n').slice(0, 8).join('\n        ')}\n`);
    }
  }
  print(`${inputs} inputs, ${failures} failures\n`);
  process.exitCode = failures === 0 ? 0 : 1;
}

await (isMainThread ? main() : work(workerData as Job));
