import * as vscode from 'vscode';
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient';

/**
 * The status bar entry: what the server is doing, a click cancels it. VS Code's own place for a server's progress is
 * the status bar too, but offers no way to cancel there.
 */
export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('rescuer.progress', vscode.StatusBarAlignment.Left);
  readonly #running = new Map<ProgressToken, { readonly title: string; readonly message: string }>();
  readonly #cancelCommand: vscode.Disposable;

  constructor(cancel: (token: ProgressToken) => Promise<void>) {
    this.#item.name = 'Rescuer';
    this.#item.command = 'rescuer.cancel';
    this.#item.tooltip = vscode.l10n.t('Rescuer is working. Click to cancel.');
    this.#cancelCommand = vscode.commands.registerCommand('rescuer.cancel', async () => {
      await Promise.all([...this.#running.keys()].map(cancel));
    });
  }

  /** Takes one progress message of the server. */
  show(token: ProgressToken, value: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd): void {
    if (value.kind === 'end') {
      this.#running.delete(token);
    } else {
      const title = value.kind === 'begin' ? value.title : (this.#running.get(token)?.title ?? '');
      this.#running.set(token, { title, message: value.message ?? '' });
    }
    this.#draw();
  }

  /** Nothing goes on any more: the server is gone. */
  clear(): void {
    this.#running.clear();
    this.#draw();
  }

  #draw(): void {
    const latest = [...this.#running.values()].at(-1);
    if (latest === undefined) {
      this.#item.hide();
    } else {
      this.#item.text = `$(sync~spin) Rescuer: ${[latest.title, latest.message].filter(Boolean).join(', ')}`;
      this.#item.show();
    }
  }

  dispose(): void {
    this.#cancelCommand.dispose();
    this.#item.dispose();
  }
}
