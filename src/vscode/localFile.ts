import * as vscode from 'vscode';

/**
 * A file that the store can read or write, which knows only local disks. What lies elsewhere, as on the machine of a
 * browser, goes through a copy.
 */
export class LocalFile {
  /** Absolute. */
  readonly path: string;
  readonly #target: vscode.Uri;
  readonly #copy: vscode.Uri | undefined;

  private constructor(target: vscode.Uri, copy?: vscode.Uri) {
    this.#target = target;
    this.#copy = copy;
    this.path = (copy ?? target).fsPath;
  }

  static async toRead(source: vscode.Uri, temporaryFolder: vscode.Uri): Promise<LocalFile> {
    const file = LocalFile.toWrite(source, temporaryFolder);
    if (file.#copy !== undefined) await vscode.workspace.fs.copy(source, file.#copy);
    return file;
  }

  static toWrite(target: vscode.Uri, temporaryFolder: vscode.Uri): LocalFile {
    if (target.scheme === 'file') return new LocalFile(target);
    const name = target.path.slice(target.path.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/g, '-');
    return new LocalFile(target, vscode.Uri.joinPath(temporaryFolder, `${crypto.randomUUID()}-${name}`));
  }

  /** Brings what was written to where it belongs. */
  async deliver(): Promise<void> {
    if (this.#copy !== undefined) await vscode.workspace.fs.copy(this.#copy, this.#target, { overwrite: true });
  }

  /** Leaves nothing but the file itself. */
  async discard(): Promise<void> {
    if (this.#copy !== undefined) await Promise.resolve(vscode.workspace.fs.delete(this.#copy)).catch(() => undefined);
  }
}
