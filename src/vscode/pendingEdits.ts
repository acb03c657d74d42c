import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { SextantError } from '../base/errors.ts';
import { plural, t } from '../base/texts.ts';
import { pendingInWords } from '../edits/review/pendingInWords.ts';
import { commands, contextKeys } from '../manifest.ts';
import type { Announce } from './announcements.ts';
import { EditHunks, type HunkReference } from './editHunks.ts';
import { EditSession, editorOf, linesOf } from './editSession.ts';
import type { Rows } from './editContext.ts';

const beforeScheme = 'sextant-before';

/** Changes of documents that are shown and not decided yet, at most one part of each document. */
export class PendingEdits implements vscode.Disposable {
  readonly #announce: Announce;
  readonly #parts = new DisposableStore();
  readonly #sessions = new Map<vscode.TextDocument, EditSession>();
  readonly #hunks = this.#parts.add(new EditHunks(() => [...this.#sessions.values()]));
  readonly #changed = this.#parts.add(new vscode.EventEmitter<undefined>());
  readonly #beforeChanged = this.#parts.add(new vscode.EventEmitter<vscode.Uri>());
  /** Of the active editor: where a screen reader finds what there is to decide. */
  readonly #item = this.#parts.add(vscode.window.createStatusBarItem('changes', vscode.StatusBarAlignment.Left, -999));

  /** What is to be decided has changed. */
  readonly onDidChange = this.#changed.event;

