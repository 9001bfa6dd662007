import * as vscode from 'vscode';
import type { ReviewInput } from '../../server/lsp/review/address.js';
import type { CommentPlaces, Place } from '../../server/lsp/review/mailPlaces.js';
import type { ReviewComment } from '../../server/lsp/review/replies.js';
import type { Client } from '../client.js';
import { isFile, isSeries } from '../documents.js';
import { command, Problem } from '../problems.js';

const draftsKey = 'rescuer.comments';

/** How a comment is kept: its place in the review, and the lines of the mail that show the same. */
interface Kept extends ReviewComment {
  readonly mail?: Place | null;
}

/** What is said of some lines. Each document in view that shows them has a thread with the same drafts. */
interface Discussion {
  readonly places: CommentPlaces;
  /** By the address of their document. */
  readonly threads: Map<string, vscode.CommentThread>;
  drafts: readonly Draft[];
}

/** A comment that is kept until it is deleted. Its body is shown as text, never as Markdown. */
class Draft implements vscode.Comment {
  readonly author = { name: vscode.l10n.t('Draft') };
  readonly contextValue = 'draft';
  readonly discussion: Discussion;
  body: string;
  mode: vscode.CommentMode;
  /** What stands there once editing is given up; null for a new one, which goes then. */
  saved: string | null;

  constructor(discussion: Discussion, text: string, mode: vscode.CommentMode) {
    this.discussion = discussion;
    this.body = text;
    this.mode = mode;
    this.saved = mode === vscode.CommentMode.Preview ? text : null;
  }
}

