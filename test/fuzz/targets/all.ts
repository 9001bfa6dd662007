import type { Target } from '../target.js';
import { code, fragments, masking } from './code.js';
import { annotations, replays, scenarios, simulations } from './models.js';
import { diff, mail } from './text.js';
import { paths, reviews } from './trees.js';
import { messages, server } from './wire.js';

/** Everything that is fuzzed. */
export const targets: readonly Target[] = [
  mail,
  diff,
  masking,
  code,
  fragments,
  annotations,
  scenarios,
  simulations,
  replays,
  messages,
  paths,
  reviews,
  server,
];
