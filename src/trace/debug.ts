import * as vscode from 'vscode';
import type { Trace, TraceLink } from '../../server/lsp/traces.js';
import type { Client } from '../client.js';
import { isScenario } from '../documents.js';
import { command, Problem } from '../problems.js';
import type { Scenario } from '../simulation.js';
import { linkOf } from './link.js';
import { openDocumentOf } from './panel.js';

/** The type of launch configurations. */
const debugType = 'rescuer';

/** What a launch configuration says; package.json describes it to users. */
interface Configuration extends vscode.DebugConfiguration {
  /** Of a lens or the trace panel; wins over all else. */
  readonly link?: TraceLink;
  /** Name of a shipped scenario, or path of a file. */
  readonly scenario?: string;
  readonly strategy?: string;
  readonly set?: Readonly<Record<string, number>>;
  readonly replay?: string;
}

/** Registers the debugger that replays runs. `moved` is told where a session is, with the link of its run. */
export function registerDebugger(
  start: () => Promise<Client>,
  moved: (link: unknown, step: number) => void,
): vscode.Disposable[] {
  const load = async (sent: unknown): Promise<Trace> => {
    const client = await start();
    const link = await linkFor(sent as Configuration, client);
    await openDocumentOf(link);
    return client.request<Trace>('rescuer/trace', { link });
  };
  return [
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      async createDebugAdapterDescriptor() {
        const { ReplaySession } = await import('#replay');
        return new vscode.DebugAdapterInlineImplementation(new ReplaySession(load, vscode.l10n));
      },
    }),
    vscode.debug.registerDebugConfigurationProvider(debugType, {
      resolveDebugConfiguration(_folder, configuration) {
        if (configuration.type) return configuration;
        const active = vscode.window.activeTextEditor?.document;
        if (!active || !isScenario(active)) return undefined;
        return { type: debugType, request: 'launch', name: 'Replay', scenario: nameOf(active.uri) };
      },
    }),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type === debugType && event === 'rescuer.moved') moved(session.configuration.link, body.step);
    }),
    command('rescuer.debugTrace', async (given) => {
      const link = await linkOf(given, start);
      if (!link) return;
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      const name = vscode.l10n.t('Replay {0}', 'stack' in link ? link.stack : link.strategy);
      await vscode.debug.startDebugging(folder, { type: debugType, request: 'launch', name, link });
    }),
  ];
}

/** The run that a configuration names. */
async function linkFor(
  { link, scenario, strategy, set = {}, replay }: Configuration,
  client: Client,
): Promise<TraceLink> {
  if (link !== undefined) return link;
  const [, replayed, replayedStrategy] = /^([^/]+)\/([^@]+)@/.exec(replay ?? '') ?? [];
  const what = scenario ?? replayed;
  if (what === undefined) throw new Problem(vscode.l10n.t('the launch configuration needs "scenario" or "replay"'));
  const isFile = /\.ya?ml$/.test(what);
  const own = isFile ? { uri: uriOf(what).toString() } : { scenario: what };
  return {
    ...own,
    strategy: strategy ?? replayedStrategy ?? (await firstStrategy(client, what, own.uri)),
    parameters: set,
    ...(replay === undefined ? {} : { replay }),
  } as TraceLink;
}

async function firstStrategy(client: Client, name: string, uri: string | undefined): Promise<string> {
  const found =
    uri === undefined
      ? ((await client.execute('rescuer.scenarios')) as readonly Scenario[]).find((one) => one.name === name)
      : ((await client.execute('rescuer.scenarios', uri)) as Scenario);
  return found?.strategies[0]?.name ?? '';
}

/** How a configuration names a file: by its path, or by its address if it is not on a disk. */
function nameOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

/** A file that a configuration names: an address, or a path, absolute or relative to the workspace folder. */
function uriOf(path: string): vscode.Uri {
  if (/^[\w-]{2,}:\//.test(path)) return vscode.Uri.parse(path);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (path.startsWith('/') || folder === undefined) return vscode.Uri.file(path);
  return vscode.Uri.joinPath(folder.uri, path);
}
