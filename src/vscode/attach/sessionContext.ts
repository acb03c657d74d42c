import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError } from '../../base/errors.ts';
import type { Caller, Contract, Flat, Handlers } from '../../base/rpc.ts';
import { t } from '../../base/texts.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { Composer } from '../../chat/attach/composer.ts';
import { droppedFile } from '../../chat/attach/droppedFile.ts';
import { type QuestionTools, contextOfRules, questionContext } from '../../chat/attach/questionContext.ts';
import { readSavedComposer } from '../../chat/attach/savedComposer.ts';
import { sentPassage } from '../../chat/attach/sentPassage.ts';
import { callAgain } from '../../chat/callAgain.ts';
import type { NewQuestion } from '../../chat/chatEvent.ts';
import type { ChatSession } from '../../chat/chatSession.ts';
import type { ChatContextRequests, ComposerContext } from '../../protocol/chatContext.ts';
import type { QuestionContext, ShownConversation, StoreContract } from '../../protocol/store.ts';
import { workspaceFile } from '../editorActions.ts';
import { isSecretName, isSecretUri } from '../secretUris.ts';
import { readSettings } from '../settings.ts';
import type { WorkspaceIndex } from '../workspaceIndex.ts';
import type { ChatContext } from './chatContext.ts';
import { activeValue } from './editorSources.ts';
import { findNames } from './fileSources.ts';
import { followLines } from './followLines.ts';
import { nameOf, placeValue, workspacePlace } from './workspaceText.ts';

interface ContextContract extends Contract {
  readonly requests: Flat<ChatContextRequests>;
}

export interface SessionContextDependencies {
  /** What all chats of the window have alike. */
  readonly shared: ChatContext;
  readonly store: Caller<StoreContract>;
  readonly index: WorkspaceIndex;
  /** Null where the model that answers sees images, else a sentence that says that it does not. */
  readonly imageProblem: () => string | null;
  /** Where what is attached outlives a reload. */
  readonly kept: { readonly memory: vscode.Memento; readonly key: string };
}

/** What goes along with the questions of one chat: what is attached in its view, and the active file. */
export class SessionContext implements Disposable {
  readonly #dependencies: SessionContextDependencies;
  readonly #shared: ChatContext;
  readonly #session: ChatSession;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  readonly #sources: readonly AttachmentSource[];
  readonly #composer: Composer;
  /** What went along with questions, by the ids that they were sent under: sent again, they are the same. */
  readonly #sent = new Map<string, QuestionContext>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is in the active editor; null where that is nothing that can go along. */
  #active: string | null = null;
  /** Somebody has this chat in sight: till then no file is read for it. */
  #isUsed = false;

  readonly onDidChange = this.#changed.event;

