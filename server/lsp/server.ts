import {
  type CancellationToken,
  CodeActionKind,
  CompletionRequest,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Annotations } from './annotations/annotations.js';
import { CodeStates } from './codeStates.js';
import { Commands } from './commands.js';
import { contentOf } from './content.js';
import { isAbort, signalOf, withProgress } from './courtesy.js';
import { DiagnosticsPublisher } from './diagnostics.js';
import { annotationPattern, isScenario, isSeries, scenarioPattern } from './documents.js';
import { type CallData, calleesOf, callersOf, prepareCalls } from './features/calls.js';
import { codeActions } from './features/codeActions.js';
import { codeLenses } from './features/codeLens.js';
import { inSeries, inView, type Wanted } from './features/definition.js';
import { highlights } from './features/highlights.js';
import { hover } from './features/hover.js';
import { inlayHints } from './features/inlayHints.js';
import { reportLinks } from './features/reportLinks.js';
import { documentSymbols, foldingRanges } from './features/symbols.js';
import { traceActions } from './features/traceLinks.js';
import { viewLenses } from './features/viewLenses.js';
import { pairLenses } from './features/whatIfLinks.js';
import type { Host } from './host.js';
import { performanceOf } from './performance.js';
import { readPosition } from './positions.js';
import { answering } from './problems.js';
import { answerReviewRequests } from './review/requests.js';
import { Sessions } from './review/sessions.js';
import { Reviews } from './reviews.js';
import { completeScenario } from './scenarios/complete.js';
import { scenarioHover } from './scenarios/hover.js';
import { scenarioLenses } from './scenarios/lenses.js';
import { readFileLink, readSimulationLink, Simulations } from './simulations.js';
import { Sources } from './sources.js';
import { strategiesOf, verdictOf } from './strategyTests.js';
import { readFormat, readTraceLink, readTraceRequest, Traces } from './traces.js';
import { Trees } from './trees.js';
import { type FileView, Views } from './views.js';
import { scheme, VirtualDocuments } from './virtual.js';
import { WhatIf } from './whatIf.js';
import { whatIfOf } from './whatIfAddress.js';
import { Workspace } from './workspace.js';

/** Answers a client over `connection`; the caller starts to listen. */
export function serve(connection: Connection, host: Host): Connection {
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize((params) => initialize(connection, documents, host, params));
  documents.listen(connection);
  return connection;
}

const completion = { triggerCharacters: [' '] };

