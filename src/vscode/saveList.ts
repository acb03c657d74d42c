import * as vscode from 'vscode';
import { t } from '../base/texts.ts';
import { type ListFormat, listText } from '../protocol/listText.ts';

/**
 * Writes a list that comes in pieces as JSON or as a table, as the name of the file says, and does not hold up the
 * window between two of them. Returns how many items there were.
 */
export async function saveList<T>(
  target: vscode.Uri,
  pieces: AsyncIterable<readonly T[]>,
  format: ListFormat<T>,
): Promise<number> {
  let count = 0;
  const counted = async function* (): AsyncGenerator<readonly T[]> {
    for await (const piece of pieces) {
      count += piece.length;
      yield piece;
    }
  };
  const kind = target.path.toLowerCase().endsWith('.json') ? 'json' : 'csv';
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const write = async (): Promise<void> => {
    for await (const text of listText(counted(), kind, format)) {
      parts.push(encoder.encode(text));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await vscode.workspace.fs.writeFile(target, new Uint8Array(await new Blob(parts).arrayBuffer()));
  };
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Exporting…') }, write);
  return count;
}
