import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/emitter.ts';
import { resolveAnswer } from '../../src/edits/resolveAnswer.ts';
import type { ChatModel, ChatPart, ChatRequest, FinishReason } from '../../src/models/chatModel.ts';
import type { EditToResolve, ResolvedEdit } from '../../src/protocol/contextIndex.ts';
import { InlineEdit } from '../../src/vscode/inlineEdit.ts';
import { PendingEdits } from '../../src/vscode/pendingEdits.ts';

/** A model that says what a test has it say, when it has it say it. */
export class TestModel implements ChatModel {
  readonly ref = { provider: 'test', model: 'test' };
  readonly requests: ChatRequest[] = [];
  #pieces: (ChatPart | Error)[] = [];
  readonly #said = new Emitter<null>();

  say(text: string): void {
    this.#push({ type: 'text-delta', text });
  }

  end(reason: FinishReason = 'stop'): void {
    this.#push({ type: 'finish', reason, usage: {} });
  }

  /** The whole of an answer that is ready before it is asked for. */
  answer(text: string): void {
    this.say(text);
    this.end();
  }

  fail(error: Error): void {
    this.#push(error);
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatPart> {
    this.requests.push(request);
    for (;;) {
      signal.throwIfAborted();
      const piece = this.#pieces.shift();
      if (piece instanceof Error) throw piece;
      if (piece !== undefined) yield piece;
      if (piece?.type === 'finish') return;
      if (piece === undefined) await this.#more(signal);
    }
  }

  /** What was not asked for any more. */
  forget(): void {
    this.#pieces = [];
  }

  #push(piece: ChatPart | Error): void {
    this.#pieces.push(piece);
    this.#said.fire(null);
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const watch = this.#said.event(() => {
        watch.dispose();
        resolve();
      });
      signal.addEventListener('abort', () => {
        watch.dispose();
        resolve();
      });
    });
  }
}

/** *Edit Here* as the extension has it, with a model of the test and the log in hand. */
export class EditBench implements vscode.Disposable {
  readonly model = new TestModel();
  readonly announced: string[] = [];
  readonly pending = new PendingEdits((sentence) => this.announced.push(sentence));
  readonly logged: string[] = [];
  readonly edit = new InlineEdit({
    pending: this.pending,
    openModel: () => Promise.resolve(this.model),
    contextSource: () => null,
    resolveEdit,
    log: { debug: ignore, info: ignore, warn: (message) => this.logged.push(message), error: ignore },
  });

  /** Runs an instruction on rows of a document, the last inclusive. Resolves when all is said and done. */
  start(document: vscode.TextDocument, startRow: number, endRow: number): Promise<void> {
    const range = new vscode.Range(startRow, 0, endRow, document.lineAt(endRow).text.length);
    return this.edit.start({ uri: document.uri, range, instruction: 'Improve this.' });
  }

  hunks(document: vscode.TextDocument): number {
    return this.pending.of(document)?.hunks.length ?? 0;
  }

  dispose(): void {
    this.edit.dispose();
    this.pending.dispose();
  }
}

/** As the index process does it, without its grammars. */
export async function resolveEdit({ answer, path, text }: EditToResolve): Promise<ResolvedEdit> {
  const resolved = await resolveAnswer(answer, { path, text }, null);
  return resolved;
}

/** Waits for a state; what it is not in the end says the test's own time limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10);
}

export async function undo(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('undo');
}

/** Types at the cursor, as the keyboard does. */
export async function type(text: string): Promise<void> {
  await vscode.commands.executeCommand('type', { text });
}

/** A text in a Markdown fence. */
export function fenced(text: string, info = 'ts'): string {
  return `\`\`\`${info}\n${text}\n\`\`\`\n`;
}

function ignore(): void {}
