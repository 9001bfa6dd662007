// Writes the Promela model of a shipped scenario.
// node scripts/run.mjs scripts/export-promela.ts SCENARIO STRATEGY FILE [visible] [NAME=VALUE...]
import { writeFileSync } from 'node:fs';
import { prepare } from '../server/sim/prepare.js';
import { promela } from '../server/sim/promela.js';
import { findScenario } from '../server/sim/scenarios.js';

const [scenario = '', strategy = '', file = '', ...rest] = process.argv.slice(2);
const visible = rest.includes('visible');
const settings = rest.filter((word) => word !== 'visible');
const parameters = Object.fromEntries(
  settings.map((setting) => setting.split('=')).map(([name = '', value]) => [name, Number(value)]),
);
writeFileSync(file, promela(prepare(findScenario(scenario), { strategy, parameters }).model.machine, { visible }));
