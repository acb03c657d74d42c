import * as vscode from 'vscode';
import { toDisposable } from '../base/disposable.ts';
import type { Channel } from '../base/rpc.ts';
import { chatPageHtml } from '../protocol/chatPage.ts';

/**
 * Lets the page load at once, before the code that answers it has: what the page says meanwhile waits
 * for the channel's first listener.
 */
export function showChatPage(view: vscode.WebviewView, extensionUri: vscode.Uri): Channel {
  const { webview } = view;
  const asset = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', ...parts)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')] };
  const early: unknown[] = [];
  let listener = (frame: unknown): void => void early.push(frame);
  webview.onDidReceiveMessage((frame) => {
    listener(frame);
  });
  webview.html = chatPageHtml({
    cspSource: webview.cspSource,
    nonce: crypto.randomUUID().replaceAll('-', ''),
    scriptUri: asset('chat', 'main.js'),
    styleUri: asset('chat', 'main.css'),
    codiconUri: asset('codicon.css'),
    lang: vscode.env.language,
    title: 'Sextant',
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
      view.onDidDispose(() => {
        closed();
      }),
  };
}
