import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';

/** Documents that Sextant writes and nobody can change: each name is one tab, with what was shown in it last. */
export class ReadOnlyDocuments implements Disposable {
  readonly #scheme: string;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new vscode.EventEmitter<vscode.Uri>());
  readonly #texts = new Map<string, string>();

  constructor(scheme: string) {
    this.#scheme = scheme;
    this.#parts.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: ({ path }) => this.#texts.get(path) ?? '',
      }),
    );
  }

  /** Opens the document beside nothing else than the other tabs; its language follows from the name. */
  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: this.#scheme, path: `/${name}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  dispose(): void {
    this.#parts.dispose();
  }
}
