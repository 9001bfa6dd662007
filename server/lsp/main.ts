import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server.js';

// The search thread is a bundle beside this one (scripts/build.mjs). The transport is the client's choice: --node-ipc (VS Code), --stdio (everything else).
serve(createConnection(ProposedFeatures.all), new URL('./simulator.mjs', import.meta.url)).listen();