  constructor(session: ChatSession, dependencies: SessionContextDependencies) {
    this.#dependencies = dependencies;
    this.#session = session;
    const { shared, store, kept } = dependencies;
    this.#shared = shared;
    this.#sources = shared.sources(session);
    this.#composer = this.#parts.add(
      new Composer(
        {
          sources: this.#sources,
          countTokens: (texts) => shared.tools.countTokens(texts),
          files: {
            put: (bytes, mimeType) => shared.tools.putFile(bytes, mimeType),
            get: (sha256) => callAgain(() => store.call('files.get', { sha256 })),
          },
          attachesActiveFile: readSettings.attachActiveFile,
          save: (saved) => void kept.memory.update(kept.key, saved),
        },
        readSavedComposer(kept.memory.get<unknown>(kept.key)),
      ),
    );
    for (const { onDidChange } of [this.#composer, shared]) {
      this.#parts.add(
        onDidChange(() => {
          this.#changed.fire(null);
        }),
      );
    }
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
    return {
      chips: this.#composer.chips(),
      sources: this.#sources.map(({ choice }) => choice).filter(({ id }) => id !== 'dropped'),
      rules: this.#shared.rules.choices(this.#composer.places().map(({ place }) => place)),
      prompts: this.#shared.prompts.choices(),
    };
  }

  /** Looks for rules and prompts. */
  async refresh(): Promise<void> {
    await this.#shared.refresh();
  }

  /**
   * Sends a question with what goes along with it; once it is stored, or waits for its turn, what was attached for it
   * alone is done with. Throws a sentence where something cannot go along.
   */
  async send(question: NewQuestion, signal: AbortSignal): Promise<{ conversationId: string }> {
    this.#use();
    const { clientMessageId: id, text } = question;
    const known = this.#sent.get(id);
    const { rules, prompts } = this.#shared;
    const tools = this.#tools();
    const surroundings = { composer: this.#composer, rules, prompts, sources: this.#sources, tools };
    const context = known ?? (await questionContext(text, surroundings, signal));
    const sent = await this.#session.send({ ...question, context });
    if (known === undefined) this.#composer.sent();
    this.#sent.set(id, context);
    // A view that asks again and again for what never comes must not fill the memory.
    for (const old of [...this.#sent.keys()].slice(0, -200)) this.#sent.delete(old);
    return sent;
  }

  /** Asks about code that stands in the question itself: only the rules for its file go along. */
  async ask(text: string, file: vscode.Uri): Promise<void> {
    const { rules } = this.#shared;
    const place = workspacePlace(file);
    await rules.refresh();
    const context = await contextOfRules(place === null ? [] : await rules.rulesFor([place]), this.#tools());
    await this.#session.send({ clientMessageId: crypto.randomUUID(), text, context });
  }

  /** The view draws this chat: what is pinned in it goes along. */
  showChat(conversation: ShownConversation | null): void {
    this.#use();
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
      const isPicture = /\.(?:png|jpe?g|gif|webp)$/iu.test(uri.path) && !isSecretUri(uri);
      if (type & vscode.FileType.Directory) this.#composer.attach('folder', placeValue(place));
      else if (!isPicture) this.#composer.attach('file', placeValue(place));
      else if (size > 20_000_000) throw new SextantError('invalid', t('{0} is too large.', nameOf(uri.path)));
      else
        this.#composer.put(
          'dropped',
          droppedFile(nameOf(uri.path), await vscode.workspace.fs.readFile(uri), isSecretName),
        );
    }
  }

  /** Attaches what a command of VS Code’s menus was run on. */
  attach(source: string, value: string): void {
    this.#composer.attach(source, value);
  }

  async attachTerminal(): Promise<void> {
    this.#composer.put('terminal', await this.#shared.terminal.selected());
  }

  /** Answers what the view asks. */
  handlers(): Handlers<ContextContract> {
    const { store, index } = this.#dependencies;
    const { rules, documents, texts } = this.#shared;
    return {
      findContext: ({ source, typed }, signal) =>
        source === null
          ? findNames(index, typed, ['file', 'folder', 'symbol'], signal)
          : this.#composer.find(source, typed, signal),
      attachContext: ({ source, value }) => {
        this.#composer.attach(source, value);
      },
      attachUris: ({ uris }) => this.attachUris(uris.map(ownUri)),
      attachFile: ({ name, bytes }) => {
        this.#composer.put('dropped', droppedFile(name, bytes, isSecretName));
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
        rules.switchRule(id, isOn);
      },
      openRule: async ({ id }) => {
        const file = rules.fileOf(id);
        if (file === undefined) throw new SextantError('not-found', t('This file is not there any more.'));
        await vscode.window.showTextDocument(workspaceFile(file.folder, file.path));
      },
      openSent: async ({ messageId, at }) => {
        const message = await store.call('messages.get', { messageId });
        const passage = message?.context[at];
        if (passage !== undefined) {
          const { text } = await texts.lines(passage);
          await documents.show(`${passage.textHash.slice(0, 8)}/${passage.path}`, await sentPassage(passage, text));
          return;
        }
        const item = message?.sent?.[at];
        const bytes = item === undefined ? null : await store.call('files.get', { sha256: item.sha256 });
        if (item === undefined || bytes === null) {
          throw new SextantError('not-found', t('What was sent then is no longer stored.'));
        }
        if (item.mimeType.startsWith('image/'))
          throw new SextantError('unsupported', t('A picture is not shown here.'));
        const name = item.place === null ? `${item.label.replaceAll(/[^\w.-]+/gu, ' ')}.txt` : item.place.path;
        await documents.show(`${item.sha256.slice(0, 8)}/${name}`, new TextDecoder().decode(bytes));
      },
    };
  }

  /** The view is gone for good: what was attached in it is not kept. */
  forget(): void {
    const { memory, key } = this.#dependencies.kept;
    this.#parts.dispose();
    void memory.update(key, undefined);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  #tools(): QuestionTools {
    return { ...this.#shared.tools, imageProblem: this.#dependencies.imageProblem };
  }

  #followEditor(): void {
    const editor = vscode.window.activeTextEditor;
    // While the user is in the chat there is none, and the last one is what is meant.
    if (editor === undefined && vscode.window.visibleTextEditors.length > 0) return;
    const isSecret = editor !== undefined && isSecretUri(editor.document.uri);
    this.#active = isSecret ? null : activeValue(editor);
    if (this.#isUsed) this.#use();
  }

  #use(): void {
    this.#isUsed = true;
    this.#composer.setAutomatic('code', this.#active);
  }
}

/** What the page names as the window sees it, as this host does: on a remote machine these are files of its own. */
function ownUri(text: string): vscode.Uri {
  const uri = vscode.Uri.parse(text, true);
  const isOwn = vscode.workspace.workspaceFolders?.[0]?.uri.scheme === 'file';
  return uri.scheme === 'vscode-remote' && isOwn ? uri.with({ scheme: 'file', authority: '' }) : uri;
}