  /** `announce` tells who cannot see it what there is to decide, and what was decided. */
  constructor(announce: Announce) {
    this.#announce = announce;
    this.#item.name = t('Sextant Changes');
    this.#item.command = commands.compareChanges;
    this.#parts.add(
      vscode.workspace.registerTextDocumentContentProvider(beforeScheme, {
        onDidChange: this.#beforeChanged.event,
        provideTextDocumentContent: (uri) => this.#textBefore(uri.query),
      }),
    );
    this.#parts.add(
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#tellContext();
      }),
    );
    this.#parts.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#sessions.get(document)?.dispose();
      }),
    );
  }

  of(document: vscode.TextDocument): EditSession | undefined {
    return this.#sessions.get(document);
  }

  /** Throws a sentence where something in a document is still to be decided. */
  check(document: vscode.TextDocument): void {
    const known = this.#sessions.get(document);
    if (known === undefined || !(known.isBusy || known.hunks.length > 0)) return;
    const name = vscode.workspace.asRelativePath(document.uri);
    throw new SextantError(
      'conflict',
      t('{0} has changes that you have not accepted or rejected yet. Decide those first.', name),
    );
  }

  /** Begins to change rows of a document. Throws a sentence where something else in it is still to be decided. */
  open(document: vscode.TextDocument, { startRow, endRow }: Rows): EditSession {
    this.check(document);
    this.#sessions.get(document)?.dispose();
    const session = new EditSession(document, startRow, endRow);
    this.#sessions.set(document, session);
    let wasBusy = false;
    session.onDidChange(() => {
      if (wasBusy && !session.isBusy && session.hunks.length > 0) this.#announce(pendingInWords(session.hunks));
      wasBusy = session.isBusy;
      this.#drawn(session);
    });
    session.onDidDispose(() => {
      this.#sessions.delete(document);
      this.#drawn(session);
    });
    this.#drawn(session);
    return session;
  }

  /** Keeps one hunk: the one that is named, else the one at the cursor. */
  accept(argument: unknown): void {
    const { session, id } = this.#hunkAt(argument);
    session.accept(id);
    this.#announce(t('Accepted. {0}', pendingInWords(session.hunks)));
    this.#showNext(session);
  }

  /** Gives back what one hunk replaced. */
  async reject(argument: unknown): Promise<void> {
    const { session, id } = this.#hunkAt(argument);
    await session.reject(id);
    this.#announce(t('Rejected. {0}', pendingInWords(session.hunks)));
    this.#showNext(session);
  }

  acceptAll(argument: unknown): void {
    const session = this.#settledAt(argument);
    session.acceptAll();
    this.#announce(t('Accepted. {0}', pendingInWords(session.hunks)));
  }

  /** Gives back all that is undecided, and ends what is still being written. */
  async rejectAll(argument: unknown): Promise<void> {
    const session = this.#sessionAt(argument);
    await session.rejectAll();
    this.#announce(t('Rejected. {0}', pendingInWords(session.hunks)));
  }

  /** Opens VS Code’s own comparison of the text before with the text as it is. */
  async compare(argument: unknown): Promise<void> {
    const { document } = this.#sessionAt(argument);
    const before = document.uri.with({ scheme: beforeScheme, query: document.uri.toString(), authority: '' });
    const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    await vscode.commands.executeCommand('vscode.diff', before, document.uri, `${name} (before ↔ with changes)`);
  }

  dispose(): void {
    for (const session of [...this.#sessions.values()]) session.dispose();
    this.#parts.dispose();
  }

  #drawn(session: EditSession): void {
    this.#hunks.draw();
    this.#beforeChanged.fire(
      session.document.uri.with({ scheme: beforeScheme, query: session.document.uri.toString(), authority: '' }),
    );
    this.#tellContext();
    this.#changed.fire(undefined);
  }

  #tellContext(): void {
    const document = vscode.window.activeTextEditor?.document;
    const session = document === undefined ? undefined : this.#sessions.get(document);
    const isPending = session !== undefined && (session.isBusy || session.hunks.length > 0);
    void vscode.commands.executeCommand('setContext', contextKeys.editPending, isPending);
    if (session === undefined || session.isBusy || !isPending) {
      this.#item.hide();
      return;
    }
    const sentence = pendingInWords(session.hunks);
    this.#item.text = `$(diff) ${plural(session.hunks.length, '{0} to decide', '{0} to decide')}`;
    this.#item.tooltip = t('{0} Click to compare with the text before.', sentence);
    this.#item.accessibilityInformation = { label: sentence, role: 'button' };
    this.#item.show();
  }

  #sessionAt(argument: unknown): EditSession {
    const uri = isReference(argument) ? argument.uri : vscode.window.activeTextEditor?.document.uri.toString();
    const session = [...this.#sessions.values()].find(({ document }) => document.uri.toString() === uri);
    if (session === undefined) throw new SextantError('not-found', t('There is no change to decide in this editor.'));
    return session;
  }

  #settledAt(argument: unknown): EditSession {
    const session = this.#sessionAt(argument);
    if (session.isBusy)
      throw new SextantError('conflict', t('The answer is still being written. Wait for its end, or cancel it.'));
    return session;
  }

  #hunkAt(argument: unknown): { readonly session: EditSession; readonly id: number } {
    const session = this.#settledAt(argument);
    if (isReference(argument)) return { session, id: argument.id };
    const row = editorOf(session.document)?.selection.active.line ?? 0;
    const { hunks } = session;
    const hunk = hunks.find(({ startRow, added }) => startRow + Math.max(1, added.length) > row) ?? hunks[0];
    if (hunk === undefined) throw new SextantError('not-found', t('There is no change to decide in this editor.'));
    return { session, id: hunk.id };
  }

  #showNext({ document, hunks }: EditSession): void {
    const editor = editorOf(document);
    const [next] = hunks;
    if (editor === undefined || next === undefined) return;
    const row = Math.min(next.startRow, document.lineCount - 1);
    editor.selection = new vscode.Selection(row, 0, row, 0);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #textBefore(uri: string): string {
    const session = [...this.#sessions.values()].find(({ document }) => document.uri.toString() === uri);
    if (session === undefined) return '';
    const { document, base, startRow, endRow } = session;
    return [...linesOf(document, 0, startRow), ...base, ...linesOf(document, endRow, document.lineCount)].join('\n');
  }
}

function isReference(argument: unknown): argument is HunkReference {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    'uri' in argument &&
    typeof argument.uri === 'string' &&
    'id' in argument &&
    typeof argument.id === 'number'
  );
}
