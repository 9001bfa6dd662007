import type { CancellationToken, Connection } from 'vscode-languageserver';
import { renderHtml } from '../../review/formats/html.js';
import { renderReports } from '../../review/formats/render.js';
import type { Finding, Report } from '../../review/types.js';
import { compareVersions, renderComparison, type Version } from '../../review/versions.js';
import { sayIn } from '../../say.js';
import type { Comparison } from '../../sim/perf-table.js';
import { UserError } from '../../text.js';
import { signalOf, withProgress } from '../courtesy.js';
import { answering } from '../problems.js';
import type { VirtualDocuments } from '../virtual.js';
import type { Workspace } from '../workspace.js';
import { type ReviewInput, readInput, readSeriesLink, type SeriesLink } from './address.js';
import { commentableInMail, commentPlaces } from './mailPlaces.js';
import { commentableLines, composeReplies, readComments } from './replies.js';
import type { Sessions } from './sessions.js';
import { outlineOf, treeOf } from './tree.js';

export type { Revision } from '../../series/revisions.js';

import { isOnDisk, parseUri } from '../uri.js';

/** Answers the requests of a client that browses reviews. `opened` is told of each that was read. */
export function answerReviewRequests(
  connection: Connection,
  workspace: Workspace,
  sessions: Sessions,
  virtual: VirtualDocuments,
  opened: (input: ReviewInput) => void,
): void {
  const timed = (report: Report, signal: AbortSignal): Promise<readonly Comparison[]> =>
    withProgress(connection, 'comparing strategies', signal, async (courtesy) => {
      const { performanceFor } = await import('../../review/performance.js');
      return performanceFor([report], courtesy);
    });
  const on = (method: string, answer: (sent: unknown, signal: AbortSignal) => Promise<unknown>): void => {
    connection.onRequest(method, (sent: unknown, token: CancellationToken) =>
      answering(() => answer(sent, signalOf(token))),
    );
  };
  on('rescuer/openReview', async (sent, signal) => {
    const input = inputOf(sent);
    const outline = outlineOf(await sessions.open(input, signal));
    opened(input);
    return outline;
  });
  on('rescuer/closeReview', async (sent) => sessions.forget(inputOf(sent)));
  on('rescuer/reviewTree', async (sent, signal) => {
    const link = linkOf(sent);
    const isFirst = objectOf(sent).first === true;
    return treeOf(link, await (isFirst ? sessions.firstLook(link, signal) : sessions.review(link, signal)));
  });
  on('rescuer/compareVersions', async (sent, signal) => {
    const { older, newer } = objectOf(sent);
    const versions: Version[] = [];
    for (const link of [older, newer]) versions.push(await sessions.review(linkOf(link), signal));
    const [before, after] = versions;
    if (!before || !after) throw new UserError('two versions are needed');
    const comparison = compareVersions(before, after);
    const name = `${comparison.subject} v${comparison.older} to v${comparison.newer}.txt`;
    return virtual.add(name, { text: renderComparison(comparison), folders: workspace.folders });
  });
  on('rescuer/exportReview', async (sent, signal) => {
    const { link, format } = objectOf(sent);
    const known = exportFormats.find((one) => one === format);
    if (known === undefined) throw new UserError(`a review can be had as ${exportFormats.join(', ')}`);
    const { report } = await sessions.review(linkOf(link), signal);
    const performance = known === 'html' ? await timed(report, signal) : [];
    return renderReports([report], { format: known, all: true, colour: false, performance });
  });
  on('rescuer/reviewPage', async (sent, signal) => {
    const { link, performance, nonce, language, texts } = objectOf(sent);
    const series = linkOf(link);
    if (typeof nonce !== 'string' || !/^[0-9a-f]{32}$/.test(nonce)) throw new UserError('a page needs a {nonce}');
    const { report } = await sessions.review(series, signal);
    const compared = performance === true ? await timed(report, signal) : [];
    // The client's own command; it finds the finding by its id.
    const hrefOf = ({ id }: Finding): string =>
      `command:rescuer.openFindingById?${encodeURIComponent(JSON.stringify([series, id]))}`;
    // By what it keeps, the editor opens it again after a restart. No text of a patch is in an address of a series as it is.
    const state = JSON.stringify({ link: series }).replaceAll('<', '\\u003c');
    const script = { nonce, text: `acquireVsCodeApi().setState(${state})` };
    return renderHtml([report], {
      all: true,
      performance: compared,
      hrefOf,
      script,
      language: typeof language === 'string' ? language : 'en',
      say: sayIn(texts),
    });
  });
  on('rescuer/reply', async (sent) => composeReplies(readComments(sent), sessions));
  on('rescuer/commentable', async (sent) => {
    const { uri } = objectOf(sent);
    if (typeof uri !== 'string') return [];
    const isMail = readInput({ files: [uri] }) !== null;
    return isMail ? commentableInMail(uri, inputsOf(sent), sessions) : commentableLines(uri, sessions);
  });
  on('rescuer/commentPlaces', async (sent) => {
    const [place] = readComments({ comments: [{ ...objectOf(sent), text: '' }] });
    if (place === undefined) throw new UserError('a comment is on {uri, first, last}');
    const { uri, first, last } = place;
    return commentPlaces({ uri, first, last }, inputsOf(sent), sessions);
  });
  on('rescuer/revisions', async (sent) => {
    if (!workspace.trusted) throw new UserError('the workspace is not trusted, so git is not run in it');
    const { folder, text } = objectOf(sent);
    if (typeof folder !== 'string' || !isOnDisk(folder)) throw new UserError('revisions are of a {folder}');
    return workspace.host.disk.revisions(parseUri(folder).fsPath, typeof text === 'string' ? text : '');
  });
}

/** What a review can be saved as. */
const exportFormats = ['html', 'markdown', 'sarif', 'json', 'text'] as const;

function objectOf(sent: unknown): Readonly<Record<string, unknown>> {
  return (typeof sent === 'object' && sent !== null ? sent : {}) as Readonly<Record<string, unknown>>;
}

function inputOf(sent: unknown): ReviewInput {
  const input = readInput(sent);
  if (input === null) throw new UserError('a review is of {files} or of {folder, range}, with URIs of files');
  return input;
}

/** The reviews that the client has open. */
function inputsOf(sent: unknown): readonly ReviewInput[] {
  const { inputs } = objectOf(sent);
  return Array.isArray(inputs) ? inputs.flatMap((input: unknown) => readInput(input) ?? []) : [];
}

function linkOf(sent: unknown): SeriesLink {
  const link = readSeriesLink(sent);
  if (link === null) throw new UserError('a series is named by {input, series}');
  return link;
}