/** Wires documents to features. Everything that depends on the client's capabilities begins here. */
function initialize(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  host: Host,
  params: InitializeParams,
): InitializeResult {
  const workspace = new Workspace(connection, host, params);
  const reviews = new Reviews(connection, documents, workspace);
  const sources = new Sources(connection, documents, host.disk, new Trees(connection, host.disk, params));
  const sessions = new Sessions(connection, workspace);
  const simulations = new Simulations(documents, workspace);
  const codes = new CodeStates(documents, workspace, reviews, sessions, sources);
  const traces = new Traces(documents, workspace, codes, simulations, sessions);
  const virtual = new VirtualDocuments();
  const views = new Views(sources, sessions);
  const annotations = new Annotations(workspace, sources, views);
  const publisher = new DiagnosticsPublisher(
    connection,
    documents,
    workspace,
    reviews,
    sources,
    views,
    simulations,
    annotations,
  );
  const whatIf = new WhatIf(documents, reviews, views, traces);
  const commands = new Commands(connection, workspace, virtual, simulations, sessions, whatIf);

  /**
   * Runs `work` on an open document. Documents that are not open get `otherwise`. So do failures, which the user has
   * been told of with the diagnostics: a client would show the same again for hover, lens, outline…
   */
  const on = async <T>(uri: string, otherwise: T, work: (document: TextDocument) => Promise<T>): Promise<T> => {
    const document = documents.get(uri);
    if (document === undefined) return otherwise;
    try {
      return await work(document);
    } catch (error) {
      if (isAbort(error)) throw new ResponseError(LSPErrorCodes.ContentModified, 'the document has changed');
      return otherwise;
    }
  };
  /** Runs `work` on an open C file, be it a source or a file of a review. */
  const onView = <T>(uri: string, otherwise: T, work: (view: FileView, document: TextDocument) => T): Promise<T> =>
    on(uri, otherwise, async (document) => {
      const view = isSeries(document) ? null : await views.of(document);
      return view === null ? otherwise : work(view, document);
    });
  const find = (uri: string, position: { line: number; character: number }, wanted: Wanted) =>
    on(uri, [], async (document) => {
      if (isSeries(document)) return inSeries(reviews, document, position, wanted);
      const named = wanted === 'definition' ? await annotations.definition(document, position) : null;
      if (named !== null) return named;
      const view = await views.of(document);
      return view === null ? [] : inView(view, document, position, wanted);
    });

  connection.onHover((asked) =>
    on(asked.textDocument.uri, null, async (document) => {
      const key = isScenario(document) ? scenarioHover(document, document.offsetAt(asked.position)) : null;
      const said = key ?? (isSeries(document) ? null : await annotations.hover(document, asked.position));
      const found =
        said ?? (await hover(reviews, views, document, asked.position, workspace.showsTraces ? whatIf : null));
      return found ?? (isSeries(document) ? null : annotations.noteHover(document, asked.position));
    }),
  );
  connection.onCompletion((asked) =>
    on(asked.textDocument.uri, [], async (document) =>
      isScenario(document)
        ? completeScenario(document, document.offsetAt(asked.position))
        : ((await annotations.complete(document, asked.position)) ?? []),
    ),
  );
  connection.onDefinition((asked) => find(asked.textDocument.uri, asked.position, 'definition'));
  connection.onReferences((asked) => find(asked.textDocument.uri, asked.position, 'references'));
  connection.onDocumentSymbol((asked) =>
    on(asked.textDocument.uri, [], async (document) => (isSeries(document) ? documentSymbols(reviews, document) : [])),
  );
  connection.onFoldingRanges((asked) =>
    on(asked.textDocument.uri, [], async (document) => (isSeries(document) ? foldingRanges(reviews, document) : [])),
  );
  connection.onCodeLens((asked) =>
    on(asked.textDocument.uri, [], async (document) => {
      if (isScenario(document)) return scenarioLenses(document, workspace);
      if (isSeries(document)) return codeLenses(reviews, document, await workspace.settings(document.uri), workspace);
      const pair = workspace.showsTraces ? whatIfOf(document.uri) : null;
      if (pair !== null) return pairLenses(pair);
      const view = await views.of(document);
      return view === null ? [] : viewLenses(view, document.uri, workspace.showsTraces);
    }),
  );
  connection.onCodeAction((asked) =>
    on(asked.textDocument.uri, [], async (document) => {
      const { diagnostics } = asked.context;
      const traces = workspace.showsTraces ? traceActions(diagnostics) : [];
      if (isSeries(document)) return traces;
      const notes = await annotations.actions(document, asked.range, diagnostics);
      return [...(await codeActions(sources, document, diagnostics)), ...notes, ...traces];
    }),
  );
  connection.languages.inlayHint.on((asked) =>
    onView(asked.textDocument.uri, [], (view) => inlayHints(view, asked.range)),
  );
  connection.onDocumentHighlight((asked) =>
    onView(asked.textDocument.uri, null, (view, document) => highlights(view, document, asked.position)),
  );
  connection.languages.callHierarchy.onPrepare((asked) =>
    onView(asked.textDocument.uri, [], (view, document) => prepareCalls(view, document, asked.position)),
  );
  connection.languages.callHierarchy.onIncomingCalls(({ item }) => {
    const data: CallData = item.data;
    return onView(data.view, [], (view) => callersOf(view, data));
  });
  connection.languages.callHierarchy.onOutgoingCalls(({ item }) => {
    const data: CallData = item.data;
    return onView(data.view, [], (view) => calleesOf(view, data));
  });
  connection.onDocumentLinks((asked) =>
    on(asked.textDocument.uri, [], async (document) => {
      const report = virtual.get(document.uri);
      return report === null ? [] : reportLinks(report, document, host.disk);
    }),
  );
  connection.onExecuteCommand((asked, token) =>
    answering(() => commands.execute(asked.command, asked.arguments ?? [], token)),
  );
  connection.onRequest('rescuer/trace', (sent: unknown, token: CancellationToken) =>
    answering(() =>
      withProgress(connection, 'simulating', signalOf(token), (courtesy) =>
        traces.open(readTraceRequest(sent), courtesy),
      ),
    ),
  );
  connection.onRequest('rescuer/traceText', (sent: unknown, token: CancellationToken) =>
    answering(() => traces.text(readTraceRequest(sent), readFormat(sent), { signal: signalOf(token) })),
  );
  connection.onRequest('rescuer/whatIfSubjects', ({ uri, position }: { uri?: unknown; position?: unknown }) =>
    answering(() => whatIf.subjects(String(uri), readPosition(position))),
  );
  connection.onRequest('rescuer/whatIfChanges', ({ link }: { link?: unknown }, token: CancellationToken) =>
    answering(() =>
      withProgress(connection, 'simulating', signalOf(token), (courtesy) =>
        whatIf.changes(readTraceLink(link), courtesy),
      ),
    ),
  );
  answerReviewRequests(connection, workspace, sessions, virtual, (input) => publisher.refreshReview(input));
  connection.onRequest('rescuer/performance', (sent: unknown, token: CancellationToken) =>
    answering(() =>
      withProgress(connection, 'comparing', signalOf(token), (courtesy) =>
        performanceOf(simulations, readSimulationLink(sent), courtesy),
      ),
    ),
  );
  connection.onRequest('rescuer/strategies', ({ uri }: { uri?: unknown }) =>
    answering(() => strategiesOf(simulations, String(uri))),
  );
  connection.onRequest('rescuer/verdict', (sent: unknown, token: CancellationToken) =>
    answering(() => verdictOf(simulations, readFileLink(sent), { signal: signalOf(token) })),
  );
  connection.workspace.textDocumentContent.on(({ uri }, token) =>
    answering(async () => ({ text: await contentOf(uri, virtual, simulations, sessions, whatIf, signalOf(token)) })),
  );
  // Where the client can tell documents apart, it need not ask for completions in patches.
  const asksForScenarios = params.capabilities.textDocument?.completion?.dynamicRegistration === true;
  connection.onInitialized(() => {
    if (!asksForScenarios) return;
    const documentSelector = [{ pattern: scenarioPattern }, { pattern: annotationPattern }, { pattern: '**/*.{c,h}' }];
    connection.client.register(CompletionRequest.type, { documentSelector, ...completion });
  });
  connection.onShutdown(() => {
    publisher.stop();
    simulations.stop();
    sessions.stop();
  });

  return {
    serverInfo: { name: 'rescuer' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      foldingRangeProvider: true,
      codeLensProvider: {},
      ...(asksForScenarios ? {} : { completionProvider: completion }),
      documentLinkProvider: {},
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
      inlayHintProvider: true,
      documentHighlightProvider: true,
      callHierarchyProvider: true,
      executeCommandProvider: { commands: [...Commands.names] },
      workspace: { textDocumentContent: { schemes: [scheme] } },
    },
  };
}
