import * as vscode from 'vscode';
import type { Client } from './client.js';
import { isScenario } from './documents.js';
import { Problem, remedy } from './problems.js';

/** What the server's `rescuer.scenarios` says of a scenario. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly strategies: readonly { readonly name: string; readonly summary: string }[];
  readonly parameters: Readonly<Record<string, number>>;
  /** Why it cannot run. */
  readonly problem: string | null;
}

/** What to simulate, as the server's `rescuer.simulate` takes it: a shipped scenario or a file. */
export type SimulationLink = ({ readonly scenario: string } | { readonly uri: string }) & {
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, number>>;
};

/** Asks for scenario, strategy and parameters; undefined when the user turns back. */
export async function pickSimulation(client: Client): Promise<SimulationLink | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const file = active && isScenario(active) ? active.uri.toString() : undefined;
  const own = file === undefined ? undefined : ((await client.execute('rescuer.scenarios', file)) as Scenario);
  const shipped = (await client.execute('rescuer.scenarios')) as readonly Scenario[];
  const scenario = await pick(vscode.l10n.t('Run Simulation: scenario'), own ? [own, ...shipped] : shipped);
  if (!scenario) return undefined;
  if (scenario.problem !== null) {
    throw new Problem(scenario.problem, remedy(vscode.l10n.t('Show Problems'), 'workbench.actions.view.problems'));
  }
  const strategy = await pick(vscode.l10n.t('Run Simulation: strategy for {0}', scenario.name), scenario.strategies);
  if (!strategy) return undefined;
  const parameters = await askForParameters(scenario.parameters);
  const what = file !== undefined && scenario === own ? { uri: file } : { scenario: scenario.name };
  return parameters && { ...what, strategy: strategy.name, parameters };
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
    title: vscode.l10n.t('Run Simulation: parameters'),
    value: Object.entries(defaults)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    validateInput: (input) =>
      parseParameters(input, defaults)
        ? null
        : vscode.l10n.t('{0}: numbers, as in name=2', Object.keys(defaults).join(', ')),
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
