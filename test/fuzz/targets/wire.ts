/** Readers of what comes from an editor, a webview or a link. */
import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { readFromPanel, readToPanel } from '../../../media/trace/messages.js';
import { nodeHost } from '../../../server/lsp/hosts/node.js';
import {
  messageOf,
  patchFileOf,
  patchFileUri,
  readInput,
  readSeriesLink,
  seriesLinkOf,
} from '../../../server/lsp/review/address.js';
import { readComments } from '../../../server/lsp/review/replies.js';
import { serve } from '../../../server/lsp/server.js';
import { readSettings } from '../../../server/lsp/settings.js';
import { readFileLink, readSimulationLink } from '../../../server/lsp/simulations.js';
import { readFormat, readTraceRequest } from '../../../server/lsp/traces.js';
import { ruleOf, scenarioOf, simulationOf } from '../../../server/lsp/virtual.js';
import { isInsideTree } from '../../../server/series/paths.js';
import { UserError } from '../../../server/text.js';
import { must, type Target } from '../target.js';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Runs something that may throw UserError; `rejected` says whether it did. */
function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

export const messages: Target = {
  name: 'messages',
  share: 170_000,
  seeds: [],
  longest: 600,
  open: async () => ({
    read(bytes) {
      const text = textOf(bytes);
      const sent = jsonOf(text);
      readFromPanel(sent);
      readToPanel(sent);
      readInput(sent);
      readSeriesLink(sent);
      readComments(sent);
      readSettings(sent);
      for (const read of [readTraceRequest, readFormat, readSimulationLink, readFileLink]) attempt(() => read(sent));
      for (const read of [messageOf, seriesLinkOf, ruleOf, scenarioOf, simulationOf]) read(text);
      const file = patchFileOf(text);
      if (file === null) return;
      must(isInsideTree(file.path), 'an address names a file of the tree');
      must(JSON.stringify(patchFileOf(patchFileUri(file))) === JSON.stringify(file), 'an address says it all');
    },
  }),
};

/** What a client may ask of a document. */
const asked = [
  'textDocument/hover',
  'textDocument/definition',
  'textDocument/references',
  'textDocument/documentSymbol',
  'textDocument/foldingRange',
  'textDocument/codeLens',
  'textDocument/codeAction',
  'textDocument/inlayHint',
  'textDocument/documentHighlight',
  'textDocument/prepareCallHierarchy',
  'textDocument/documentLink',
  'textDocument/completion',
  'rescuer/trace',
  'rescuer/traceText',
  'rescuer/openReview',
  'rescuer/reviewTree',
  'rescuer/compareVersions',
  'rescuer/exportReview',
  'rescuer/reply',
  'rescuer/commentable',
  'rescuer/strategies',
  'rescuer/verdict',
  'workspace/executeCommand',
  'workspace/textDocumentContent',
];

/** What the protocol has for a request whose parameters are wrong, or that is not to be answered any more. */
const allowedCodes = new Set([-32602, -32600, -32601, -32803, -32802, -32801, -32800]);

/** Milliseconds that an answer may take. */
const patience = 10_000;

/** JSON-RPC wants an object or an array. */
const objectOf = (sent: unknown): object => (typeof sent === 'object' && sent !== null ? sent : { uri: sent });

/** The parameters with the parts that every client sends, whatever became of them. */
function wellFormed(sent: unknown): object {
  const given = objectOf(sent) as Readonly<Record<string, { readonly uri?: unknown; readonly diagnostics?: unknown }>>;
  const spot = { line: 3, character: 7 };
  const uri = typeof given.textDocument?.uri === 'string' ? given.textDocument.uri : 'file:///rescuer-fuzz/a.patch';
  const diagnostics = Array.isArray(given.context?.diagnostics) ? given.context.diagnostics : [];
  const range = { start: spot, end: spot };
  return { ...given, textDocument: { uri }, position: spot, range, context: { includeDeclaration: true, diagnostics } };
}

/** A search that says at once that it ended: threads are not what is tried here. */
const host = nodeHost(new URL('data:text/javascript,'));

/**
 * A whole server. An input is `METHOD JSON`, `edit TEXT` or `open NAME TEXT`; a document of each kind is open all the time.
 */
export const server: Target = {
  name: 'server',
  share: 4000,
  seeds: ['examples/drop-rescuer.mbox'],
  longest: 2500,
  async open() {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const serving = serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), host);
    serving.listen();
    const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    const problems: string[] = [];
    client.onNotification('window/logMessage', ({ message }: { message: string }) => {
      problems.push(message);
    });
    client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => ({})));
    for (const method of [
      'window/workDoneProgress/create',
      'client/registerCapability',
      'client/unregisterCapability',
    ]) {
      client.onRequest(method, () => null);
    }
    client.listen();
    await client.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      workspaceFolders: [],
      initializationOptions: { trusted: false, traces: true },
      capabilities: { workspace: { configuration: true } },
    });
    client.sendNotification('initialized', {});
    const names = ['a.patch', 'b.mbox', 'c.c', 'd.scenario.yaml'] as const;
    const languages = ['diff', 'rescuer-mail', 'c', 'yaml'] as const;
    const uris = names.map((name) => `file:///rescuer-fuzz/${name}`);
    let version = 1;
    for (const [at, uri] of uris.entries()) {
      client.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: languages[at], version, text: '' },
      });
    }
    const ask = async (method: string, params: unknown): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject({ message: 'nothing for too long' }), patience);
      });
      try {
        await Promise.race([client.sendRequest(method, params), late]);
      } catch (error) {
        const { code, message } = error as { readonly code?: number; readonly message?: string };
        must(code !== undefined && allowedCodes.has(code), `${method} is answered: ${code} ${message}`);
      } finally {
        clearTimeout(timer);
      }
    };
    return {
      async read(bytes) {
        const text = textOf(bytes);
        const space = text.indexOf(' ');
        const method = asked.find((known) => known === text.slice(0, space));
        if (method !== undefined) {
          const sent = jsonOf(text.slice(space + 1));
          await ask(method, method.startsWith('textDocument/') ? wellFormed(sent) : objectOf(sent));
        } else {
          const at = (bytes[0] ?? 0) % uris.length;
          const textDocument = { uri: uris[at], version: ++version };
          const position = { line: (bytes[1] ?? 0) % 20, character: (bytes[2] ?? 0) % 40 };
          client.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
          for (const request of ['hover', 'documentSymbol', 'codeLens', 'definition']) {
            await ask(`textDocument/${request}`, { textDocument, position });
          }
        }
        const [problem] = problems.splice(0);
        must(problem === undefined, `the server says: ${problem}`);
      },
      close() {
        client.dispose();
        serving.dispose();
      },
    };
  },
};
