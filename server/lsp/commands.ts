import type { CancellationToken, Connection } from 'vscode-languageserver';
import { Utils } from 'vscode-uri';
import { readScenario } from '../model/read.js';
import { renderReports } from '../review/formats/render.js';
import { extractPaths } from '../review/paths.js';
import { renderPaths } from '../review/render-paths.js';
import { reviewSeries } from '../review/session.js';
import { renderSets, takeSets } from '../review/sets.js';
import type { Report } from '../review/types.js';
import { readSeries } from '../series/read.js';
import type { Reading } from '../series/types.js';
import { renderText } from '../sim/render.js';
import { type Courtesy, type Progress, UserError } from '../text.js';
import { signalOf, withProgress } from './courtesy.js';
import { wayTo } from './paths.js';
import { withPolicy } from './policy.js';
import type { Sessions } from './review/sessions.js';
import { openSeriesSource } from './reviews.js';
import { fileChoice, type ScenarioChoice, shippedChoices } from './scenarios/choices.js';
import { renderRuns } from './scenarios/verdicts.js';
import { type FileRun, readLink, type Simulations } from './simulations.js';
import { isOnDisk, mayBeFile, parseUri } from './uri.js';
import { simulationUri, type VirtualDocuments } from './virtual.js';
import { readPair, type WhatIf, type WhatIfPair } from './whatIf.js';
import { whatIfUri } from './whatIfAddress.js';
import type { Workspace } from './workspace.js';

/** A text that a command made, and where the client finds it. */
interface Made {
  readonly uri: string;
  readonly text: string;
}

/** `workspace/executeCommand`. Each command returns its text, and shows it where the client can. */
export class Commands {
  static readonly names = [
    'rescuer.review',
    'rescuer.range',
    'rescuer.sets',
    'rescuer.paths',
    'rescuer.simulate',
    'rescuer.simulateAll',
    'rescuer.whatIf',
    'rescuer.scenarios',
  ] as const;

  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #virtual: VirtualDocuments;
  readonly #simulations: Simulations;
  readonly #sessions: Sessions;
  readonly #whatIf: WhatIf;

  constructor(
    connection: Connection,
    workspace: Workspace,
    virtual: VirtualDocuments,
    simulations: Simulations,
    sessions: Sessions,
    whatIf: WhatIf,
  ) {
    this.#connection = connection;
    this.#workspace = workspace;
    this.#virtual = virtual;
    this.#simulations = simulations;
    this.#sessions = sessions;
    this.#whatIf = whatIf;
  }

  /** Rejects with a message for the user. */
  async execute(command: string, args: readonly unknown[], token: CancellationToken): Promise<unknown> {
    if (command === 'rescuer.scenarios')
      return args[0] === undefined ? shippedChoices() : this.#choice(readUri(args[0]));
    const made = await withProgress(this.#connection, titles[command] ?? '', signalOf(token), (courtesy) =>
      this.#make(command, args, courtesy),
    );
    if (this.#workspace.showsVirtualDocuments) {
      // The client may still show what an earlier run of the same name gave.
      await this.#connection.workspace.textDocumentContent.refresh(made.uri);
      await this.#connection.window.showDocument({ uri: made.uri, takeFocus: true });
    }
    return made.text;
  }

