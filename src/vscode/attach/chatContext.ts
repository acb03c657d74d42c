import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError } from '../../base/errors.ts';
import type { Caller, Contract, Flat, Handlers } from '../../base/rpc.ts';
import { t } from '../../base/texts.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { codebaseSource, pastChatSource } from '../../chat/attach/chatSources.ts';
import { Composer } from '../../chat/attach/composer.ts';
import { droppedFile } from '../../chat/attach/droppedFile.ts';
import { type QuestionTools, contextOfRules, questionContext } from '../../chat/attach/questionContext.ts';
import { readSavedComposer } from '../../chat/attach/savedComposer.ts';
import { callAgain } from '../../chat/callAgain.ts';
import type { NewQuestion } from '../../chat/chatEvent.ts';
import type { ChatSession } from '../../chat/chatSession.ts';
import { PromptBook } from '../../chat/prompts/promptBook.ts';
import { RuleBook } from '../../chat/rules/ruleBook.ts';
import type { PublicWeb } from '../../privacy/publicWeb.ts';
import { isSecretFile } from '../../privacy/secretFiles.ts';
import type { ChatContextRequests, ComposerContext } from '../../protocol/chatContext.ts';
import type { QuestionContext, ShownConversation, StoreContract } from '../../protocol/store.ts';
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
  /** What went along with questions, by the ids that they were sent under: sent again, they are the same. */
  readonly #sent = new Map<string, QuestionContext>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(dependencies: ChatContextDependencies) {
    this.#dependencies = dependencies;
    const { context, store, session, index } = dependencies;
    const texts = new WorkspaceText(this.#parts.add(new ReadPermission(index)));
    const countTokens = (all: readonly string[]): Promise<readonly number[]> => index.countTokens(all, NEVER);
    const putFile: QuestionTools['putFile'] = (bytes, mimeType) =>
      callAgain(() => store.call('files.put', { bytes, mimeType }));
    this.#tools = {
      countTokens,
      putFile,
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
          files: { put: putFile, get: (sha256) => callAgain(() => store.call('files.get', { sha256 })) },
          attachesActiveFile: readSettings.attachActiveFile,
          save: (saved) => void context.workspaceState.update(SAVED, saved),
        },
        readSavedComposer(context.workspaceState.get<unknown>(SAVED)),
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

  /**
   * Sends a question with what goes along with it; once it is stored, or waits for its turn, what was attached for it
   * alone is done with. Throws a sentence where something cannot go along.
   */
  async send(question: NewQuestion, signal: AbortSignal): Promise<{ conversationId: string }> {
    const { clientMessageId: id, text } = question;
    const known = this.#sent.get(id);
    const surroundings = {
      composer: this.#composer,
      rules: this.#rules,
      prompts: this.#prompts,
      sources: this.#sources,
      tools: this.#tools,
    };
    const context = known ?? (await questionContext(text, surroundings, signal));
    const sent = await this.#dependencies.session.send({ ...question, context });
    if (known === undefined) this.#composer.sent();
    this.#sent.set(id, context);
    // A view that asks again and again for what never comes must not fill the memory.
    for (const old of [...this.#sent.keys()].slice(0, -200)) this.#sent.delete(old);
    return sent;
  }

  /** Asks about code that stands in the question itself: only the rules for its file go along. */
  async ask(text: string, file: vscode.Uri): Promise<void> {
    const place = workspacePlace(file);
    await this.#rules.refresh();
    const rules = place === null ? [] : await this.#rules.rulesFor([place]);
    const context = await contextOfRules(rules, this.#tools);
    await this.#dependencies.session.send({ clientMessageId: crypto.randomUUID(), text, context });
  }

  /** The view draws this chat: what is pinned in it goes along. */
  showChat(conversation: ShownConversation | null): void {
    this.#composer.showChat(conversation);
  }

  /** Attaches files and folders of the workspace. */
  async attachUris(uris: readonly vscode.Uri[]): Promise<void> {
    for (const uri of uris) {
      const place = workspacePlace(uri);
      if (place === null) {
        throw new SextantError(
          'invalid',
          t('{0} lies outside the workspace. Drop its file from there.', nameOf(uri.path)),
        );
      }
      const { type, size } = await vscode.workspace.fs.stat(uri);
      const isPicture = /\.(?:png|jpe?g|gif|webp)$/iu.test(uri.path) && !isSecretFile(uri.path);
      if (type & vscode.FileType.Directory) this.#composer.attach('folder', placeValue(place));
      else if (!isPicture) this.#composer.attach('file', placeValue(place));
      else if (size > 20_000_000) throw new SextantError('invalid', t('{0} is too large.', nameOf(uri.path)));
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
    const { index, store } = this.#dependencies;
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
        if (file === undefined) throw new SextantError('not-found', t('This file is not there any more.'));
        await vscode.window.showTextDocument(workspaceFile(file.folder, file.path));
      },
      openSent: async ({ messageId, at }) => {
        const message = await store.call('messages.get', { messageId });
        const item = message?.sent?.[at];
        const bytes = item === undefined ? null : await store.call('files.get', { sha256: item.sha256 });
        if (item === undefined || bytes === null) {
          throw new SextantError('not-found', t('What was sent then is no longer stored.'));
        }
        if (item.mimeType.startsWith('image/'))
          throw new SextantError('unsupported', t('A picture is not shown here.'));
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
  choice: {
    id: 'dropped',
    get label() {
      return t('File');
    },
    detail: '',
    icon: 'file-media',
    isSearched: false,
  },
  isFrozen: true,
  find: () => Promise.resolve([]),
  read: () => Promise.reject(new SextantError('not-found', t('Drop the file again.'))),
  open: () => Promise.reject(new SextantError('unsupported', t('What was dropped has no file to open.'))),
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

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
