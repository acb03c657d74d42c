import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { PassagePlace } from '../protocol/searchView.ts';
import { openPassage, passageRange, workspaceFile } from './editorActions.ts';

/**
 * Shows passages in the editor while somebody looks through a list of them, and goes back to where one was. The
 * cursor of a shown file stays where it is.
 */
export class CodePreview implements Disposable {
  readonly #parts = new DisposableStore();
  readonly #highlight = this.#parts.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
      borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
    }),
  );
  readonly #place = placeOf(vscode.window.activeTextEditor);
  readonly #group = vscode.window.tabGroups.activeTabGroup;
  readonly #column = this.#group.viewColumn;
  readonly #wereOpen = new Set(this.#group.tabs.map(uriOf));
  readonly #replaceable = uriOf(this.#group.tabs.find(({ isPreview }) => isPreview));
  #latest: PassagePlace | undefined;
  #showing: Promise<void> = Promise.resolve();

  /** Shows a passage; of several that are asked for quickly the last. */
  show(passage: PassagePlace): Promise<void> {
    this.#latest = passage;
    return (this.#showing = this.#showing.then(async () => {
      if (this.#latest !== passage) return;
      // A file that has gone since it was indexed is not shown, that is all.
      await this.#draw(passage).catch(() => undefined);
    }));
  }

  /** Opens a passage for good. */
  async open(passage: PassagePlace, beside = false): Promise<void> {
    if (beside) await this.restore();
    else await this.#settle();
    await openPassage(passage, { viewColumn: beside ? vscode.ViewColumn.Beside : this.#column });
  }

  /** Goes back to where one was: what was opened for a look is closed, what it took the place of is opened again. */
  async restore(): Promise<void> {
    if ((await this.#settle()) === undefined) return;
    const group = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn === this.#column);
    const looked = group?.tabs.filter((tab) => tab.isPreview && !tab.isDirty && !this.#wereOpen.has(uriOf(tab)));
    // Only a text editor can be asked for again: where something else was active, closing comes back to it.
    const isReplaced = this.#replaceable !== '' && this.#place !== undefined;
    if (isReplaced && group?.tabs.some((tab) => uriOf(tab) === this.#replaceable) !== true) {
      const how = { preview: true, preserveFocus: true, viewColumn: this.#column };
      await Promise.resolve(vscode.window.showTextDocument(vscode.Uri.parse(this.#replaceable), how)).catch(
        () => undefined,
      );
    } else if (looked !== undefined && looked.length > 0) await vscode.window.tabGroups.close(looked);
    if (this.#place === undefined) return;
    const { uri, selection, seen } = this.#place;
    const how = { viewColumn: this.#column, selection, preview: uri.toString() === this.#replaceable };
    const editor = await vscode.window.showTextDocument(uri, how);
    if (seen !== undefined) editor.revealRange(seen, vscode.TextEditorRevealType.AtTop);
  }

  dispose(): void {
    this.#parts.dispose();
  }

  /** Waits for what is being shown; gives what was shown last. */
  async #settle(): Promise<PassagePlace | undefined> {
    const shown = this.#latest;
    this.#latest = undefined;
    await this.#showing;
    for (const editor of vscode.window.visibleTextEditors) editor.setDecorations(this.#highlight, []);
    return shown;
  }

  async #draw(passage: PassagePlace): Promise<void> {
    const document = await vscode.workspace.openTextDocument(workspaceFile(passage.folder, passage.path));
    const how = { preview: true, preserveFocus: true, viewColumn: this.#column };
    const editor = await vscode.window.showTextDocument(document, how);
    const range = passageRange(document, passage);
    editor.setDecorations(this.#highlight, [range]);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** What an editor shows and where its cursor is. */
function placeOf(editor: vscode.TextEditor | undefined) {
  return editor === undefined
    ? undefined
    : { uri: editor.document.uri, selection: editor.selection, seen: editor.visibleRanges[0] };
}

/** The file of a tab; empty for one that shows something else. */
function uriOf(tab: vscode.Tab | undefined): string {
  return tab?.input instanceof vscode.TabInputText ? tab.input.uri.toString() : '';
}
