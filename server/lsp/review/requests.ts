import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { UserError } from '../../text.js';
import { isAbort, signalOf } from '../courtesy.js';
import { type ReviewInput, readInput, readSeriesLink, type SeriesLink } from './address.js';
import type { Sessions } from './sessions.js';
import { outlineOf, treeOf } from './tree.js';

/** Answers the requests of a client that browses reviews. */
export function answerReviewRequests(connection: Connection, sessions: Sessions): void {
  const on = (method: string, answer: (sent: unknown, signal: AbortSignal) => Promise<unknown>): void => {
    connection.onRequest(method, async (sent: unknown, token: CancellationToken) => {
      try {
        return await answer(sent, signalOf(token));
      } catch (error) {
        if (error instanceof UserError) throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
        if (isAbort(error)) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
        throw error;
      }
    });
  };
  on('rescuer/openReview', async (sent, signal) => outlineOf(await sessions.open(inputOf(sent), signal)));
  on('rescuer/closeReview', async (sent) => sessions.forget(inputOf(sent)));
  on('rescuer/reviewTree', async (sent, signal) => {
    const link = linkOf(sent);
    return treeOf(link, await sessions.review(link, signal));
  });
}

function inputOf(sent: unknown): ReviewInput {
  const input = readInput(sent);
  if (input === null) throw new UserError('a review is of {files} or of {folder, range}, with file: URIs');
  return input;
}

function linkOf(sent: unknown): SeriesLink {
  const link = readSeriesLink(sent);
  if (link === null) throw new UserError('a series is named by {input, series}');
  return link;
}
