import * as vscode from 'vscode';
import type { Trace, TraceLink } from '../../server/lsp/traces.js';
import type { Client } from '../client.js';
import { pickSimulation } from '../simulation.js';

/** What to show: the link of a lens, the simulation in the active editor, else what the user picks. */
export async function linkOf(given: unknown, start: () => Promise<Client>): Promise<TraceLink | undefined> {
  if (given !== undefined && !(given instanceof vscode.Uri)) return given as TraceLink;
  // The button of an editor's title gives the editor's address.
  const address = given ?? vscode.window.activeTextEditor?.document.uri;
  const client = await start();
  if (address?.scheme === 'rescuer' && address.path.startsWith('/rescuer/simulation/')) {
    const asked = { link: { report: address.toString() } };
    return (await client.request<Trace>('rescuer/trace', asked)).link;
  }
  return pickSimulation(client);
}
