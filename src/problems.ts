import * as vscode from 'vscode';

/** What a button of a message does. */
export interface Remedy {
  readonly title: string;
  readonly run: () => unknown;
}

/** A failure that tells how the user gets on. */
export class Problem extends Error {
  readonly remedies: readonly Remedy[];

  constructor(message: string, ...remedies: readonly Remedy[]) {
    super(message);
    this.remedies = remedies;
  }
}

/** A button that runs a command. */
export function remedy(title: string, command: string, ...args: readonly unknown[]): Remedy {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}

/** The button that opens the view Patch Review. */
export function openView(): Remedy {
  return remedy(vscode.l10n.t('Open Patch Review'), 'rescuer.reviews.focus');
}

/** The button that reads and reviews all open series again. */
export function refresh(): Remedy {
  return remedy(vscode.l10n.t('Refresh'), 'rescuer.refreshReview');
}

/** Rejects where the workspace is not trusted; `text` says what does not run for that. */
export function needTrust(text: string): void {
  if (vscode.workspace.isTrusted) return;
  throw new Problem(text, remedy(vscode.l10n.t('Manage Trust'), 'workbench.trust.manage'));
}

/**
 * Tells of a failure in one line, with buttons: those of the failure, else to try it `again`, and the log of what no line
 * explains. What the user has cancelled himself is not told.
 */
export async function tell(error: unknown, again?: () => unknown): Promise<void> {
  if (!isCancelled(error)) await offer('error', messageOf(error), remediesOf(error, again));
}

/** Shows one line with buttons, and does what the user chooses. */
export async function offer(level: keyof typeof levels, text: string, remedies: readonly Remedy[]): Promise<void> {
  const chosen = await levels[level](`Rescuer: ${text}`, ...remedies.map(({ title }) => title));
  await remedies.find(({ title }) => title === chosen)?.run();
}

const levels = {
  error: (text: string, ...titles: string[]) => vscode.window.showErrorMessage(text, ...titles),
  warning: (text: string, ...titles: string[]) => vscode.window.showWarningMessage(text, ...titles),
  information: (text: string, ...titles: string[]) => vscode.window.showInformationMessage(text, ...titles),
};

/** Registers a command. What fails in it is told, with a button that runs it again as it was called. */
export function command(name: string, run: (...args: unknown[]) => unknown): vscode.Disposable {
  const attempt = async (...args: unknown[]): Promise<void> => {
    try {
      await run(...args);
    } catch (error) {
      // The command is done; the message stays for as long as the user likes.
      void tell(error, () => attempt(...args));
    }
  };
  return vscode.commands.registerCommand(name, attempt);
}

function remediesOf(error: unknown, again?: () => unknown): readonly Remedy[] {
  if (error instanceof Problem && error.remedies.length > 0) return error.remedies;
  const setting = settingOf(error);
  const own = setting === null ? [] : [...settingRemedies(setting)];
  const repeat = again ? [{ title: vscode.l10n.t('Try Again'), run: again }] : [];
  const log = isForUser(error) ? [] : [remedy(vscode.l10n.t('Show Log'), 'rescuer.showLog')];
  return [...own, ...repeat, ...log];
}

/** The setting that the server says is at fault. */
function settingOf(error: unknown): string | null {
  const setting = (error as { readonly data?: { readonly setting?: unknown } } | null | undefined)?.data?.setting;
  return typeof setting === 'string' ? setting : null;
}

/** What helps against a mistake in a setting. */
export function settingRemedies(setting: string): readonly Remedy[] {
  const open = remedy(vscode.l10n.t('Open Settings'), 'workbench.action.openSettings', setting);
  if (setting !== 'rescuer.tree') return [open];
  return [remedy(vscode.l10n.t('Choose Tree…'), 'rescuer.chooseTree'), open];
}

/** Whether the message says all: the client's own, and the server's for its user (LSP's RequestFailed). */
function isForUser(error: unknown): boolean {
  return error instanceof Problem || codeOf(error) === -32803;
}

/**
 * What an error says, in one line. VS Code makes links of `[text](command:…)` in messages, and names from patches are
 * part of them: they stay text.
 */
export function messageOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replaceAll('](', '] (');
}

/** The server answers a cancelled request with LSP's RequestCancelled or ServerCancelled. */
export function isCancelled(error: unknown): boolean {
  return error instanceof vscode.CancellationError || [-32800, -32802].includes(codeOf(error) ?? 0);
}

function codeOf(error: unknown): number | undefined {
  return (error as { readonly code?: number } | null | undefined)?.code;
}
