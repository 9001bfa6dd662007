import * as vscode from 'vscode';
import type { StrategyPlace, StrategyVerdict } from '../server/lsp/strategyTests.js';
import type { Client } from './client.js';
import { isFile, isScenario } from './documents.js';
import { isCancelled, messageOf } from './problems.js';

const pattern = '**/*.scenario.yaml';

/** Scenario files in the Test Explorer: a test for each strategy, which passes if its verdict is the expected one. */
export function registerScenarioTests(start: () => Promise<Client>): vscode.Disposable[] {
  const controller = vscode.tests.createTestController('rescuer.scenarios', vscode.l10n.t('Rescuer scenarios'));
  const watched: vscode.Disposable[] = [];

  const addFile = (uri: vscode.Uri): vscode.TestItem => {
    const known = controller.items.get(uri.toString());
    if (known) return known;
    const item = controller.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    controller.items.add(item);
    return item;
  };
  const readFile = async (item: vscode.TestItem): Promise<void> => {
    const client = await start();
    item.error = undefined;
    try {
      const strategies = await client.request<StrategyPlace[]>('rescuer/strategies', { uri: item.id });
      item.children.replace(
        strategies.map(({ name, about, line }) => {
          const child = controller.createTestItem(name, name, item.uri);
          child.range = new vscode.Range(line - 1, 0, line - 1, 0);
          child.description = about;
          return child;
        }),
      );
    } catch (error) {
      item.error = messageOf(error);
    }
  };
  const discover = async (): Promise<void> => {
    if (watched.length === 0) {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      watched.push(
        watcher,
        watcher.onDidCreate(addFile),
        watcher.onDidChange((uri) => readFile(addFile(uri))),
        watcher.onDidDelete((uri) => controller.items.delete(uri.toString())),
      );
    }
    for (const uri of await vscode.workspace.findFiles(pattern)) addFile(uri);
  };
  controller.resolveHandler = async (item) => (item ? readFile(item) : discover());
  controller.refreshHandler = async () => {
    await discover();
    for (const [, item] of controller.items) await readFile(item);
  };

  const run = async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> => {
    const testRun = controller.createTestRun(request);
    const chosen = request.include ?? [...controller.items].map(([, item]) => item);
    for (const item of chosen) if (!item.parent && item.children.size === 0) await readFile(item);
    const tests = chosen
      .flatMap((item) => (item.parent ? [item] : [...item.children].map(([, child]) => child)))
      .filter((test) => !request.exclude?.some((item) => item === test || item === test.parent));
    for (const test of tests) testRun.enqueued(test);
    try {
      const client = await start();
      for (const test of tests) {
        if (token.isCancellationRequested) break;
        testRun.started(test);
        await judge(client, testRun, test, token);
      }
    } finally {
      testRun.end();
    }
  };
  controller.createRunProfile(vscode.l10n.t('Run'), vscode.TestRunProfileKind.Run, run, true);
  controller.createRunProfile(vscode.l10n.t('Debug'), vscode.TestRunProfileKind.Debug, async (request) => {
    // A debug session replays one run.
    const test = request.include?.find((item) => item.parent);
    if (test) await vscode.commands.executeCommand('rescuer.debugTrace', linkOf(test));
    else vscode.window.showInformationMessage(vscode.l10n.t('Choose one strategy to debug.'));
  });

  return [
    controller,
    { dispose: () => vscode.Disposable.from(...watched).dispose() },
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isFile(document.uri) && isScenario(document)) addFile(document.uri);
    }),
  ];
}

function linkOf(test: vscode.TestItem): object {
  return { uri: test.parent?.id ?? '', strategy: test.id, parameters: {} };
}

async function judge(
  client: Client,
  run: vscode.TestRun,
  test: vscode.TestItem,
  token: vscode.CancellationToken,
): Promise<void> {
  const started = Date.now();
  try {
    const found = await client.request<StrategyVerdict>('rescuer/verdict', linkOf(test), token);
    const { verdict, expected, sentence, outcome, text } = found;
    run.appendOutput(text.replaceAll('\n', '\r\n'), undefined, test);
    if (outcome === 'passed') {
      run.passed(test, Date.now() - started);
      return;
    }
    const message = new vscode.TestMessage(sentence);
    if (expected !== null) {
      message.expectedOutput = expected;
      message.actualOutput = verdict;
    }
    if (test.uri && test.range) message.location = new vscode.Location(test.uri, test.range);
    if (outcome === 'failed') run.failed(test, message, Date.now() - started);
    else run.errored(test, message, Date.now() - started);
  } catch (error) {
    if (isCancelled(error)) run.skipped(test);
    else run.errored(test, new vscode.TestMessage(messageOf(error)), Date.now() - started);
  }
}
