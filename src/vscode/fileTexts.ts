import * as vscode from 'vscode';
import type { Lines } from '../completion/context/cutSnippet.ts';

const LARGEST_BYTES = 1_000_000;
const KEPT = 30;

interface KeptText {
  readonly mtime: number;
  readonly lines: readonly string[];
}

/** The texts of files as the user has them: from the editor where they are open, else from the disk. */
export class FileTexts {
  readonly #kept = new Map<string, KeptText>();

  /** Null for what is gone, is no text or is larger than a megabyte. No document is opened for it. */
  async read(uri: vscode.Uri): Promise<Lines | null> {
    const key = uri.toString();
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
    if (open !== undefined) return linesOf(open);
    try {
      const { mtime, size } = await vscode.workspace.fs.stat(uri);
      if (size > LARGEST_BYTES) return null;
      let kept = this.#kept.get(key);
      if (kept?.mtime !== mtime) {
        const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
        kept = { mtime, lines: text.includes('\0') ? [] : text.split(/\r?\n/) };
      }
      this.#keep(key, kept);
      const { lines } = kept;
      return { count: lines.length, at: (line) => lines[line] ?? '' };
    } catch {
      return null;
    }
  }

  #keep(key: string, text: KeptText): void {
    this.#kept.delete(key);
    this.#kept.set(key, text);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** The lines of an open document as they are at the time of reading. */
export function linesOf(document: vscode.TextDocument): Lines {
  return {
    get count() {
      return document.lineCount;
    },
    at: (line) => (line >= 0 && line < document.lineCount ? document.lineAt(line).text : ''),
  };
}
