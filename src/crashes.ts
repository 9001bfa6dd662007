import * as vscode from 'vscode';
import { CloseAction, type CloseHandlerResult, ErrorAction, type ErrorHandler } from 'vscode-languageclient';
import { offer, remedy } from './problems.js';

/** So often the server is started again by itself within so long. */
const mostRestarts = 3;
const withinMilliseconds = 30 * 60_000;

/**
 * What happens when the server dies: it is started again a few times, then only by the user. Half an hour is long because a
 * review of many minutes may be what kills it.
 */
export class Crashes implements ErrorHandler {
  readonly #crashed: () => void;
  #deaths: readonly number[] = [];
  #isAsked = false;
  #hasGivenUp = false;

  /** `crashed` is called for each end that nobody asked for. */
  constructor(crashed: () => void) {
    this.#crashed = crashed;
  }

  /** Whether no server is started in place of the last. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** Somebody starts the server, waits for it, and tells himself if it does not come. */
  asked(): void {
    this.#isAsked = true;
    this.#hasGivenUp = false;
    this.#deaths = [];
  }

  /** The server has answered. */
  started(): void {
    this.#isAsked = false;
  }

  /** A message could not be sent or read. If the server is gone, `closed` follows. */
  error() {
    return { action: ErrorAction.Continue, handled: true };
  }

  closed(): CloseHandlerResult {
    this.#crashed();
    if (this.#isAsked) {
      this.#hasGivenUp = true;
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((death) => now - death < withinMilliseconds), now];
    const log = remedy(vscode.l10n.t('Show Log'), 'rescuer.showLog');
    if (this.#deaths.length > mostRestarts) {
      this.#hasGivenUp = true;
      const text = vscode.l10n.t('the language server ended {0} times; it is not started again', this.#deaths.length);
      void offer('error', text, [remedy(vscode.l10n.t('Start Again'), 'rescuer.restartServer'), log]);
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    const text = vscode.l10n.t('the language server ended unexpectedly; it is started again, and its work goes on');
    void offer('warning', text, [log]);
    return { action: CloseAction.Restart, handled: true };
  }
}
