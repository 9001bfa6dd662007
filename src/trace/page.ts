import * as vscode from 'vscode';
import { markupOf } from './markup.js';

/** Fills a webview with the page of a bundle: its own script and style from the package, and nothing from elsewhere. */
export function fillPage(webview: vscode.Webview, extension: vscode.Uri, bundle: string, waiting: string): void {
  const dist = vscode.Uri.joinPath(extension, 'dist');
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = markupOf({
    cspSource: webview.cspSource,
    script: address(`${bundle}.js`),
    style: address(`${bundle}.css`),
    waiting,
    ...wording(),
  });
}

/** The language of the editor, and our texts in it by what they are in English; pages have no other way to them. */
export function wording(): { readonly language: string; readonly texts: Readonly<Record<string, string>> } {
  const texts = vscode.l10n.bundle;
  return texts ? { language: vscode.env.language, texts } : { language: 'en', texts: {} };
}
