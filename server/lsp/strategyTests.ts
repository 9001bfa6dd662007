import { TextDocument } from 'vscode-languageserver-textdocument';
import { readScenario } from '../model/read.js';
import { renderText } from '../sim/render.js';
import type { Courtesy } from '../text.js';
import { strategyLines } from './scenarios/strategies.js';
import type { FileLink, Simulations } from './simulations.js';

/** A strategy of a scenario file as a test explorer lists it. */
export interface StrategyPlace {
  readonly name: string;
  readonly about: string;
  /** 1-based. */
  readonly line: number;
}

/** What running a strategy as a test gave. */
export interface StrategyVerdict {
  readonly verdict: string;
  /** null if the file says nothing. */
  readonly expected: string | null;
  /** Passed if the verdict is the expected one, or `proved` where none is; errored if the search came to no end. */
  readonly outcome: 'passed' | 'failed' | 'errored';
  readonly sentence: string;
  /** The whole result as text. */
  readonly text: string;
}

/** The strategies of a scenario file, in its order. Rejects with UserError when it cannot be read. */
export async function strategiesOf(simulations: Simulations, uri: string): Promise<readonly StrategyPlace[]> {
  const text = await simulations.textOf(uri);
  const { strategies } = readScenario(uri.split('/').at(-1) ?? uri, text);
  const lines = strategyLines(TextDocument.create(uri, 'yaml', 1, text)).strategies;
  return [...strategies].map(([name, { about }]) => ({ name, about, line: (lines.get(name)?.start.line ?? 0) + 1 }));
}

/** Runs a strategy as a test. Rejects like a run. */
export async function verdictOf(
  simulations: Simulations,
  link: FileLink,
  courtesy: Courtesy,
): Promise<StrategyVerdict> {
  const { simulation, expected } = await simulations.runFile(link, courtesy);
  const { verdict, sentence } = simulation;
  const asExpected = verdict === (expected ?? 'proved');
  const outcome = asExpected ? 'passed' : verdict === 'incomplete' ? 'errored' : 'failed';
  return { verdict, expected, outcome, sentence, text: `${renderText(simulation)}\n` };
}
