import * as vscode from 'vscode';
import {
  type Beside,
  type Format,
  type FromPanel,
  readFromPanel,
  type Shown,
  type Side,
  type ToPanel,
} from '../../media/trace/messages.js';
import type { SourceLine, Trace, TraceLink } from '../../server/lsp/traces.js';
import type { Client } from '../client.js';
import { messageOf, tell } from '../problems.js';
import { fillPage } from './page.js';

/** The type of the webview, by which VS Code restores it. */
export const viewType = 'rescuer.trace';

interface Surroundings {
  readonly extension: vscode.Uri;
  readonly start: () => Promise<Client>;
}

const extensions: Readonly<Record<Format, string>> = { svg: 'svg', markdown: 'md', json: 'json', text: 'txt' };

/** A panel with the run of a simulation, and perhaps another beside it. */
export class TracePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #link: TraceLink;
  readonly #beside: Beside | null;
  readonly #surroundings: Surroundings;
  readonly #traces = new Map<Side, Trace>();
  readonly #line: vscode.TextEditorDecorationType;
  readonly #disposables: vscode.Disposable[] = [];
  /** The spot of the step at the cursor. */
  #spot: number | null = null;

  constructor(panel: vscode.WebviewPanel, link: TraceLink, beside: Beside | null, surroundings: Surroundings) {
    this.#panel = panel;
    this.#link = link;
    this.#beside = beside;
    this.#surroundings = surroundings;
    this.#line = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    });
    this.#disposables.push(
      this.#line,
      panel.webview.onDidReceiveMessage((sent: unknown) => this.#received(readFromPanel(sent))),
      panel.onDidDispose(() => vscode.Disposable.from(...this.#disposables).dispose()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#mark(textEditor)),
    );
    fillPage(panel.webview, surroundings.extension, 'trace', vscode.l10n.t('Running the simulation…'));
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Moves the cursor, as when a debug session goes on. */
  go(step: number): void {
    this.#post({ kind: 'go', step });
  }

  onDidDispose(listener: () => void): void {
    this.#panel.onDidDispose(listener);
  }

  async #received(message: FromPanel | null): Promise<void> {
    try {
      switch (message?.kind) {
        case 'ready':
          return await this.#load();
        case 'open':
          return await this.#open(this.#traces.get(message.side)?.lines[message.spot] ?? null);
        case 'cursor':
          this.#spot = message.spot;
          return this.#showLine(message.spot);
        case 'compare':
          return await this.#compare(message.other);
        case 'export':
          return await this.#export(message.format);
        case 'debug':
          await vscode.commands.executeCommand('rescuer.debugTrace', this.#link);
          return undefined;
        default:
          return undefined;
      }
    } catch (error) {
      void tell(error, () => this.#received(message));
    }
  }

  async #load(): Promise<void> {
    try {
      await openDocumentOf(this.#link);
      await this.#show('main', this.#link, []);
    } catch (error) {
      this.#post({ kind: 'failed', message: messageOf(error) });
    }
  }

  async #show(side: Side, link: TraceLink, like: readonly string[]): Promise<void> {
    const client = await this.#surroundings.start();
    const found = await client.request<Trace>('rescuer/trace', { link, like });
    const beside = side === 'main' ? this.#beside : null;
    const trace = beside ? { ...found, others: [beside, ...found.others] } : found;
    this.#traces.set(side, trace);
    if (side === 'main') this.#panel.title = vscode.l10n.t('Trace: {0}', trace.title);
    this.#post({ kind: 'show', side, shown: shownOf(trace, beside) });
  }

  async #compare(other: number | null): Promise<void> {
    const main = this.#traces.get('main');
    const link = other === null ? undefined : main?.others[other]?.link;
    if (!main || !link) {
      this.#traces.delete('other');
      this.#post({ kind: 'alone' });
      return;
    }
    const { lanes, steps, parameters } = main.playback;
    await this.#show(
      'other',
      // Runs within other bounds would differ for that alone.
      'stack' in link ? { ...link, parameters } : link,
      steps.map(({ lane }) => lanes[lane]?.name ?? ''),
    );
  }

  async #export(format: Format): Promise<void> {
    const trace = this.#traces.get('main');
    if (!trace) return;
    const client = await this.#surroundings.start();
    const text = await client.request<string>('rescuer/traceText', { link: this.#link, format });
    const name = `${trace.title.replaceAll(/[^\w.-]+/g, '-')}.${extensions[format]}`;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export trace'),
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
    });
    if (!target) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    await vscode.commands.executeCommand('vscode.open', target);
  }

  async #open(place: SourceLine | null): Promise<void> {
    if (place === null) return;
    const range = rangeOf(place);
    const uri = vscode.Uri.parse(place.uri);
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
    // Beside the panel, so that both are in view.
    const viewColumn = shown?.viewColumn ?? (this.#panel.viewColumn === vscode.ViewColumn.One ? 2 : 1);
    await vscode.window.showTextDocument(uri, { selection: range, viewColumn, preview: true });
    this.#showLine(this.#spot);
  }

  /** Highlights the line of the step at the cursor wherever it is in view. */
  #showLine(spot: number | null): void {
    const place = spot === null ? null : (this.#traces.get('main')?.lines[spot] ?? null);
    for (const editor of vscode.window.visibleTextEditors) {
      const here = place !== null && editor.document.uri.toString() === vscode.Uri.parse(place.uri).toString();
      editor.setDecorations(this.#line, here ? [rangeOf(place)] : []);
      if (here) editor.revealRange(rangeOf(place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Marks the steps of the line that the cursor is on in an editor. */
  #mark({ document, selection }: vscode.TextEditor): void {
    for (const [side, { lines }] of this.#traces) {
      const spots = lines.flatMap((place, spot) => {
        const here = place !== null && vscode.Uri.parse(place.uri).toString() === document.uri.toString();
        return here && place.line === selection.active.line + 1 ? [spot] : [];
      });
      this.#post({ kind: 'mark', side, spots });
    }
  }

  #post(message: ToPanel): void {
    void this.#panel.webview.postMessage(message);
  }
}

/** The run of a stack is part of the review of an open document. */
export async function openDocumentOf(link: TraceLink): Promise<void> {
  if ('document' in link) await vscode.workspace.openTextDocument(vscode.Uri.parse(link.document));
}

function shownOf({ title, link, playback, lines, others }: Trace, beside: Beside | null): Shown {
  const places = lines.map((place, spot) => {
    if (place === null) return null;
    const { path, line } = playback.spots[spot] ?? { path: null, line: place.line };
    return `${path ?? vscode.Uri.parse(place.uri).path.split('/').at(-1)}:${line}`;
  });
  return { title, link, playback, places, others: others.map((other) => other.title), beside };
}

function rangeOf({ line }: SourceLine): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, 0);
}
