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
    const uri = this.#write(name, text);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  /** The same, drawn as Markdown where VS Code can do that. */
  async preview(name: string, text: string): Promise<void> {
    const uri = this.#write(name, text);
    try {
      // What draws Markdown may not have been started yet, so that nobody knows the command before it is called.
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await this.show(name, text);
    }
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #write(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: this.#scheme, path: `/${name}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return uri;
  }
}
