import type * as vscode from 'vscode';
import { readTextFile } from '../edits/textFile.node.ts';

/**
 * Throws a sentence for a document that VS Code reads in another encoding than its file is in: whatever is saved of
 * it would lose the characters that it could not read, also far from the change.
 */
export async function checkEncoding(document: vscode.TextDocument): Promise<void> {
  if (document.uri.scheme !== 'file' || !document.getText().includes('\uFFFD')) return;
  await readTextFile(document.uri.fsPath);
}
