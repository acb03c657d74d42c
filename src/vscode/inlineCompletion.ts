import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { t } from '../base/texts.ts';
import { systemClock } from '../completion/clock.ts';
import { CompletionEngine } from '../completion/completionEngine.ts';
import type { CompletionEvent } from '../completion/completionEvents.ts';
import type { CompletionContext, CompletionInput } from '../completion/completionInput.ts';
import { commands, internalCommands, settings } from '../manifest.ts';
import { type ModelRef, parseModelRef } from '../models/chatModel.ts';
import type { CompletionModel } from '../models/completionModel.ts';
import { isSecretUri } from './secretUris.ts';
import { readSettings } from './settings.ts';

export interface InlineCompletionDependencies {
  /** Opens the model of the setting; throws a model error that says what is missing. */
  openModel(ref: ModelRef): Promise<CompletionModel>;
  readonly context: CompletionContext;
  /** The user's own; nothing is offered as long as it lasts. */
  readonly pause: { readonly isPaused: boolean; readonly onDidChange: Event<null> };
  readonly log: Log;
}

export interface InlineCompletion extends Disposable {
  readonly onDidHappen: Event<CompletionEvent>;
}

/** More than the engine's window on either side, and little enough to copy at each keystroke. */
const READ_CHARACTERS = 10_000;

const documents: vscode.DocumentSelector = [
  { scheme: 'file' },
  { scheme: 'untitled' },
  { scheme: 'vscode-notebook-cell' },
  { scheme: 'vscode-remote' },
  { scheme: 'vscode-vfs' },
];

/** Completes at the cursor as long as the setting names a model. Without one nothing is registered. */
export function registerInlineCompletion(dependencies: InlineCompletionDependencies): InlineCompletion {
  const parts = new DisposableStore();
  const source = {
    chosen: () => parseModelRef(readSettings.completionModel()),
    open: (ref: ModelRef) => dependencies.openModel(ref),
  };
  const engine = parts.add(new CompletionEngine(source, systemClock, dependencies.context));
  const provider = new InlineCompletionProvider(engine, dependencies.log);
  let registration: vscode.Disposable | undefined;
  const follow = (): void => {
    engine.reset();
    registration?.dispose();
    // What a folder of strangers holds decides nothing until the user trusts it.
    const isChosen = vscode.workspace.isTrusted && !dependencies.pause.isPaused && source.chosen() !== null;
    registration = isChosen ? vscode.languages.registerInlineCompletionItemProvider(documents, provider) : undefined;
  };
  follow();
  parts.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      const watched = [settings.completionModel, settings.completionTemplate, settings.endpoints, settings.headers];
      if (watched.some((id) => event.affectsConfiguration(id))) follow();
    }),
  );
  parts.add(vscode.workspace.onDidGrantWorkspaceTrust(follow));
  parts.add(dependencies.pause.onDidChange(follow));
  parts.add({
    dispose() {
      registration?.dispose();
    },
  });
  return {
    onDidHappen: engine.onDidHappen,
    dispose() {
      parts.dispose();
    },
  };
}

class InlineCompletionProvider implements vscode.InlineCompletionItemProvider {
  readonly #engine: CompletionEngine;
  readonly #log: Log;
  readonly #told = new Set<string>();

  constructor(engine: CompletionEngine, log: Log) {
    this.#engine = engine;
    this.#log = log;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const isAutomatic = context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
    if (isAutomatic && readSettings.completionDisabledLanguages().includes(document.languageId)) return [];
    if (isSecretUri(document.uri)) return [];
    // In an editor that is read-only for another reason VS Code does not ask.
    if (vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false) return [];
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      // With an entry of the suggestion list selected, VS Code shows only what continues that entry.
      const selected = context.selectedCompletionInfo;
      const input = readInput(document, position, context.triggerKind, selected);
      const suggestion = await this.#engine.complete(input, abort.signal);
      if (suggestion === null) return [];
      const range = selected?.range ?? new vscode.Range(position, position);
      const accepted = {
        command: internalCommands.completionAccepted,
        title: t('Accepted'),
        arguments: [suggestion.id],
      };
      return [new vscode.InlineCompletionItem((selected?.text ?? '') + suggestion.text, range, accepted)];
    } catch (error) {
      this.#tell(errorMessage(error));
      return [];
    } finally {
      cancellation.dispose();
    }
  }

  /** Once for each sentence: the log has them all, and nobody wants to click away a message while typing. */
  #tell(message: string): void {
    this.#log.warn(`completion: ${message}`);
    if (this.#told.has(message)) return;
    this.#told.add(message);
    const choose = t('Choose Completion Model');
    void vscode.window.showWarningMessage(t('Inline completion: {0}', message), choose).then((chosen) => {
      if (chosen === choose) void vscode.commands.executeCommand(commands.pickCompletionModel);
    });
  }
}

/** The code of the cells before this one, since they run before it; empty for what is no cell. */
function cellsBefore(document: vscode.TextDocument): string {
  if (document.uri.scheme !== 'vscode-notebook-cell') return '';
  const cells = vscode.workspace.notebookDocuments
    .map((notebook) => notebook.getCells())
    .find((each) => each.some((cell) => cell.document === document));
  const before = (cells ?? []).slice(0, cells?.findIndex((cell) => cell.document === document) ?? 0);
  return before
    .filter((cell) => cell.document.languageId === document.languageId)
    .map((cell) => `${cell.document.getText()}\n\n`)
    .join('');
}

/** A path outside the workspace says too much of the machine. */
function toldPath(uri: vscode.Uri): string {
  const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  return isInside ? vscode.workspace.asRelativePath(uri) : (uri.path.split('/').at(-1) ?? '');
}

function readInput(
  document: vscode.TextDocument,
  position: vscode.Position,
  triggerKind: vscode.InlineCompletionTriggerKind,
  selected: vscode.SelectedCompletionInfo | undefined,
): CompletionInput {
  const offset = document.offsetAt(position);
  const start = selected === undefined ? offset : document.offsetAt(selected.range.start);
  const read = (from: number, to: number): string =>
    document.getText(new vscode.Range(document.positionAt(Math.max(0, from)), document.positionAt(to)));
  const before = cellsBefore(document);
  const own = read(start - READ_CHARACTERS, start) + (selected?.text ?? '');
  return {
    uri: document.uri.toString(),
    path: toldPath(document.uri),
    languageId: document.languageId,
    prefix: (before + own).slice(-READ_CHARACTERS),
    suffix: read(offset, offset + READ_CHARACTERS),
    offset: before.length + start + (selected?.text.length ?? 0),
    trigger: triggerKind === vscode.InlineCompletionTriggerKind.Invoke ? 'explicit' : 'automatic',
  };
}
