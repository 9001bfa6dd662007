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

/** Whether there may be a file at an address, here or where only the editor can read: what was never saved is none, nor what the server makes. */
export function mayBeFile(uri: string): boolean {
  return /^[a-z][\w+.-]*:/i.test(uri) && !['rescuer', 'untitled', nothing.scheme].includes(parseUri(uri).scheme);
}
