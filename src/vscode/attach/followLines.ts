import * as vscode from 'vscode';
import type { Composer } from '../../chat/attach/composer.ts';
import { type LineChange, movedLines } from '../../chat/attach/movedLines.ts';
import { placeValue, workspacePlace } from './workspaceText.ts';

/** Keeps attached files and lines what they were, while their files are edited, renamed and moved. */
export function followLines(composer: Pick<Composer, 'places' | 'move'>): vscode.Disposable {
  return vscode.Disposable.from(followEdits(composer), followNames(composer));
}

function followNames(composer: Pick<Composer, 'places' | 'move'>): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(({ files }) => {
    for (const { oldUri, newUri } of files) {
      const [before, after] = [workspacePlace(oldUri), workspacePlace(newUri)];
      if (before === null || after === null) continue;
      for (const { id, place, isWhole } of composer.places()) {
        const { folder, path, startLine, endLine } = place;
        // It may lie in a folder that has another name now.
        if (folder !== before.folder || !`${path}/`.startsWith(`${before.path}/`)) continue;
        const renamed = { folder: after.folder, path: after.path + path.slice(before.path.length) };
        const moved = { ...renamed, startLine, endLine };
        composer.move(id, placeValue(isWhole ? renamed : moved), moved);
      }
    }
  });
}

function followEdits(composer: Pick<Composer, 'places' | 'move'>): vscode.Disposable {
  return vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const edited = workspacePlace(document.uri);
    if (edited === null || contentChanges.length === 0) return;
    const changes = contentChanges.map(({ range, text }): LineChange => ({
      first: range.start.line,
      last: range.end.line,
      firstColumn: range.start.character,
      newLineEnds: text.split('\n').length - 1,
    }));
    for (const { id, place, isWhole } of composer.places()) {
      if (place.folder !== edited.folder || place.path !== edited.path) continue;
      const { first, last } = movedLines({ first: place.startLine - 1, last: place.endLine - 1 }, changes);
      const moved = { ...edited, startLine: first + 1, endLine: last + 1 };
      composer.move(id, placeValue(isWhole ? edited : moved), moved);
    }
  });
}
