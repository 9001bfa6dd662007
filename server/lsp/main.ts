import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server.js';

// The transport is the client's choice: --node-ipc (VS Code), --stdio (everything else).
serve(createConnection(ProposedFeatures.all)).listen();
