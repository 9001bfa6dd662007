import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Seconds by the clock and of processor time, and the lines that a command printed. */
interface Run {
  readonly wall: number;
  readonly processor: number;
  readonly lines: number;
}

/** Seconds of the processor against those of spatch. */
export interface Checked {
  readonly cold: number;
  readonly again: number;
}

const folders = ['block', 'drivers/md'];
/** Finds every bioset_init() with its position: about the least that a semantic patch can do. */
const rule = `@find@
expression bs, size, pad, flags;
position p;
@@
bioset_init@p(bs, size, pad, flags)

@script:python@
p << find.p;
@@
print(p[0].file + ":" + p[0].line)
`;

/** `rescuer check` of two folders of a kernel tree, cold and again, beside Coccinelle with one rule over the same files. */
export function versusCoccinelle(tree: string): {
  readonly table: [title: string, rows: readonly (readonly string[])[]];
  readonly checked: Checked;
} {
  const folder = mkdtempSync(join(tmpdir(), 'rescuer-bench-'));
  const script = join(folder, 'bioset.cocci');
  writeFileSync(script, rule);
  const dirs = folders.flatMap((dir) => ['--dir', dir]);
  const spatch = timed(tree, ['spatch', '--very-quiet', '--sp-file', script, ...dirs]);
  const cli = resolve('dist/cli.mjs');
  const kept = { RESCUER_CACHE: join(folder, 'kept') };
  const [check, again] = [kept, kept].map((environment) =>
    timed(tree, [process.execPath, cli, 'check', ...folders], environment),
  ) as [Run, Run];
  rmSync(folder, { recursive: true });
  const row = (name: string, run: Run): readonly string[] => [name, run.wall.toFixed(1), run.processor.toFixed(1)];
  const ratio = (run: Run, key: 'wall' | 'processor'): string => (run[key] / spatch[key]).toFixed(2);
  const title = `rescuer check ${folders.join(' ')}, all rules and the simulator, and spatch with one rule for bioset_init() (${spatch.lines} places)`;
  const rows = [
    ['', 'seconds', 'of the processor'],
    row('rescuer check', check),
    row('the same again, nothing changed', again),
    row('spatch', spatch),
    ['rescuer / spatch', ratio(check, 'wall'), ratio(check, 'processor')],
    ['again / spatch', ratio(again, 'wall'), ratio(again, 'processor')],
  ];
  const checked = { cold: check.processor / spatch.processor, again: again.processor / spatch.processor };
  return { table: [title, rows], checked };
}

function timed(tree: string, command: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  // The shell's own `time` tells the processor time of the child.
  const { stdout, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@"', ...command], {
    cwd: tree,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const [wall = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall, processor: user + system, lines: stdout.split('\n').length - 1 };
}
