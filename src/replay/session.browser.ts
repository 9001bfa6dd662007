import * as vscode from 'vscode';
import { Problem } from '../problems.js';

/** The debugger's library needs Node: in a browser there is the trace panel. */
export class ReplaySession {
  constructor() {
    throw new Problem(
      vscode.l10n.t('a replay as a debug session needs VS Code on your machine; the trace panel shows the same run'),
    );
  }
}
