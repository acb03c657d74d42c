import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError } from '../../base/errors.ts';
import type { Caller, Contract, Flat, Handlers } from '../../base/rpc.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { codebaseSource, pastChatSource } from '../../chat/attach/chatSources.ts';
import { Composer, type SavedComposer } from '../../chat/attach/composer.ts';
import { droppedFile } from '../../chat/attach/droppedFile.ts';
import { type QuestionContext, type QuestionTools, questionContext } from '../../chat/attach/questionContext.ts';
import { callAgain } from '../../chat/callAgain.ts';
import type { ChatSession } from '../../chat/chatSession.ts';
import { PromptBook } from '../../chat/prompts/promptBook.ts';
import { RuleBook } from '../../chat/rules/ruleBook.ts';
import type { PublicWeb } from '../../privacy/publicWeb.ts';
import { isSecretFile } from '../../privacy/secretFiles.ts';
import type { ChatContextRequests, ComposerContext } from '../../protocol/chatContext.ts';
import type { StoreContract } from '../../protocol/store.ts';
import { workspaceFile } from '../editorActions.ts';
import { ReadOnlyDocuments } from '../readOnlyDocuments.ts';
import { ReadPermission } from '../readPermission.ts';
import { readSettings } from '../settings.ts';
import type { WorkspaceIndex } from '../workspaceIndex.ts';
import { activeValue, editorSources } from './editorSources.ts';
import { fileSources, findNames } from './fileSources.ts';
import { followLines } from './followLines.ts';
import { gitSources } from './gitSources.ts';
import { TerminalOutput } from './terminalOutput.ts';
import { urlSource } from './urlSource.ts';
import { WorkspaceFiles } from './workspaceFiles.ts';
import { WorkspaceText, directoryOf, nameOf, placeValue, workspacePlace } from './workspaceText.ts';

interface ContextContract extends Contract {
  readonly requests: Flat<ChatContextRequests>;
}

export interface ChatContextDependencies {
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalStorageUri'>;
  readonly store: Caller<StoreContract>;
  readonly session: ChatSession;
  readonly index: WorkspaceIndex;
  readonly web: PublicWeb;
  /** Null where the model that answers sees images, else a sentence that says that it does not. */
  readonly imageProblem: () => string | null;
}

const SAVED = 'sextant.chat.attached';
const RULES_OFF = 'sextant.chat.rulesOff';
const NEVER = new AbortController().signal;

