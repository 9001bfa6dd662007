import * as vscode from 'vscode';
import type { TraceLink } from '../server/lsp/traces.js';
import type { WhatIfChange, WhatIfChanges, WhatIfSubject } from '../server/lsp/whatIf.js';
import type { Client } from './client.js';
import { command, Problem } from './problems.js';
import { linkOf } from './trace/link.js';

/** What the command takes: a run, with the one to compare it with if that is another; or a place. */
type Given =
  | { readonly link: TraceLink; readonly before?: TraceLink }
  | { readonly uri: string; readonly position: { readonly line: number; readonly character: number } };

/** Registers the command that asks what to change in a run and shows both runs side by side. No file is edited. */
export function registerWhatIf(start: () => Promise<Client>): vscode.Disposable {
  return command('rescuer.askWhatIf', async (given) => {
    const client = await start();
    const chosen = isGiven(given) ? given : placeOfCursor();
    const link = chosen && 'link' in chosen ? chosen.link : await pickSubject(client, chosen, start);
    if (!link) return;
    const after = await pickChange(client, link);
    const before = chosen && 'link' in chosen ? (chosen.before ?? link) : link;
    if (after) await client.execute('rescuer.whatIf', before, after);
  });
}

function isGiven(given: unknown): given is Given {
  return typeof given === 'object' && given !== null && !(given instanceof vscode.Uri);
}

function placeOfCursor(): Given | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}

/** The run at a place; one that the user picks of several, or of all scenarios where there is none. */
async function pickSubject(
  client: Client,
  place: Given | undefined,
  start: () => Promise<Client>,
): Promise<TraceLink | undefined> {
  const subjects = place ? await client.request<readonly WhatIfSubject[]>('rescuer/whatIfSubjects', place) : [];
  if (subjects.length < 2) return subjects[0]?.link ?? linkOf(undefined, start);
  const items = subjects.map(({ title, detail, link }) => ({ label: title, detail, link }));
  const title = vscode.l10n.t('What if: run to change');
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.link;
}

async function pickChange(client: Client, link: TraceLink): Promise<TraceLink | undefined> {
  const { title, changes } = await client.request<WhatIfChanges>('rescuer/whatIfChanges', { link });
  if (changes.length === 0) throw new Problem(vscode.l10n.t('nothing can be changed in {0}', title));
  const items = changes.map((change) => ({ label: change.title, detail: change.detail, change }));
  const options = { title: vscode.l10n.t('What if in {0}', title), matchOnDetail: true };
  const picked = await vscode.window.showQuickPick(items, options);
  return picked && (picked.change.number === null ? picked.change.link : askForNumber(picked.change));
}

async function askForNumber({ title, link, number }: WhatIfChange): Promise<TraceLink | undefined> {
  if (number === null) return link;
  const { name, value, least, most } = number;
  const isValid = (text: string): boolean => /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('What if: {0}', title),
    value: String(value),
    validateInput: (input) => (isValid(input) ? null : vscode.l10n.t('a number from {0} to {1}', least, most)),
  });
  if (text === undefined) return undefined;
  if (!('stack' in link)) return { ...link, parameters: { ...link.parameters, [name]: Number(text) } };
  const { supposed = [] } = link;
  return { ...link, supposed: supposed.map((one) => (one.set === name ? { ...one, reserve: Number(text) } : one)) };
}
