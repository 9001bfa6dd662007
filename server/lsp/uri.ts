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
