// node scripts/totals.mjs FILE...: adds up test results and prints them as one line, "N passed, N failed".
// A file holds vitest's JSON report or the same two counts from the end-to-end run.
import { readFileSync } from 'node:fs';

const results = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
process.stdout.write(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed\n`);
process.exitCode = sum('numFailedTests') === 0 && sum('numPassedTests') > 0 ? 0 : 1;
