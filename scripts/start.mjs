// npm start: builds the command line and reviews what is named, or the bundled example.
import { spawnSync } from 'node:child_process';

const example = ['examples/drop-rescuer.mbox', '--tree', 'examples/tree'];
const args = process.argv.slice(2);
const node = (...argv) => spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1;

const built = node('scripts/build.mjs');
process.exitCode = built || node('dist/cli.mjs', 'review', '--fail-on', 'never', ...(args.length > 0 ? args : example));
