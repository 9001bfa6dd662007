import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { cacheFolder, openDiskStore } from '../review/disk-store.js';
import { keepRuns } from '../review/store.js';
import { nodeHost } from './hosts/node.js';
import { serve } from './server.js';

const folder = cacheFolder();
if (folder !== null && typeof RESCUER_BUILD !== 'undefined')
  keepRuns({ store: openDiskStore(folder, RESCUER_BUILD), annotations: '' });
// The search thread is a bundle beside this one (scripts/build.mjs). The transport is the client's choice: --node-ipc (VS Code), --stdio (everything else).
serve(createConnection(ProposedFeatures.all), nodeHost(new URL('./simulator.mjs', import.meta.url))).listen();
