import { URI } from 'vscode-uri';
import { parseUri } from './uri.js';

/** The way from a folder to what lies below it, with slashes; null for anything else. Both are paths as `URI.fsPath` gives them. */
export function wayTo(folder: string, path: string): string | null {
  return below(URI.file(folder), URI.file(path));
}

/** The same for two URIs. */
export function wayBetween(folder: string, uri: string): string | null {
  return below(parseUri(folder), parseUri(uri));
}

function below(folder: URI, file: URI): string | null {
  const top = folder.path.replace(/\/*$/, '/');
  const isBelow =
    file.scheme === folder.scheme &&
    file.authority === folder.authority &&
    file.path.startsWith(top) &&
    file.path !== top;
  return isBelow ? file.path.slice(top.length) : null;
}
