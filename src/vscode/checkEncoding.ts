import * as vscode from 'vscode';
import { readTextFile } from '../edits/textFile.node.ts';

/** Between two slices of a large document others get their turn. */
const ROWS_AT_A_TIME = 5_000;

/**
 * Throws a sentence for a document that VS Code reads in another encoding than its file is in: whatever is saved of
 * it would lose the characters that it could not read, also far from the change.
 */
export async function checkEncoding(document: vscode.TextDocument): Promise<void> {
  if (document.uri.scheme !== 'file') return;
  for (let row = 0; row < document.lineCount; row += ROWS_AT_A_TIME) {
    if (row > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const part = document.getText(new vscode.Range(row, 0, row + ROWS_AT_A_TIME, 0));
    if (part.includes('\uFFFD')) {
      await readTextFile(document.uri.fsPath);
      return;
    }
  }
}
