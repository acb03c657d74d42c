import * as vscode from 'vscode';
import { toDisposable } from '../base/disposable.ts';
import type { Channel } from '../base/rpc.ts';
import { language } from '../base/texts.ts';
import { webviewPageHtml } from '../protocol/webviewPage.ts';

/** Where a page is shown: a view of the sidebar, or a tab among the editors. */
export type WebviewPlace = Pick<vscode.WebviewView | vscode.WebviewPanel, 'webview' | 'onDidDispose'>;

/**
 * Lets the page load at once, before the code that answers it has: what the page says meanwhile waits
 * for the channel's first listener. The page's script and styles lie in the folder `name` of `dist`.
 */
export function showWebviewPage(
  place: WebviewPlace,
  extensionUri: vscode.Uri,
  { name, title }: { name: string; title: string },
): Channel {
  const { webview } = place;
  const asset = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', ...parts)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')] };
  const early: unknown[] = [];
  let listener = (frame: unknown): void => void early.push(frame);
  webview.onDidReceiveMessage((frame) => {
    listener(frame);
  });
  webview.html = webviewPageHtml({
    cspSource: webview.cspSource,
    nonce: crypto.randomUUID().replaceAll('-', ''),
    scriptUri: asset(name, 'main.js'),
    styleUri: asset(name, 'main.css'),
    codiconUri: asset('codicon.css'),
    lang: language(),
    texts: vscode.l10n.bundle,
    title,
    hasPictures: name === 'chat',
  });
  return {
    send(frame) {
      // A page that has gone takes nothing any more; the next one asks for what it needs.
      webview.postMessage(frame).then(undefined, () => undefined);
    },
    onFrame(next) {
      listener = next;
      // Later: whoever listens has more to set up first.
      queueMicrotask(() => {
        for (const frame of early.splice(0)) listener(frame);
      });
      return toDisposable(() => {
        listener = () => undefined;
      });
    },
    onClose: (closed) =>
      place.onDidDispose(() => {
        closed();
      }),
  };
}
