import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { Repeater } from '../base/repeater.ts';
import { parseAnswer } from '../edits/answer/parseAnswer.ts';
import { namedPath } from '../edits/editTarget.node.ts';
import { diffLines } from '../edits/lineDiff.ts';
import { applyTextEdits } from '../edits/textEdit.ts';
import { WorkBudget } from '../edits/workBudget.ts';
import type { FileEdit } from '../protocol/chatView.ts';
import { type ApplyDependencies, type Resolved, showChange } from './applyFromChat.ts';
import { type EditPlace, namedPlace } from './editPlaces.ts';

/** So many files of one answer are shown. */
const MOST_FILES = 100;
const TELL_EVERY_MS = 300;

export interface AnswerEditsDependencies extends ApplyDependencies {
  /** The text of an answer; throws a sentence where it is gone. */
  readonly textOf: (messageId: string) => Promise<string>;
}

/** What became of an answer’s change of one file. */
type Made = EditPlace & { readonly text: string } & (
    | { readonly kind: 'edits'; readonly edits: Resolved['edits'] }
    | { readonly kind: 'nothing to do' | 'refused'; readonly message: string }
  );

/** The changes that answers in Edit mode propose: what they come to in the files as they are, and what is done with them. */
export class AnswerEdits implements vscode.Disposable {
  readonly #dependencies: AnswerEditsDependencies;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  /** Somebody has been told what may be otherwise by now. */
  #isTold = false;

  /** What {@link list} has told may be otherwise by now. */
  readonly onDidChange = this.#changed.event;

  constructor(dependencies: AnswerEditsDependencies) {
    this.#dependencies = dependencies;
    const telling = this.#parts.add(
      new Repeater(TELL_EVERY_MS, () => {
        this.#isTold = false;
        this.#changed.fire(null);
        return Promise.resolve();
      }),
    );
    const tell = (): void => {
      if (this.#isTold) telling.soon();
    };
    this.#parts.add(dependencies.pending.onDidChange(tell));
    this.#parts.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && /^(?:file|untitled)$/u.test(document.uri.scheme)) tell();
      }),
    );
    this.#parts.add(vscode.workspace.onDidCreateFiles(tell));
    this.#parts.add(vscode.workspace.onDidDeleteFiles(tell));
    this.#parts.add(vscode.workspace.onDidRenameFiles(tell));
  }

  /** File by file, in the order of the answer. */
  async list(messageId: string): Promise<readonly FileEdit[]> {
    const answer = await this.#dependencies.textOf(messageId);
    this.#isTold = true;
    const files: FileEdit[] = [];
    for (const path of pathsIn(answer)) {
      try {
        files.push(this.#describe(path, await this.#make(answer, path)));
      } catch (error) {
        files.push({ path, kind: 'refused', added: 0, removed: 0, message: errorMessage(error) });
      }
    }
    return files;
  }

  /** Puts the changes of one file into its editor, to be accepted or rejected one by one. */
  async review(messageId: string, path: string): Promise<void> {
    const answer = await this.#dependencies.textOf(messageId);
    const made = await this.#make(answer, path);
    if (made.kind === 'refused') throw new SextantError('conflict', made.message);
    if (made.kind === 'edits') await showChange(made, this.#dependencies.pending);
    else if (made.document !== null) await vscode.window.showTextDocument(made.document);
  }

  /** Makes the changes of these files, all of them or, with a sentence, none. */
  async apply(messageId: string, paths: readonly string[]): Promise<void> {
    const answer = await this.#dependencies.textOf(messageId);
    const resolved: Resolved[] = [];
    for (const path of paths) {
      const made = await this.#make(answer, path);
      if (made.kind === 'refused')
        throw new SextantError('conflict', t('Nothing was changed. {0}: {1}', path, made.message));
      if (made.kind === 'edits') resolved.push(made);
    }
    const edit = new vscode.WorkspaceEdit();
    const unsaved = new Set(resolved.flatMap(({ document }) => (document?.isDirty === true ? [document] : [])));
    for (const { target, document, text, edits } of resolved) {
      if (document === null) {
        const contents = new TextEncoder().encode(applyTextEdits('', edits));
        edit.createFile(vscode.Uri.file(target.file), { contents });
        continue;
      }
      this.#dependencies.pending.check(document);
      if (document.getText() !== text) {
        throw new SextantError(
          'conflict',
          t('Nothing was changed: somebody was typing in {0}. Try again.', target.name),
        );
      }
      for (const { start, end, newText } of edits) {
        edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), newText);
      }
    }
    if (resolved.length > 0 && !(await vscode.workspace.applyEdit(edit))) {
      throw new SextantError(
        'conflict',
        t('Nothing was changed: VS Code could not make the changes. Is a file read-only?'),
      );
    }
    // What had no changes of the user’s own is saved, as if it had been written there.
    for (const { document } of resolved) {
      if (document?.uri.scheme === 'file' && !unsaved.has(document)) await document.save();
    }
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #make(answer: string, path: string): Promise<Made> {
    const place = await namedPlace(namedPath(path));
    const text = place.document?.getText() ?? '';
    const made = await this.#dependencies.resolveEdit({ answer, path: place.target.name, text });
    return { ...place, text, ...made };
  }

  #describe(path: string, made: Made): FileEdit {
    const { document, text } = made;
    const nothing = { path, added: 0, removed: 0, message: null };
    const session = document === null ? undefined : this.#dependencies.pending.of(document);
    if (session !== undefined && (session.isBusy || session.hunks.length > 0)) return { ...nothing, kind: 'in review' };
    switch (made.kind) {
      case 'refused':
        return { ...nothing, kind: 'refused', message: made.message };
      case 'nothing to do':
        return { ...nothing, kind: 'done' };
      case 'edits': {
        const [before, after] = [linesOf(text), linesOf(applyTextEdits(text, made.edits))];
        const counts = { added: 0, removed: 0 };
        for (const { oldStart, oldEnd, newStart, newEnd } of diffLines(before, after, new WorkBudget())) {
          counts.added += newEnd - newStart;
          counts.removed += oldEnd - oldStart;
        }
        return { path, kind: document === null ? 'new' : 'change', ...counts, message: null };
      }
    }
  }
}

/** The files that the answer’s changes are for, as it names them. */
function pathsIn(answer: string): readonly string[] {
  return [...new Set(parseAnswer(answer).flatMap(({ path }) => path ?? []))].slice(0, MOST_FILES);
}

/** Nothing is no line. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/u);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
