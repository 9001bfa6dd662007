import * as vscode from 'vscode';
import type { ReviewInput } from '../../server/lsp/review/address.js';
import type { Revision } from '../../server/lsp/review/requests.js';
import type { Client } from '../client.js';
import { pickWorkspaceFolder } from '../commands.js';
import { messageOf } from '../problems.js';

interface Item extends vscode.QuickPickItem {
  readonly revision: string;
}

const icons: Readonly<Record<Revision['kind'], string>> = { branch: 'git-branch', tag: 'tag', commit: 'git-commit' };
const headings: Readonly<Record<Revision['kind'], string>> = {
  branch: vscode.l10n.t('Branches'),
  tag: vscode.l10n.t('Tags'),
  commit: vscode.l10n.t('Commits'),
};

/** Asks for a range of a repository, one end after the other; undefined when the user turns back. */
export async function pickRange(client: Client): Promise<ReviewInput | undefined> {
  const folder = (await pickWorkspaceFolder())?.toString();
  if (folder === undefined) return undefined;
  const tip = await pickRevision(
    client,
    folder,
    vscode.l10n.t('Git range: last commit of the series, or a range A..B'),
  );
  if (tip === undefined || tip.includes('..')) return tip === undefined ? undefined : { folder, range: tip };
  const base = await pickRevision(
    client,
    folder,
    vscode.l10n.t('Git range: the commit that the series up to {0} starts from', tip),
  );
  return base === undefined ? undefined : { folder, range: `${base}..${tip}` };
}

/** A list that the server fills as the user types; what he types may be a revision too. */
function pickRevision(client: Client, folder: string, title: string): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<Item>();
  box.title = title;
  box.placeholder = vscode.l10n.t('Branch, tag, commit, or words of a commit’s subject');
  box.matchOnDescription = true;
  let latest = 0;
  /** The text that the list answers. */
  let answered = '';
  const fill = async (text: string): Promise<void> => {
    latest += 1;
    const own = latest;
    box.busy = true;
    try {
      const found = await client.request<readonly Revision[]>('rescuer/revisions', { folder, text });
      if (own !== latest) return;
      answered = text.trim();
      box.items = itemsOf(found, text);
    } catch (error) {
      if (own === latest) box.title = messageOf(error);
    } finally {
      if (own === latest) box.busy = false;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    box.onDidChangeValue((text) => {
      clearTimeout(timer);
      timer = setTimeout(() => fill(text), 250);
    });
    box.onDidAccept(() => {
      const [picked] = box.selectedItems;
      const typed = box.value.trim();
      // Enter right after the last key takes what was typed, not what the list begins with for another text.
      const revision = answered === typed ? (picked?.revision ?? typed) : typed;
      resolve(revision === '' ? undefined : revision);
      box.hide();
    });
    box.onDidHide(() => {
      clearTimeout(timer);
      resolve(undefined);
      box.dispose();
    });
    box.show();
    fill('');
  });
}

function itemsOf(found: readonly Revision[], text: string): Item[] {
  const typed = text.trim();
  // Whatever the filter of the box thinks of it, the server chose these.
  const own: Item[] =
    typed === '' ? [] : [{ label: typed, description: vscode.l10n.t('as typed'), revision: typed, alwaysShow: true }];
  const kinds: readonly Revision['kind'][] = ['branch', 'tag', 'commit'];
  return [
    ...own,
    ...kinds.flatMap((kind): Item[] => {
      const items = found.filter((one) => one.kind === kind);
      if (items.length === 0) return [];
      const heading = { label: headings[kind], kind: vscode.QuickPickItemKind.Separator, revision: '' };
      return [
        heading,
        ...items.map(({ name, subject }) => ({
          label: `$(${icons[kind]}) ${name}`,
          description: subject,
          revision: name,
          alwaysShow: true,
        })),
      ];
    }),
  ];
}
