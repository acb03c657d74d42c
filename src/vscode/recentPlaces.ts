import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { type Candidate, type ContextSource, type Omission, makeCandidate } from '../completion/context/candidate.ts';
import { cutAround } from '../completion/context/cutSnippet.ts';
import type { Gathering } from '../completion/context/gatheredContext.ts';
import { type RecentRange, RecentRanges } from '../completion/context/recentRanges.ts';
import type { FileTexts } from './fileTexts.ts';
import type { ReadPermission } from './readPermission.ts';

const EDITED = 16;
const VIEWED = 10;
/** A place that was passed in less time was not looked at. */
const VIEWED_AFTER_MS = 1_000;
const VIEWED_LINES = 8;
/** A change of more lines is a reformatting or a paste, and says nothing of a place. */
const LONGEST_EDIT = 60;
const SNIPPET_LINES = 24;

/** Remembers where the user has edited and looked of late. */
export class RecentPlaces implements Disposable {
  readonly #texts: FileTexts;
  readonly #permission: Pick<ReadPermission, 'refusal'>;
  readonly #parts = new DisposableStore();
  readonly #edited = new RecentRanges(EDITED);
  readonly #viewed = new RecentRanges(VIEWED);
  /** What the last event changed in a document that was saved. */
  #inSaved: RecentRange[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(texts: FileTexts, permission: Pick<ReadPermission, 'refusal'>) {
    this.#texts = texts;
    this.#permission = permission;
    this.#parts.add(
      vscode.workspace.onDidChangeTextDocument((change) => {
        this.#takeChange(change);
      }),
    );
    const moved = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#look();
      }, VIEWED_AFTER_MS);
    };
    this.#parts.add(vscode.window.onDidChangeActiveTextEditor(moved));
    this.#parts.add(vscode.window.onDidChangeTextEditorSelection(moved));
    this.#parts.add(vscode.window.onDidChangeTextEditorVisibleRanges(moved));
    moved();
  }

  /** The places of a kind, newest first, as they are now. */
  async gather(source: 'edited' | 'viewed', breathe: () => Promise<void>): Promise<Gathering> {
    const { newestFirst } = source === 'edited' ? this.#edited : this.#viewed;
    const candidates: Candidate[] = [];
    const omissions: Omission[] = [];
    for (const { path: uriText, start, end } of newestFirst) {
      const uri = vscode.Uri.parse(uriText);
      const path = vscode.workspace.asRelativePath(uri);
      const refusal = await this.#permission.refusal(uri);
      if (refusal !== null) omissions.push({ source, path, reason: refusal });
      else {
        const candidate = await this.#cut(source, uri, path, start, end);
        if (candidate !== null) candidates.push(candidate);
      }
      await breathe();
    }
    return { candidates, omissions };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  async #cut(
    source: ContextSource,
    uri: vscode.Uri,
    path: string,
    start: number,
    end: number,
  ): Promise<Candidate | null> {
    const lines = await this.#texts.read(uri);
    if (lines === null || start >= lines.count) return null;
    const cut = cutAround(lines, start, end, SNIPPET_LINES);
    return makeCandidate(source, { path, startLine: cut.start + 1 }, cut.text);
  }

  #takeChange({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (!isWatched(document)) return;
    const path = document.uri.toString();
    const saved = this.#inSaved;
    this.#inSaved = [];
    // VS Code tells of the first change in a saved document before it tells that it is saved no more.
    if (document.isDirty && contentChanges.length === 0) {
      for (const range of saved) if (range.path === path) this.#edited.add(range);
    }
    for (const { range, text } of contentChanges) {
      const start = range.start.line;
      const removed = range.end.line - start;
      const added = countLineEnds(text);
      for (const ranges of [this.#edited, this.#viewed]) ranges.shift(path, start, range.end.line, added - removed);
      if (Math.max(added, removed) > LONGEST_EDIT) continue;
      const edited = { path, start, end: start + added };
      // What the disk has changed, and so stays saved, is not what the user is about.
      if (document.isDirty) this.#edited.add(edited);
      else this.#inSaved.push(edited);
    }
  }

  #look(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !isWatched(editor.document)) return;
    const visible = editor.visibleRanges[0];
    const cursor = editor.selection.active;
    const isSeen = visible === undefined || visible.contains(cursor);
    const middle = isSeen ? cursor.line : Math.floor((visible.start.line + visible.end.line) / 2);
    const path = editor.document.uri.toString();
    this.#viewed.add({ path, start: Math.max(0, middle - VIEWED_LINES), end: middle + VIEWED_LINES });
  }
}

function isWatched({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' || uri.scheme === 'vscode-notebook-cell';
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