/** The comments on documents of reviews and on mails, kept with the workspace, so that a restart brings them back. */
export class Comments implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #start: () => Promise<Client>;
  readonly #inputs: () => readonly ReviewInput[];
  readonly #controller: vscode.CommentController;
  readonly #discussions = new Set<Discussion>();
  readonly #viewChanged: vscode.Disposable;

  /** `inputs` are the reviews that are open. */
  constructor(memento: vscode.Memento, start: () => Promise<Client>, inputs: () => readonly ReviewInput[]) {
    this.#memento = memento;
    this.#start = start;
    this.#inputs = inputs;
    this.#controller = vscode.comments.createCommentController('rescuer.review', 'Patch Review');
    this.#controller.options = {
      prompt: vscode.l10n.t('Comment on these lines'),
      placeHolder: vscode.l10n.t('Becomes part of the reply; nothing is sent'),
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: (document) => (isCommentable(document) ? this.#rangesOf(document) : []),
    };
    const known = new Map<string, Discussion>();
    for (const { uri, first, last, text, mail = null } of memento.get<readonly Kept[]>(draftsKey, [])) {
      const key = `${first} ${last} ${uri}`;
      const discussion = known.get(key) ?? this.#discuss({ review: { uri, first, last }, mail });
      known.set(key, discussion);
      discussion.drafts = [...discussion.drafts, new Draft(discussion, text, vscode.CommentMode.Preview)];
    }
    this.#arrangeAll();
    this.#viewChanged = vscode.window.onDidChangeVisibleTextEditors(() => this.#arrangeAll());
  }

  /** All comments that are saved, by their places in reviews, in no order. */
  get all(): readonly ReviewComment[] {
    return [...this.#discussions].flatMap(({ places, drafts }) =>
      drafts.flatMap(({ saved }) => (saved === null ? [] : [{ ...places.review, text: saved }])),
    );
  }

  /** The commands of comment threads; VS Code shows them there by the menus of package.json. */
  register(): vscode.Disposable[] {
    const onDraft = (name: string, run: (draft: Draft) => void): vscode.Disposable =>
      command(name, (arg) => {
        if (arg instanceof Draft) run(arg);
      });
    return [
      command('rescuer.addComment', async (arg) => {
        const { thread, text } = arg as vscode.CommentReply;
        if (text.trim() === '') return;
        const discussion = this.#discuss(await this.#placesOf(placeOf(thread)));
        discussion.drafts = [new Draft(discussion, text, vscode.CommentMode.Preview)];
        discussion.threads.set(thread.uri.toString(), describe(thread));
        show(discussion);
        this.#arrange(discussion);
        this.#keep();
      }),
      onDraft('rescuer.editComment', (draft) => {
        draft.mode = vscode.CommentMode.Editing;
        show(draft.discussion);
      }),
      onDraft('rescuer.saveComment', (draft) => {
        draft.saved = draft.body;
        if (draft.body.trim() === '') this.#remove(draft);
        else this.#settle(draft);
        this.#keep();
      }),
      onDraft('rescuer.cancelComment', (draft) => {
        if (draft.saved === null) this.#remove(draft);
        else this.#settle(draft);
      }),
      onDraft('rescuer.deleteComment', (draft) => {
        this.#remove(draft);
        this.#keep();
      }),
    ];
  }

  /** Begins a comment with a text to be edited; the line counts from 1. */
  async begin(uri: vscode.Uri, line: number, text: string): Promise<void> {
    const discussion = this.#discuss(await this.#placesOf({ uri: uri.toString(), first: line, last: line }));
    discussion.drafts = [new Draft(discussion, text, vscode.CommentMode.Editing)];
    const places = placesOf(discussion);
    this.#threadAt(discussion, places.find((place) => place.uri === uri.toString()) ?? places[0]);
  }

  dispose(): void {
    this.#viewChanged.dispose();
    this.#controller.dispose();
  }

  async #rangesOf({ uri, lineCount }: vscode.TextDocument): Promise<vscode.Range[]> {
    const client = await this.#start();
    const sent = { uri: uri.toString(), inputs: this.#inputs() };
    const lines = await client.request<readonly [number, number][]>('rescuer/commentable', sent);
    return lines.map(([first, last]) => new vscode.Range(first - 1, 0, Math.min(last, lineCount) - 1, 0));
  }

  async #placesOf(place: Place): Promise<CommentPlaces> {
    const client = await this.#start();
    const sent = { ...place, inputs: this.#inputs() };
    const places = await client.request<CommentPlaces | null>('rescuer/commentPlaces', sent);
    if (places === null)
      throw new Problem(vscode.l10n.t('a reply would not quote this line: it is no part of a patch'));
    return places;
  }

  #discuss(places: CommentPlaces): Discussion {
    const discussion = { places, threads: new Map(), drafts: [] };
    this.#discussions.add(discussion);
    return discussion;
  }

  #arrangeAll(): void {
    for (const discussion of this.#discussions) this.#arrange(discussion);
  }

  /**
   * Gives a discussion a thread in each document in view that shows its lines, and one if none does: the panel of VS Code lists
   * threads, and would list a draft as often as it has one.
   */
  #arrange(discussion: Discussion): void {
    const { threads, drafts } = discussion;
    // What is typed into a thread goes with it.
    if (drafts.some(({ mode }) => mode === vscode.CommentMode.Editing)) return;
    const inView = vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString());
    const places = placesOf(discussion);
    const seen = places.filter(({ uri }) => inView.includes(uri));
    const wanted = seen.length > 0 ? seen : [places.find(({ uri }) => threads.has(uri)) ?? places[0]];
    for (const place of wanted) if (!threads.has(place.uri)) this.#threadAt(discussion, place);
    for (const [uri, thread] of threads) {
      if (wanted.some((place) => place.uri === uri)) continue;
      thread.dispose();
      threads.delete(uri);
    }
  }

  #threadAt({ threads, drafts }: Discussion, { uri, first, last }: Place): void {
    const range = new vscode.Range(first - 1, 0, last - 1, 0);
    threads.set(uri, describe(this.#controller.createCommentThread(vscode.Uri.parse(uri), range, [...drafts])));
  }

  #settle(draft: Draft): void {
    draft.body = draft.saved ?? '';
    draft.mode = vscode.CommentMode.Preview;
    show(draft.discussion);
    this.#arrange(draft.discussion);
  }

  #remove(draft: Draft): void {
    const { discussion } = draft;
    discussion.drafts = discussion.drafts.filter((one) => one !== draft);
    show(discussion);
    if (discussion.drafts.length > 0) return;
    this.#discussions.delete(discussion);
    for (const thread of discussion.threads.values()) thread.dispose();
  }

  #keep(): void {
    const kept = [...this.#discussions].flatMap(({ places: { review, mail }, drafts }) =>
      drafts.flatMap(({ saved }): Kept[] => (saved === null ? [] : [{ ...review, text: saved, mail }])),
    );
    void this.#memento.update(draftsKey, kept);
  }
}

/** Whether a document is part of a review, or mail. */
function isCommentable(document: vscode.TextDocument): boolean {
  const { scheme, authority } = document.uri;
  return scheme === 'rescuer' ? authority !== '' : isFile(document.uri) && isSeries(document);
}

/** The documents that show the lines, with addresses as VS Code writes them; that of the review is first. */
function placesOf({ places: { review, mail } }: Discussion): readonly [Place, ...Place[]] {
  const asWritten = (place: Place): Place => ({ ...place, uri: vscode.Uri.parse(place.uri).toString() });
  return [asWritten(review), ...(mail ? [asWritten(mail)] : [])];
}

function placeOf({ uri, range }: vscode.CommentThread): Place {
  return { uri: uri.toString(), first: (range?.start.line ?? 0) + 1, last: (range?.end.line ?? 0) + 1 };
}

/** VS Code looks at a thread's comments only when they are set anew. */
function show({ threads, drafts }: Discussion): void {
  for (const thread of threads.values()) thread.comments = [...drafts];
}

function describe(thread: vscode.CommentThread): vscode.CommentThread {
  thread.label = vscode.l10n.t('For the reply');
  // Nobody answers here: more is said by editing the draft.
  thread.canReply = false;
  thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
  return thread;
}
