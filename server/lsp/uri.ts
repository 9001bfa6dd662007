import { URI } from 'vscode-uri';

const nothing = URI.from({ scheme: 'invalid' });

/** Reads an address that came over the wire. One that is none names nothing: it has no path, and a scheme that nobody has. */
export function parseUri(text: string): URI {
  try {
    return URI.parse(text);
  } catch {
    return nothing;
  }
}

/** Whether the address is that of a file on this machine. */
export function isOnDisk(uri: string): boolean {
  return uri.startsWith('file:') && parseUri(uri).scheme === 'file';
}

/** Schemes of what is no file: made by the server, never saved, on the network, or something to run. */
const noFiles: ReadonlySet<string> = new Set([
  'rescuer',
  'untitled',
  'http',
  'https',
  'data',
  'command',
  'javascript',
  nothing.scheme,
]);

/** Whether there may be a file at an address, here or where only the editor can read. */
export function mayBeFile(uri: string): boolean {
  return /^[a-z][\w+.-]*:/i.test(uri) && !noFiles.has(parseUri(uri).scheme.toLowerCase());
}
