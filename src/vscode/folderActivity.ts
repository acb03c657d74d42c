import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';

/** Changes come in swarms, each often told twice. What was saved in the editor does not wait. */
const CHANGE_DELAY_MS = 50;
const TYPING_TOLD_EVERY_MS = 1000;

/** Who wants to know what happens in the workspace's folders. */
export interface ActivityListener {
  /** Files or folders that were created, changed, renamed or deleted: absolute paths, each perhaps more than once. */
  readonly pathsChanged: (paths: readonly string[]) => void;
  /** Somebody types; told at most once a second. */
  readonly userActive: () => void;
}

/** Tells what changes on disk, from inside the editor and outside of it, and that somebody types. */
export class FolderActivity implements Disposable {
  readonly #listener: ActivityListener;
  readonly #subscriptions = new DisposableStore();
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #typingToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(listener: ActivityListener) {
    this.#listener = listener;
    const { workspace } = vscode;
    const watcher = this.#subscriptions.add(workspace.createFileSystemWatcher('**/*'));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#subscriptions.add(
        event((uri) => {
          this.#add([uri], CHANGE_DELAY_MS);
        }),
      );
    }
    // The watcher tells the same a while later.
    this.#subscriptions.add(
      workspace.onDidSaveTextDocument(({ uri }) => {
        this.#add([uri], 0);
      }),
    );
    this.#subscriptions.add(
      workspace.onDidCreateFiles(({ files }) => {
        this.#add(files, 0);
      }),
    );
    this.#subscriptions.add(
      workspace.onDidDeleteFiles(({ files }) => {
        this.#add(files, 0);
      }),
    );
    this.#subscriptions.add(
      workspace.onDidRenameFiles(({ files }) => {
        const both = files.flatMap(({ oldUri, newUri }) => [oldUri, newUri]);
        this.#add(both, 0);
      }),
    );
    this.#subscriptions.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isTyped = contentChanges.length > 0 && document.uri.scheme !== 'output';
        const nowMs = performance.now();
        if (!isTyped || nowMs - this.#typingToldAtMs < TYPING_TOLD_EVERY_MS) return;
        this.#typingToldAtMs = nowMs;
        this.#listener.userActive();
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
  }

  #add(uris: readonly vscode.Uri[], delayMs: number): void {
    for (const uri of uris) if (uri.scheme === 'file') this.#changed.add(uri.fsPath);
    if (this.#changed.size === 0) return;
    if (delayMs === 0) this.#tell();
    else
      this.#timer ??= setTimeout(() => {
        this.#tell();
      }, delayMs);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#listener.pathsChanged(paths);
  }
}
