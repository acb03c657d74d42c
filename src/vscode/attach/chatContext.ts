import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError } from '../../base/errors.ts';
import type { Caller } from '../../base/rpc.ts';
import { t } from '../../base/texts.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { codebaseSource, pastChatSource } from '../../chat/attach/chatSources.ts';
import type { QuestionTools } from '../../chat/attach/questionContext.ts';
import { callAgain } from '../../chat/callAgain.ts';
import type { ChatSession } from '../../chat/chatSession.ts';
import { PromptBook } from '../../chat/prompts/promptBook.ts';
import { RuleBook } from '../../chat/rules/ruleBook.ts';
import type { PublicWeb } from '../../privacy/publicWeb.ts';
import type { StoreContract } from '../../protocol/store.ts';
import { ReadOnlyDocuments } from '../readOnlyDocuments.ts';
import { ReadPermission } from '../readPermission.ts';
import { isSecretUri } from '../secretUris.ts';
import type { WorkspaceIndex } from '../workspaceIndex.ts';
import { editorSources } from './editorSources.ts';
import { fileSources } from './fileSources.ts';
import { gitSources } from './gitSources.ts';
import { TerminalOutput } from './terminalOutput.ts';
import { urlSource } from './urlSource.ts';
import { WorkspaceFiles } from './workspaceFiles.ts';
import { WorkspaceText, directoryOf, nameOf, workspacePlace } from './workspaceText.ts';

export interface ChatContextDependencies {
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalStorageUri'>;
  readonly store: Caller<StoreContract>;
  readonly index: WorkspaceIndex;
  readonly web: PublicWeb;
}

const RULES_OFF = 'sextant.chat.rulesOff';
const NEVER = new AbortController().signal;

/** What goes along with questions in all chats of this window: where it comes from, rules and slash commands. */
export class ChatContext implements Disposable {
  readonly #dependencies: ChatContextDependencies;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  readonly texts: WorkspaceText;
  readonly terminal = this.#parts.add(new TerminalOutput());
  readonly documents = this.#parts.add(new ReadOnlyDocuments('sextant-sent'));
  readonly tools: Omit<QuestionTools, 'imageProblem'>;
  readonly rules: RuleBook;
  readonly prompts: PromptBook;

  /** Rules or slash commands are others than they were. */
  readonly onDidChange = this.#changed.event;

  constructor(dependencies: ChatContextDependencies) {
    this.#dependencies = dependencies;
    const { context, store, index } = dependencies;
    this.texts = new WorkspaceText(this.#parts.add(new ReadPermission(index)));
    const countTokens: QuestionTools['countTokens'] = (all) => index.countTokens(all, NEVER);
    this.tools = {
      countTokens,
      putFile: (bytes, mimeType) => callAgain(() => store.call('files.put', { bytes, mimeType })),
      variables: promptVariables,
    };
    const files = this.#parts.add(new WorkspaceFiles(vscode.Uri.joinPath(context.globalStorageUri, 'prompts')));
    this.rules = this.#parts.add(
      new RuleBook({
        files,
        countTokens,
        switchedOff: () => stringsOf(context.workspaceState.get<unknown>(RULES_OFF)),
        saveSwitchedOff: (ids) => void context.workspaceState.update(RULES_OFF, ids),
      }),
    );
    this.prompts = this.#parts.add(new PromptBook(files));
    for (const { onDidChange } of [this.rules, this.prompts]) {
      this.#parts.add(
        onDidChange(() => {
          this.#changed.fire(null);
        }),
      );
    }
    this.#parts.add(files.onDidChange(() => void this.refresh()));
  }

  /** All that can be attached in a chat, in which past chats open. */
  sources(session: ChatSession): readonly AttachmentSource[] {
    const { index, web, store } = this.#dependencies;
    return [
      ...fileSources(index, this.texts),
      ...editorSources(this.texts),
      this.terminal.source,
      ...gitSources,
      urlSource(web),
      codebaseSource(index, (question) => showSearch(question)),
      pastChatSource(store, (id) => session.open(id)),
      droppedSource,
    ];
  }

  /** Looks for rules and prompts. */
  async refresh(): Promise<void> {
    await Promise.all([this.rules.refresh(), this.prompts.refresh()]);
  }

  dispose(): void {
    this.#parts.dispose();
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
  const isOpen = editor !== undefined && place !== null && !isSecretUri(editor.document.uri);
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
