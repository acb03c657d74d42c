import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { t } from '../base/texts.ts';
import { commentControllers } from '../manifest.ts';

/** An instruction that was typed into a box. */
export interface TypedInstruction {
  readonly box: InlineEditBox;
  readonly text: string;
}

/** What is typed into is a comment that is being edited: the one box between lines that VS Code puts the cursor into. */
interface BoxComment extends vscode.Comment {
  readonly box: InlineEditBox;
}

/** VS Code gathers changes of a box for a tenth of a second, and draws them when it has time. */
const DRAWN_MS = 120;
const OPENED_MS = 3_000;
const ATTEMPTS = 5;
/** Of an instruction, in the head of its box. */
const MOST_CHARACTERS = 60;

/** Makes the boxes that instructions are typed into. */
export class InlineEditBoxes implements vscode.Disposable {
  readonly #parts = new DisposableStore();
  readonly #controller = this.#parts.add(
    vscode.comments.createCommentController(commentControllers.edit, t('Sextant: Edit Here')),
  );
  readonly #typed = this.#parts.add(new Emitter<TypedInstruction>());
  readonly #boxes = new Set<InlineEditBox>();

  readonly onDidType = this.#typed.event;

  /** Opens a box below a row. */
  open(document: vscode.TextDocument, row: number, label: string): InlineEditBox {
    const thread = this.#controller.createCommentThread(document.uri, new vscode.Range(row, 0, row, 0), []);
    const box = new InlineEditBox(thread, label, () => this.#boxes.delete(box));
    this.#boxes.add(box);
    return box;
  }

  /** The box of the comment or thread that VS Code hands to a command. */
  boxOf(argument: unknown): InlineEditBox | undefined {
    const named: unknown =
      typeof argument === 'object' && argument !== null && 'box' in argument ? argument.box : argument;
    return [...this.#boxes].find((box) => box === named || box.thread === named);
  }

  /** A box’s text was sent. */
  submit(argument: unknown): void {
    const box = this.boxOf(argument);
    const { body } = argument as BoxComment;
    const text = (typeof body === 'string' ? body : body.value).trim();
    if (box === undefined || text === '') return;
    this.#typed.fire({ box, text });
  }

  dispose(): void {
    for (const box of this.#boxes) box.dispose();
    this.#parts.dispose();
  }
}

/** One box: a line to type into, or, while an instruction is carried out and afterwards, a line that tells of it. */
export class InlineEditBox implements vscode.Disposable {
  readonly thread: vscode.CommentThread;
  readonly #label: string;
  readonly #onDisposed: () => void;
  #instruction = '';
  #isDisposed = false;

  constructor(thread: vscode.CommentThread, label: string, onDisposed: () => void) {
    this.thread = thread;
    this.#label = label;
    this.#onDisposed = onDisposed;
    thread.canReply = false;
  }

  /** Opens the line to type into, with the cursor in it. */
  async ask(question = t('What is to change?')): Promise<void> {
    this.#tell('asking', this.#label);
    this.thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    const asking = (mode: vscode.CommentMode): BoxComment => ({
      author: { name: question },
      // With anything in it, VS Code would open its list of comments.
      body: '',
      mode,
      box: this,
    });
    // A comment opens for typing only when it changes to that while it is shown, and nothing tells when it is shown.
    for (let attempt = 0; attempt < ATTEMPTS && !this.#isDisposed; attempt++) {
      this.thread.comments = [asking(vscode.CommentMode.Preview)];
      await delay(DRAWN_MS);
      const opened = inputOpened();
      this.thread.comments = [asking(vscode.CommentMode.Editing)];
      if (await opened) return;
    }
  }

  /** Shows that an instruction is being carried out. */
  answering(instruction: string): void {
    this.#instruction = instruction.replaceAll(/\s+/g, ' ');
    this.#tell('answering', t('Writing…'));
  }

  /** Says what came of it. */
  answered(text: string): void {
    this.#tell('answered', text);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.thread.dispose();
    this.#onDisposed();
  }

  /** In the head of the box and not as comments, for which VS Code would open its list of comments. */
  #tell(state: 'asking' | 'answering' | 'answered', text: string): void {
    this.thread.contextValue = state;
    const said =
      this.#instruction.length > MOST_CHARACTERS
        ? `${this.#instruction.slice(0, MOST_CHARACTERS)}…`
        : this.#instruction;
    this.thread.label = said === '' || state === 'asking' ? text : `${text}  “${said}”`;
    if (state !== 'asking') this.thread.comments = [];
  }
}

/** True when a line to type into opens in time. */
function inputOpened(): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isOpened: boolean): void => {
      clearTimeout(timer);
      watch.dispose();
      resolve(isOpened);
    };
    const watch = vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      if (uri.scheme === 'comment') end(true);
    });
    const timer = setTimeout(end, OPENED_MS, false);
  });
}

function delay(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
