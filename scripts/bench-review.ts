import { readFileSync } from 'node:fs';
import { reviewSeries } from '../server/review/session.js';
import { readSeries } from '../server/series/read.js';
import { openSource } from '../server/series/sources.js';

/**
 * Times a review in a process of its own, of what nothing is kept: node scripts/run.mjs scripts/bench-review.ts TREE MBOX. Prints
 * the seconds until the findings of single functions are there, which an editor shows first, and until all is.
 */
const [tree = '', mbox = ''] = process.argv.slice(2);
const { series } = await readSeries([{ name: mbox, bytes: readFileSync(mbox) }]);
const [first] = series;
if (!first) throw new Error(`${mbox}: no series`);
const started = performance.now();
const source = await openSource({ tree, series: first, trusted: true });
const seconds = (): number => (performance.now() - started) / 1000;
await reviewSeries({ series: first, source, simulate: false });
const early = seconds();
await reviewSeries({ series: first, source });
process.stdout.write(`${JSON.stringify({ first: early, complete: seconds() })}\n`);
