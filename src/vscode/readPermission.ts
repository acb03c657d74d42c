import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { Caller } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { settings } from '../manifest.ts';
import type { ContextIndexContract } from '../protocol/contextIndex.ts';
import { isSecretUri } from './secretUris.ts';

/** The index process. */
export interface IndexAsker {
  readonly ask: Caller<ContextIndexContract>['call'];
}

const KEPT_MS = 60_000;
const KEPT = 500;

/** Says which files may be sent along with a request: those that belong into the index, and no other. */
export class ReadPermission implements Disposable {
  readonly #index: IndexAsker;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  readonly #verdicts = new Map<string, { readonly refusal: string | null; readonly atMs: number }>();

  /** Rules have changed: what was allowed may be so no more. */
  readonly onDidChange = this.#changed.event;

  constructor(index: IndexAsker) {
    this.#index = index;
    const watcher = this.#parts.add(vscode.workspace.createFileSystemWatcher('**/.*ignore'));
    const forget = (): void => {
      this.#verdicts.clear();
      this.#changed.fire(null);
    };
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) this.#parts.add(event(forget));
    this.#parts.add(vscode.workspace.onDidChangeWorkspaceFolders(forget));
    this.#parts.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settings.secretFiles)) forget();
      }),
    );
  }

  /** Why a file may not be read, in a few words; null when it may. A file that nothing is known of may not. */
  async refusal(uri: vscode.Uri): Promise<string | null> {
    if (isSecretUri(uri)) return t('secret file');
    if (uri.scheme !== 'file' && uri.scheme !== 'vscode-notebook-cell') return t('not on this machine’s disk');
    if (vscode.workspace.getWorkspaceFolder(vscode.Uri.file(uri.fsPath)) === undefined)
      return t('outside the workspace');
    const known = this.#verdicts.get(uri.fsPath);
    if (known !== undefined && performance.now() - known.atMs < KEPT_MS) return known.refusal;
    const verdicts = await this.#index.ask('mayRead', { paths: [uri.fsPath] }).catch(() => undefined);
    if (verdicts === undefined) return t('the index cannot tell whether it is ignored');
    const refusal = verdicts[0] === true ? null : t('ignored file');
    if (this.#verdicts.size >= KEPT) this.#verdicts.clear();
    this.#verdicts.set(uri.fsPath, { refusal, atMs: performance.now() });
    return refusal;
  }

  dispose(): void {
    this.#parts.dispose();
  }
}
