/** What a page is made of. Addresses are those that VS Code gives for files of the extension. */
export interface PageParts {
  /** Where files of the extension come from, in the words of a policy. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Shown until the script has something to show. */
  readonly waiting: string;
  readonly language: string;
  /** Translations of the page's texts. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * The markup of a page in a webview: one style sheet and one script, both of the extension, and nothing from elsewhere. No text of
 * a patch or a scenario is part of it; the script gets that in messages.
 */
export function markupOf({ cspSource, script, style, waiting, language, texts }: PageParts): string {
  const nonce = makeNonce();
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${quoted(language)}" data-texts="${quoted(JSON.stringify(texts))}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Rescuer</title>
</head>
<body><p class="failed">${waiting}</p><script nonce="${nonce}" src="${script}"></script></body>
</html>`;
}

/** Text for an attribute. */
function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** What marks the only script of a page as ours: 32 hexadecimal digits that nobody can guess. */
export function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