/** What goes along with the questions of this window’s chat: what is attached, rules and slash commands. */
export class ChatContext implements Disposable {
  readonly #dependencies: ChatContextDependencies;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  readonly #terminal = this.#parts.add(new TerminalOutput());
  readonly #documents = this.#parts.add(new ReadOnlyDocuments('sextant-sent'));
  readonly #sources: readonly AttachmentSource[];
  readonly #composer: Composer;
  readonly #rules: RuleBook;
  readonly #prompts: PromptBook;
  readonly #tools: QuestionTools;
  /** What goes along with questions that are on their way, or wait for their turn, by the ids that they are sent under. */
  readonly #collected = new Map<string, QuestionContext>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(dependencies: ChatContextDependencies) {
    this.#dependencies = dependencies;
    const { context, store, session, index } = dependencies;
    const texts = new WorkspaceText(this.#parts.add(new ReadPermission(index)));
    const countTokens = (all: readonly string[]): Promise<readonly number[]> => index.countTokens(all, NEVER);
    this.#tools = {
      countTokens,
      putFile: (bytes, mimeType) => callAgain(() => store.call('files.put', { bytes, mimeType })),
      variables: promptVariables,
      imageProblem: dependencies.imageProblem,
    };
    this.#sources = [
      ...fileSources(index, texts),
      ...editorSources(texts),
      this.#terminal.source,
      ...gitSources,
      urlSource(dependencies.web),
      codebaseSource(index, (question) => showSearch(question)),
      pastChatSource(store, (id) => session.open(id)),
      droppedSource,
    ];
    this.#composer = this.#parts.add(
      new Composer(
        {
          sources: this.#sources,
          countTokens,
          readBack: (sha256) => callAgain(() => store.call('files.get', { sha256 })),
          attachesActiveFile: readSettings.attachActiveFile,
          save: (saved) => void context.workspaceState.update(SAVED, saved),
        },
        readSaved(context.workspaceState.get<unknown>(SAVED), this.#sources),
      ),
    );
    const files = this.#parts.add(new WorkspaceFiles(vscode.Uri.joinPath(context.globalStorageUri, 'prompts')));
    this.#rules = this.#parts.add(
      new RuleBook({
        files,
        countTokens,
        switchedOff: () => stringsOf(context.workspaceState.get<unknown>(RULES_OFF)),
        saveSwitchedOff: (ids) => void context.workspaceState.update(RULES_OFF, ids),
      }),
    );
    this.#prompts = this.#parts.add(new PromptBook(files));
    for (const { onDidChange } of [this.#composer, this.#rules, this.#prompts]) {
      this.#parts.add(
        onDidChange(() => {
          this.#changed.fire(null);
        }),
      );
    }
    this.#parts.add(files.onDidChange(() => void this.refresh()));
    this.#parts.add(followLines(this.#composer));
    this.#parts.add(
      session.onDidChange((event) => {
        if (event.type === 'conversation') this.#composer.showChat(event.conversation);
      }),
    );
    const follow = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#followEditor();
      }, 100);
    };
    this.#parts.add(vscode.window.onDidChangeActiveTextEditor(follow));
    this.#parts.add(vscode.window.onDidChangeTextEditorSelection(follow));
    this.#followEditor();
  }

  /** What the composer shows. */
  current(): ComposerContext {
    const chips = this.#composer.chips();
    return {
      chips,
      sources: this.#sources.map(({ choice }) => choice).filter(({ id }) => id !== 'dropped'),
      rules: this.#rules.choices(this.#composer.places().map(({ place }) => place)),
      prompts: this.#prompts.choices(),
    };
  }

  /** Looks for rules and prompts. */
  async refresh(): Promise<void> {
    await Promise.all([this.#rules.refresh(), this.#prompts.refresh()]);
  }

  /** Reads what goes along with a question, so that {@link contextOf} has it; throws a sentence where that fails. */
  async collect(id: string, question: string, signal: AbortSignal): Promise<void> {
    if (this.#collected.has(id)) return;
    const surroundings = {
      composer: this.#composer,
      rules: this.#rules,
      prompts: this.#prompts,
      sources: this.#sources,
      tools: this.#tools,
    };
    this.#collected.set(id, await questionContext(question, surroundings, signal));
    // A view that asks again and again for what never comes must not fill the memory.
    for (const old of [...this.#collected.keys()].slice(0, -200)) this.#collected.delete(old);
  }

  /** What was collected for a question. */
  contextOf(id: string): QuestionContext | undefined {
    return this.#collected.get(id);
  }

  /** Sends a question; once it is stored, or waits for its turn, what was attached for it alone is done with. */
  async sending<T>(id: string, send: () => Promise<T>): Promise<T> {
    try {
      const sent = await send();
      this.#composer.sent();
      return sent;
    } catch (error) {
      // The next try may come with something else attached.
      this.#collected.delete(id);
      throw error;
    }
  }

  /** Attaches files and folders of the workspace. */
  async attachUris(uris: readonly vscode.Uri[]): Promise<void> {
    for (const uri of uris) {
      const place = workspacePlace(uri);
      if (place === null) {
        throw new SextantError('invalid', `${nameOf(uri.path)} lies outside the workspace. Drop its file from there.`);
      }
      const { type, size } = await vscode.workspace.fs.stat(uri);
      const isPicture = /\.(?:png|jpe?g|gif|webp)$/iu.test(uri.path) && !isSecretFile(uri.path);
      if (type & vscode.FileType.Directory) this.#composer.attach('folder', placeValue(place));
      else if (!isPicture) this.#composer.attach('file', placeValue(place));
      else if (size > 20_000_000) throw new SextantError('invalid', `${nameOf(uri.path)} is too large.`);
      else this.#composer.put('dropped', droppedFile(nameOf(uri.path), await vscode.workspace.fs.readFile(uri)));
    }
  }

  /** Attaches what a command of VS Code’s menus was run on. */
  attach(source: string, value: string): void {
    this.#composer.attach(source, value);
  }

  async attachTerminal(): Promise<void> {
    this.#composer.put('terminal', await this.#terminal.selected());
  }

  /** Answers what the view asks. */
  handlers(): Handlers<ContextContract> {
    const { index, session } = this.#dependencies;
    return {
      findContext: ({ source, typed }, signal) =>
        source === null
          ? findNames(index, typed, ['file', 'folder', 'symbol'], signal)
          : this.#composer.find(source, typed, signal),
      attachContext: ({ source, value }) => {
        this.#composer.attach(source, value);
      },
      attachUris: ({ uris }) => this.attachUris(uris.map((uri) => vscode.Uri.parse(uri, true))),
      attachFile: ({ name, bytes }) => {
        this.#composer.put('dropped', droppedFile(name, bytes));
      },
      detachContext: ({ id }) => {
        this.#composer.detach(id);
      },
      pinContext: ({ id, isPinned }) => {
        this.#composer.pin(id, isPinned);
      },
      openContext: ({ id }) => this.#composer.open(id),
      switchActiveFile: ({ isOn }) => {
        this.#composer.switchActiveFile(isOn);
      },
      switchRule: ({ id, isOn }) => {
        this.#rules.switchRule(id, isOn);
      },
      openRule: async ({ id }) => {
        const file = this.#rules.fileOf(id);
        if (file === undefined) throw new SextantError('not-found', 'This file is not there any more.');
        await vscode.window.showTextDocument(workspaceFile(file.folder, file.path));
      },
      openSent: async ({ messageId, at }) => {
        const message = (await session.shown())?.messages.find(({ id }) => id === messageId);
        const item = message?.sent?.[at];
        const { store } = this.#dependencies;
        const bytes = item === undefined ? null : await store.call('files.get', { sha256: item.sha256 });
        if (item === undefined || bytes === null) {
          throw new SextantError('not-found', 'What was sent then is no longer stored.');
        }
        if (item.mimeType.startsWith('image/')) throw new SextantError('unsupported', 'A picture is not shown here.');
        const name = item.place === null ? `${item.label.replaceAll(/[^\w.-]+/gu, ' ')}.txt` : item.place.path;
        await this.#documents.show(`${item.sha256.slice(0, 8)}/${name}`, new TextDecoder().decode(bytes));
      },
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  #followEditor(): void {
    const editor = vscode.window.activeTextEditor;
    // While the user is in the chat there is none, and the last one is what is meant.
    if (editor === undefined && vscode.window.visibleTextEditors.length > 0) return;
    const isSecret = editor !== undefined && isSecretFile(editor.document.uri.path);
    this.#composer.setAutomatic('code', isSecret ? null : activeValue(editor));
  }
}

/** What was pasted or dropped: it is read already when it is attached. */
const droppedSource: AttachmentSource = {
  choice: { id: 'dropped', label: 'File', detail: '', icon: 'file-media', isSearched: false },
  isFrozen: true,
  find: () => Promise.resolve([]),
  read: () => Promise.reject(new SextantError('not-found', 'Drop the file again.')),
  open: () => Promise.reject(new SextantError('unsupported', 'What was dropped has no file to open.')),
};

async function showSearch(question: string): Promise<void> {
  await vscode.commands.executeCommand('sextant.searchCode', question);
}

function promptVariables(): ReturnType<QuestionTools['variables']> {
  const editor = vscode.window.activeTextEditor;
  const place = editor === undefined ? null : workspacePlace(editor.document.uri);
  const isOpen = editor !== undefined && place !== null && !isSecretFile(place.path);
  const now = new Date();
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return {
    selection: isOpen ? editor.document.getText(editor.selection) : '',
    file: isOpen ? [directoryOf(place), nameOf(place.path)].filter((part) => part !== '').join('/') : '',
    language: isOpen ? editor.document.languageId : '',
    workspaceFolder: vscode.workspace.name ?? '',
    date: date.map((part) => String(part).padStart(2, '0')).join('-'),
  };
}

/** As far as it is what this version writes. What was frozen when it was attached is not there any more. */
function readSaved(saved: unknown, sources: readonly AttachmentSource[]): SavedComposer {
  const { attached, switched } = (typeof saved === 'object' && saved !== null ? saved : {}) as Record<string, unknown>;
  const living = new Set(sources.filter(({ isFrozen }) => !isFrozen).map(({ choice }) => choice.id));
  return {
    attached: (Array.isArray(attached) ? (attached as unknown[]) : []).flatMap((each) => {
      const { source, value, isPinned } = (typeof each === 'object' && each !== null ? each : {}) as Record<
        string,
        unknown
      >;
      const isKnown = typeof source === 'string' && living.has(source) && typeof value === 'string';
      return isKnown && isPinned !== true ? { source, value, isPinned: false } : [];
    }),
    switched: (Array.isArray(switched) ? (switched as unknown[]) : []).flatMap((each): [string, boolean][] => {
      const [chat, isOn] = Array.isArray(each) ? (each as unknown[]) : [];
      return typeof chat === 'string' && typeof isOn === 'boolean' ? [[chat, isOn]] : [];
    }),
  };
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
