import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Channel } from '../base/rpc.ts';
import { showWebviewPage } from './webviewPage.ts';

export interface PageTabOptions {
  /** As VS Code keeps it over a reload. */
  readonly viewType: string;
  /** The folder of `dist` with its script and styles. */
  readonly name: string;
  readonly title: string;
  /** Answers the page; what is put into `parts` lives as long as the tab. */
  readonly connect: (channel: Channel, panel: vscode.WebviewPanel, parts: DisposableStore) => void;
}

/** A page in a tab among the editors, one in a window. */
export class PageTab implements Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #options: PageTabOptions;
  #panel: vscode.WebviewPanel | undefined;

  constructor(extensionUri: vscode.Uri, options: PageTabOptions) {
    this.#extensionUri = extensionUri;
    this.#options = options;
  }

  /** Opens the page, or comes back to it. */
  show(): void {
    const { viewType, title } = this.#options;
    if (this.#panel !== undefined) this.#panel.reveal();
    else this.attach(vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active));
  }

  /** Draws the page in a tab, which may be one that VS Code has kept over a reload. */
  attach(panel: vscode.WebviewPanel): void {
    const { name, title, connect } = this.#options;
    this.#panel?.dispose();
    this.#panel = panel;
    panel.title = title;
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icons', 'sextant-color.svg');
    const parts = new DisposableStore();
    connect(showWebviewPage(panel, this.#extensionUri, { name, title }), panel, parts);
    parts.add(
      panel.onDidDispose(() => {
        parts.dispose();
        if (this.#panel === panel) this.#panel = undefined;
      }),
    );
  }

  dispose(): void {
    this.#panel?.dispose();
  }
}

/** Calls `look` again and again while the tab is seen, and when it comes into sight or a setting changes. */
export function whileSeen(panel: vscode.WebviewPanel, parts: DisposableStore, everyMs: number, look: () => void): void {
  const lookIfSeen = (): void => {
    if (panel.visible) look();
  };
  const timer = setInterval(lookIfSeen, everyMs);
  parts.add({
    dispose: () => {
      clearInterval(timer);
    },
  });
  parts.add(panel.onDidChangeViewState(lookIfSeen));
  parts.add(vscode.workspace.onDidChangeConfiguration(lookIfSeen));
}
