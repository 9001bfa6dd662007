import { URI } from 'vscode-uri';
import { isInsideTree } from '../../series/paths.js';
import type { Side } from '../../series/types.js';
import { isOnDisk, mayBeFile, parseUri } from '../uri.js';
import { scheme } from '../virtual.js';

/** Where the patches of a review come from: files and folders wherever the host can read them, or a range of a git repository on disk. */
export type ReviewInput = { readonly files: readonly string[] } | { readonly folder: string; readonly range: string };

/** One series of an input, by its place among those found there. */
export interface SeriesLink {
  readonly input: ReviewInput;
  readonly series: number;
}

/** A file as patch number `patch` finds or leaves it, as a read-only document. */
export interface PatchFile extends SeriesLink {
  readonly patch: number;
  readonly side: Side;
  readonly path: string;
}

/** The commit message of a patch as a document, to be read and commented on; of the cover letter if `patch` is 0. */
export interface PatchMessage extends SeriesLink {
  readonly patch: number;
}

/**
 * The address of a file. It says all, so that an editor which is restored after a restart finds its document again.
 * The path is that in the tree: it is what an editor shows of an address.
 */
export function patchFileUri({ patch, side, path, ...link }: PatchFile): string {
  return URI.from({ scheme, authority: `${side}-${patch}`, path: `/${path}`, query: queryOf(link) }).toString();
}

/** Reads what `patchFileUri` wrote; null for any other address. */
export function patchFileOf(address: string): PatchFile | null {
  const uri = parseUri(address);
  const link = linkOf(uri);
  const [, side, patch] = /^(old|new)-(\d{1,6})$/.exec(uri.authority) ?? [];
  const path = uri.path.slice(1);
  if (link === null || patch === undefined || !isInsideTree(path)) return null;
  return { ...link, patch: Number(patch), side: side === 'old' ? 'old' : 'new', path };
}

export function messageUri({ patch, ...link }: PatchMessage): string {
  const path = patch === 0 ? '/COVER_LETTER' : '/COMMIT_MSG';
  return URI.from({ scheme, authority: `message-${patch}`, path, query: queryOf(link) }).toString();
}

/** Reads what `messageUri` wrote; null for any other address. */
export function messageOf(address: string): PatchMessage | null {
  const uri = parseUri(address);
  const link = linkOf(uri);
  const patch = /^message-(\d{1,6})$/.exec(uri.authority)?.[1];
  return link === null || patch === undefined ? null : { ...link, patch: Number(patch) };
}

/** The series that a document of a review belongs to; null for any other address. */
export function seriesLinkOf(address: string): SeriesLink | null {
  const { authority = '', ...uri } = parseUri(address);
  return /^(?:old|new|message)-\d+$/.test(authority) ? linkOf(uri) : null;
}

/** Names an input: equal inputs have equal keys. */
export function keyOf(input: ReviewInput): string {
  return new URLSearchParams(pairsOf(input)).toString();
}

/** Reads an input that came over the wire; null when it is none. */
export function readInput(sent: unknown): ReviewInput | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const { files, folder, range } = sent as Readonly<Record<string, unknown>>;
  if (isFile(folder) && isOnDisk(folder) && typeof range === 'string') return { folder, range };
  return Array.isArray(files) && files.length > 0 && files.every(isFile) ? { files } : null;
}

/** Reads a series link that came over the wire; null when it is none. */
export function readSeriesLink(sent: unknown): SeriesLink | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const { input, series } = sent as Readonly<Record<string, unknown>>;
  const read = readInput(input);
  return read !== null && Number.isInteger(series) ? { input: read, series: Number(series) } : null;
}

const isFile = (uri: unknown): uri is string => typeof uri === 'string' && mayBeFile(uri);

function pairsOf(input: ReviewInput): string[][] {
  if ('files' in input) return input.files.map((uri) => ['file', uri]);
  return [
    ['folder', input.folder],
    ['range', input.range],
  ];
}

function queryOf({ input, series }: SeriesLink): string {
  return new URLSearchParams([['series', String(series)], ...pairsOf(input)]).toString();
}

function linkOf(uri: Pick<URI, 'scheme' | 'query'>): SeriesLink | null {
  if (uri.scheme !== scheme) return null;
  const query = new URLSearchParams(uri.query);
  const files = query.getAll('file');
  const input = readInput(files.length > 0 ? { files } : { folder: query.get('folder'), range: query.get('range') });
  const series = query.get('series');
  return input === null || series === null || !/^\d{1,6}$/.test(series) ? null : { input, series: Number(series) };
}
