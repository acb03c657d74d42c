import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ProjectFile, ProjectFiles } from '../../chat/projectFiles.ts';
import { promptGlobs } from '../../chat/prompts/promptFile.ts';
import { ruleGlobs } from '../../chat/rules/ruleFile.ts';
import { workspaceFile } from '../editorActions.ts';
import { workspacePlace } from './workspaceText.ts';

const FOUND = 300;
const REST_MS = 300;

/** Rules and prompts in the workspace’s folders, where the user trusts it, and prompts in a folder of the user’s own. */
export class WorkspaceFiles implements ProjectFiles, Disposable {
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  readonly #userFolder: vscode.Uri;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** There may be others than before, or they may say something else. */
  readonly onDidChange = this.#changed.event;

  constructor(userFolder: vscode.Uri) {
    this.#userFolder = userFolder;
    const changed = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#changed.fire(null);
      }, REST_MS);
    };
    for (const glob of [...ruleGlobs, ...promptGlobs]) {
      const watcher = this.#parts.add(vscode.workspace.createFileSystemWatcher(glob));
      for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
        this.#parts.add(event(changed));
    }
    this.#parts.add(vscode.workspace.onDidGrantWorkspaceTrust(changed));
    this.#parts.add(vscode.workspace.onDidChangeWorkspaceFolders(changed));
  }

  async find(globs: readonly string[]): Promise<readonly ProjectFile[]> {
    const found = vscode.workspace.isTrusted
      ? await vscode.workspace.findFiles(`{${globs.join(',')}}`, '**/{node_modules,.git}/**', FOUND)
      : [];
    const files = found.flatMap((uri) => workspacePlace(uri) ?? []);
    const own = globs.some((glob) => promptGlobs.some((each) => each === glob)) ? await this.#ownPrompts() : [];
    return [...files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), ...own];
  }

  async read({ folder, path }: ProjectFile, limitBytes: number): Promise<string> {
    const uri = folder === '' ? vscode.Uri.joinPath(this.#userFolder, path) : workspaceFile(folder, path);
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > limitBytes) throw new SextantError('invalid', t('{0} is too large to be used.', path));
    const bytes = await vscode.workspace.fs.readFile(uri);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new SextantError('invalid', t('{0} is no text.', path));
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  async #ownPrompts(): Promise<ProjectFile[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(this.#userFolder);
      return entries
        .filter(([name, type]) => type === vscode.FileType.File && name.endsWith('.md'))
        .map(([path]) => ({ folder: '', path }));
    } catch {
      return [];
    }
  }
}
