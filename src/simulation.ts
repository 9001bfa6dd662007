import * as vscode from 'vscode';
import type { Client } from './client.js';

/** One entry of the server's `rescuer.scenarios`. */
interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly strategies: readonly { readonly name: string; readonly summary: string }[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** What to simulate, as the server's `rescuer.simulate` takes it. */
interface SimulationLink {
  readonly scenario: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Asks for scenario, strategy and parameters; undefined when the user turns back. */
export async function pickSimulation(client: Client): Promise<SimulationLink | undefined> {
  const scenarios = (await client.execute('rescuer.scenarios')) as readonly Scenario[];
  const scenario = await pick('Run Simulation: scenario', scenarios);
  if (!scenario) return undefined;
  const strategy = await pick(`Run Simulation: strategy for ${scenario.name}`, scenario.strategies);
  if (!strategy) return undefined;
  const parameters = await askForParameters(scenario.parameters);
  return parameters && { scenario: scenario.name, strategy: strategy.name, parameters };
}

async function pick<T extends { readonly name: string; readonly summary: string }>(
  title: string,
  choices: readonly T[],
): Promise<T | undefined> {
  const items = choices.map((choice) => ({ label: choice.name, detail: choice.summary, choice }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.choice;
}

async function askForParameters(
  defaults: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, number>> | undefined> {
  if (Object.keys(defaults).length === 0) return {};
  const text = await vscode.window.showInputBox({
    title: 'Run Simulation: parameters',
    value: Object.entries(defaults)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    validateInput: (input) =>
      parseParameters(input, defaults) ? null : `${Object.keys(defaults).join(', ')}: numbers, as in name=2`,
  });
  return text === undefined ? undefined : parseParameters(text, defaults);
}

/** Reads `name=2 other=3`; undefined when a name is not in `defaults` or a value is no whole number. */
function parseParameters(text: string, defaults: Readonly<Record<string, number>>): Record<string, number> | undefined {
  const pairs = text
    .split(/\s+/)
    .filter(Boolean)
    .map((pair) => /^(\w+)=(\d{1,4})$/.exec(pair));
  const result: Record<string, number> = {};
  for (const pair of pairs) {
    const name = pair?.[1];
    if (name === undefined || !Object.hasOwn(defaults, name)) return undefined;
    result[name] = Number(pair?.[2]);
  }
  return result;
}
