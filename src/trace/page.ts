import * as vscode from 'vscode';

/** Fills a webview with the page of a bundle: its own script and style from the package, and nothing from elsewhere. */
export function fillPage(webview: vscode.Webview, extension: vscode.Uri, bundle: string, waiting: string): void {
  const dist = vscode.Uri.joinPath(extension, 'dist');
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join('');
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address(`${bundle}.css`)}">
<title>Rescuer</title>
</head>
<body><p class="failed">${waiting}</p><script nonce="${nonce}" src="${address(`${bundle}.js`)}"></script></body>
</html>`;
}
