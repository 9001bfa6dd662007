import * as vscode from 'vscode';
import type { ReviewComment } from '../../server/lsp/review/replies.js';
import type { Client } from '../client.js';

const draftsKey = 'rescuer.comments';

/** A comment that is kept until it is deleted. Its body is shown as text, never as Markdown. */
class Draft implements vscode.Comment {
  readonly author = { name: vscode.l10n.t('Draft') };
  readonly contextValue = 'draft';
  readonly thread: vscode.CommentThread;
  body: string;
  mode: vscode.CommentMode;
  /** What stands there once editing is given up; null for a new one, which goes then. */
  saved: string | null;

  constructor(thread: vscode.CommentThread, text: string, mode: vscode.CommentMode) {
    this.thread = thread;
    this.body = text;
    this.mode = mode;
    this.saved = mode === vscode.CommentMode.Preview ? text : null;
  }
}

/** The comments on the documents of reviews, kept with the workspace, so that a restart brings them back. */
export class Comments implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #controller: vscode.CommentController;
  readonly #threads = new Set<vscode.CommentThread>();

  constructor(memento: vscode.Memento, start: () => Promise<Client>) {
    this.#memento = memento;
    this.#controller = vscode.comments.createCommentController('rescuer.review', 'Patch Review');
    this.#controller.options = {
      prompt: vscode.l10n.t('Comment on these lines'),
      placeHolder: vscode.l10n.t('Becomes part of the reply; nothing is sent'),
    };
    this.#controller.commentingRangeProvider = {
      async provideCommentingRanges({ uri, lineCount }) {
        if (uri.scheme !== 'rescuer' || uri.authority === '') return [];
        const client = await start();
        const lines = await client.request<readonly [number, number][]>('rescuer/commentable', { uri: uri.toString() });
        return lines.map(([first, last]) => new vscode.Range(first - 1, 0, Math.min(last, lineCount) - 1, 0));
      },
    };
    const kept = memento.get<readonly ReviewComment[]>(draftsKey, []);
    const threads = new Map<string, vscode.CommentThread>();
    for (const { uri, first, last, text } of kept) {
      const key = `${first} ${last} ${uri}`;
      const thread = threads.get(key) ?? this.#threadAt(vscode.Uri.parse(uri), first, last);
      threads.set(key, thread);
      thread.comments = [...thread.comments, new Draft(thread, text, vscode.CommentMode.Preview)];
    }
  }

  /** All comments that are saved, in no order. */
  get all(): readonly ReviewComment[] {
    return [...this.#threads].flatMap((thread) => {
      const first = (thread.range?.start.line ?? 0) + 1;
      const last = (thread.range?.end.line ?? 0) + 1;
      const uri = thread.uri.toString();
      return thread.comments.flatMap((comment) => {
        const text = comment instanceof Draft ? comment.saved : null;
        return text === null ? [] : [{ uri, first, last, text }];
      });
    });
  }

  /** The commands of comment threads; VS Code shows them there by the menus of package.json. */
  register(): vscode.Disposable[] {
    const command = (name: string, run: (arg: unknown) => void): vscode.Disposable =>
      vscode.commands.registerCommand(name, run);
    const onDraft = (name: string, run: (draft: Draft) => void): vscode.Disposable =>
      command(name, (arg) => {
        if (arg instanceof Draft) run(arg);
      });
    return [
      command('rescuer.addComment', (arg) => {
        const { thread, text } = arg as vscode.CommentReply;
        if (text.trim() === '') return;
        this.#threads.add(thread);
        describe(thread);
        thread.comments = [...thread.comments, new Draft(thread, text, vscode.CommentMode.Preview)];
        this.#keep();
      }),
      onDraft('rescuer.editComment', (draft) => this.#show(draft, vscode.CommentMode.Editing)),
      onDraft('rescuer.saveComment', (draft) => {
        draft.saved = draft.body;
        if (draft.body.trim() === '') this.#remove(draft);
        else this.#show(draft, vscode.CommentMode.Preview);
        this.#keep();
      }),
      onDraft('rescuer.cancelComment', (draft) => {
        if (draft.saved === null) {
          this.#remove(draft);
        } else {
          draft.body = draft.saved;
          this.#show(draft, vscode.CommentMode.Preview);
        }
      }),
      onDraft('rescuer.deleteComment', (draft) => {
        this.#remove(draft);
        this.#keep();
      }),
    ];
  }

  /** Begins a comment with a text to be edited; the line counts from 1. */
  begin(uri: vscode.Uri, line: number, text: string): void {
    const thread = this.#threadAt(uri, line, line);
    thread.comments = [new Draft(thread, text, vscode.CommentMode.Editing)];
  }

  dispose(): void {
    this.#controller.dispose();
  }

  #threadAt(uri: vscode.Uri, first: number, last: number): vscode.CommentThread {
    const thread = this.#controller.createCommentThread(uri, new vscode.Range(first - 1, 0, last - 1, 0), []);
    this.#threads.add(thread);
    describe(thread);
    return thread;
  }

  #show(draft: Draft, mode: vscode.CommentMode): void {
    draft.mode = mode;
    // VS Code looks at a thread's comments only when they are set anew.
    draft.thread.comments = [...draft.thread.comments];
  }

  #remove(draft: Draft): void {
    const { thread } = draft;
    thread.comments = thread.comments.filter((comment) => comment !== draft);
    if (thread.comments.length > 0) return;
    this.#threads.delete(thread);
    thread.dispose();
  }

  #keep(): void {
    void this.#memento.update(draftsKey, this.all);
  }
}

function describe(thread: vscode.CommentThread): void {
  thread.label = vscode.l10n.t('For the reply');
  thread.canReply = true;
  thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
}