  #make(command: string, args: readonly unknown[], courtesy: Courtesy): Promise<Made> {
    switch (command) {
      case 'rescuer.review':
        return this.#review(args.flat().map(readUri), courtesy);
      case 'rescuer.range':
        return this.#range(readUri(args[0]), String(args[1] ?? ''), courtesy);
      case 'rescuer.sets':
        return this.#sets(readUri(args[0]), courtesy);
      case 'rescuer.paths':
        return this.#paths(String(args[0]), String(args[1]), courtesy);
      case 'rescuer.simulate':
        return this.#simulate(args[0], courtesy);
      case 'rescuer.simulateAll':
        return this.#simulateAll(readUri(args[0]), courtesy);
      case 'rescuer.whatIf':
        return this.#compare(readPair(args), courtesy);
      default:
        throw new UserError(`no command ${command}; there are ${Commands.names.join(', ')}`);
    }
  }

  async #review(uris: readonly string[], courtesy: Courtesy): Promise<Made> {
    const loaded = await this.#workspace.host.files.documents(uris);
    const documents = loaded.map(({ name, bytes }) => ({ name: this.#workspace.displayName(name), bytes }));
    const [first = ''] = uris;
    return this.#report(await readSeries(documents), first, Utils.basename(parseUri(first)), courtesy);
  }

  async #range(folder: string, range: string, courtesy: Courtesy): Promise<Made> {
    if (!this.#workspace.trusted) throw new UserError('the workspace is not trusted, so git is not run in it');
    const reading = await this.#workspace.host.disk.range(readPath(folder), range, courtesy);
    return this.#report(reading, folder, range, courtesy);
  }

  async #report(reading: Reading, uri: string, name: string, courtesy: Courtesy): Promise<Made> {
    if (reading.series.length === 0) throw new UserError(`no patch found in ${name}`);
    const reports: Report[] = [];
    const folders = new Set(this.#workspace.folders);
    for (const series of reading.series.filter((one) => one.newest)) {
      const source = await openSeriesSource(this.#workspace, uri, series);
      if (source.root !== null) folders.add(source.root);
      const { report } = await reviewSeries({ series, source, ...courtesy });
      reports.push(await withPolicy(this.#connection, source, report));
    }
    const { findings } = await this.#workspace.settings(uri);
    const text = renderReports(reports, { format: 'text', all: findings === 'all', colour: false });
    return { text, uri: this.#virtual.add(`Review of ${name}.txt`, { text, folders: [...folders] }) };
  }

  async #sets(folder: string, courtesy: Courtesy): Promise<Made> {
    const { disk } = this.#workspace.host;
    const path = readPath(folder);
    const root = disk.treeAbove(path) ?? path;
    const source = await disk.openDirectory(root, 'the folder that was asked for');
    const inTree = wayTo(root, path) ?? '.';
    const paths = disk.isKernelTree(path) ? kernelFolders.filter((name) => disk.has(path, name)) : [inTree];
    const text = renderSets(await takeSets({ source, paths, ...courtesy }));
    return {
      text,
      uri: this.#virtual.add(`Bioset inventory of ${Utils.basename(parseUri(folder))}.txt`, { text, folders: [root] }),
    };
  }

  /** What a function does, in the tree of its file or in the state of the review that it is part of. */
  async #paths(uri: string, name: string, courtesy: Courtesy): Promise<Made> {
    const { source, path } = await this.#sessions.treeAt(uri);
    const { report } = await extractPaths({ source, path, function: name, ...courtesy });
    const folders = source.root === null ? [] : [source.root];
    const text = renderPaths(report);
    return { text, uri: this.#virtual.add(`Path of ${name}().txt`, { text, folders }) };
  }

  async #simulate(sent: unknown, courtesy: Courtesy): Promise<Made> {
    const link = readLink(sent);
    if (link === null) throw new UserError('rescuer.simulate takes {scenario or uri, strategy, parameters}');
    const text = renderText(await this.#simulations.run(link, courtesy));
    const uri = simulationUri(link);
    this.#virtual.keep(uri, { text, folders: [] });
    return { text, uri };
  }

  async #compare(pair: WhatIfPair, courtesy: Courtesy): Promise<Made> {
    const text = await this.#whatIf.compare(pair, courtesy);
    const uri = whatIfUri(pair);
    this.#virtual.keep(uri, { text, folders: [] });
    return { text, uri };
  }

  async #simulateAll(uri: string, courtesy: Courtesy): Promise<Made> {
    const file = this.#workspace.displayName(uri);
    const { strategies } = readScenario(file, await this.#simulations.textOf(uri));
    const runs: FileRun[] = [];
    for (const strategy of strategies.keys()) {
      const progress: Progress = (what, ...counts) => courtesy.progress?.(`${strategy}: ${what}`, ...counts);
      runs.push(await this.#simulations.runFile({ uri, strategy, parameters: {} }, { ...courtesy, progress }));
    }
    const text = renderRuns(file, runs);
    return {
      text,
      uri: this.#virtual.add(`Strategies of ${Utils.basename(parseUri(uri))}.txt`, { text, folders: [] }),
    };
  }

  async #choice(uri: string): Promise<ScenarioChoice> {
    return fileChoice(this.#workspace.displayName(uri), await this.#simulations.textOf(uri));
  }
}

const titles: Readonly<Record<string, string>> = {
  'rescuer.review': 'reviewing',
  'rescuer.range': 'reviewing',
  'rescuer.sets': 'taking the inventory',
  'rescuer.paths': 'following the path',
  'rescuer.simulate': 'simulating',
  'rescuer.simulateAll': 'simulating',
};

/** Where a kernel keeps the code that makes bio_sets; the rest would only cost time. */
const kernelFolders = ['block', 'drivers', 'fs'];

function readUri(sent: unknown): string {
  if (typeof sent === 'string' && mayBeFile(sent)) return sent;
  throw new UserError(`expected the URI of a file, got ${JSON.stringify(sent)}`);
}

function readPath(sent: unknown): string {
  const uri = readUri(sent);
  if (isOnDisk(uri)) return parseUri(uri).fsPath;
  throw new UserError(`${uri} is on no disk, as kernel trees and git repositories must be`);
}
