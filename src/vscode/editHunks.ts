import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { plural, t } from '../base/texts.ts';
import type { ReviewHunk } from '../edits/review/editReview.ts';
import { commands } from '../manifest.ts';
import type { EditSession } from './editSession.ts';

/** Names a hunk to the commands that decide it. */
export interface HunkReference {
  readonly uri: string;
  readonly id: number;
}

/** So much of a removed line is shown behind the one that takes its place. */
const MOST_CHARACTERS = 100;
/** A line up to this is shown whole. */
const SHORT_LINE = 40;

/**
 * Shows hunks that are to be decided where they are: new lines on the colour that VS Code gives to them in a diff,
 * behind them what they replaced, and above them a lens with what can be done.
 */
export class EditHunks implements vscode.Disposable, vscode.CodeLensProvider {
  readonly #sessions: () => readonly EditSession[];
  readonly #parts = new DisposableStore();
  readonly #lensesChanged = this.#parts.add(new vscode.EventEmitter<void>());
  readonly #added = this.#decoration({
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.addedForeground'),
    // Only the themes of high contrast have a colour for it, and none for the background.
    border: '1px dashed',
    borderColor: new vscode.ThemeColor('diffEditor.insertedTextBorder'),
  });
  readonly #removed = this.#decoration({});

  readonly onDidChangeCodeLenses = this.#lensesChanged.event;

  constructor(sessions: () => readonly EditSession[]) {
    this.#sessions = sessions;
    this.#parts.add(vscode.languages.registerCodeLensProvider({ pattern: '**' }, this));
    this.#parts.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
    );
  }

  /** Draws all hunks anew. */
  draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const session = this.#sessions().find(({ document }) => document === editor.document);
      const hunks = session?.hunks ?? [];
      editor.setDecorations(
        this.#added,
        hunks.flatMap(({ startRow, added }) =>
          added.length === 0 ? [] : [new vscode.Range(startRow, 0, startRow + added.length - 1, 0)],
        ),
      );
      editor.setDecorations(
        this.#removed,
        hunks.flatMap((hunk) => removedLines(hunk, editor.document)),
      );
    }
    this.#lensesChanged.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const session = this.#sessions().find((each) => each.document === document);
    // While an answer is written they would come and go under the mouse.
    if (session === undefined || session.isBusy) return [];
    const { hunks } = session;
    return hunks.flatMap((hunk, at) => {
      const reference: HunkReference = { uri: document.uri.toString(), id: hunk.id };
      const row = Math.min(hunk.startRow, document.lineCount - 1);
      const range = new vscode.Range(row, 0, row, 0);
      const lens = (title: string, command: string, tooltip: string): vscode.CodeLens =>
        new vscode.CodeLens(range, { title, command, tooltip, arguments: [reference] });
      const lenses = [
        lens(t('$(check) Accept'), commands.acceptChange, t('Keep this change')),
        lens(t('$(discard) Reject'), commands.rejectChange, t('Give back what was here')),
        lens(describe(hunk), commands.compareChanges, t('Compare with the text before, side by side')),
      ];
      if (at > 0 || hunks.length === 1) return lenses;
      return [
        ...lenses,
        lens(t('$(check-all) Accept all {0}', hunks.length), commands.acceptAllChanges, t('Keep all changes')),
        lens(t('$(close-all) Reject all'), commands.rejectAllChanges, t('Give back all that was here')),
      ];
    });
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #decoration(options: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType {
    return this.#parts.add(vscode.window.createTextEditorDecorationType({ isWholeLine: true, ...options }));
  }
}

function describe({ added, removed }: ReviewHunk): string {
  const lines = (count: number): string => plural(count, '{0} line', '{0} lines');
  if (added.length === 0) return `−${lines(removed.length)}`;
  return removed.length === 0 ? `+${lines(added.length)}` : `+${added.length} −${lines(removed.length)}`;
}

/** Each line that went behind the one that came for it; what is left over behind the last. */
function removedLines(
  { startRow, added, removed }: ReviewHunk,
  document: vscode.TextDocument,
): vscode.DecorationOptions[] {
  if (removed.length === 0) return [];
  const isGone = added.length === 0;
  const count = isGone ? 1 : Math.min(added.length, removed.length);
  const firstRow = Math.min(isGone ? Math.max(0, startRow - 1) : startRow, document.lineCount - 1);
  const all = ['```diff', ...removed.map((line) => `- ${line}`), '```'].join('\n');
  return Array.from({ length: count }, (_, at) => {
    const row = Math.min(firstRow + at, document.lineCount - 1);
    const end = document.lineAt(row).range.end;
    const more = at === count - 1 ? removed.length - count : 0;
    const text = differingPart(removed[at] ?? '', added[at] ?? '').slice(0, MOST_CHARACTERS);
    const rest = more > 0 ? ` ${t('… and {0} more', more)}` : '';
    return {
      range: new vscode.Range(end, end),
      hoverMessage: new vscode.MarkdownString(all),
      renderOptions: {
        after: {
          contentText: text === '' && rest === '' ? '' : `${text}${rest}`,
          margin: '0 0 0 3em',
          color: new vscode.ThemeColor('editor.foreground'),
          backgroundColor: new vscode.ThemeColor('diffEditor.removedLineBackground'),
          textDecoration: 'line-through; opacity: 0.75',
        },
      },
    };
  });
}

/** Of a line that is mostly like the one in its place only what differs, by whole words. */
function differingPart(line: string, other: string): string {
  const most = Math.min(line.length, other.length);
  let start = 0;
  while (start < most && line[start] === other[start]) start++;
  let end = 0;
  while (end < most - start && line.at(-1 - end) === other.at(-1 - end)) end++;
  if (start + end < line.length / 2 || line.length < SHORT_LINE) return line.trim();
  while (start > 0 && /[\w$]/.test(line[start - 1] ?? '')) start--;
  while (end > 0 && /[\w$]/.test(line[line.length - end] ?? '')) end--;
  const part = line.slice(start, line.length - end).trim();
  return part === '' ? '' : `${start > 0 ? '…\u00a0' : ''}${part}${end > 0 ? '\u00a0…' : ''}`;
}
