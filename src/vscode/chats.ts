import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import { SextantError } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import { t } from '../base/texts.ts';
import type { Channel } from '../base/rpc.ts';
import type { ChatSession } from '../chat/chatSession.ts';
import type { SetupChoice } from '../chat/setup/setupChoice.ts';
import type { ShownWindow } from '../chat/window/shownWindow.ts';
import { pages, views } from '../manifest.ts';
import type { SessionContext } from './attach/sessionContext.ts';
import { InputFocus } from './inputFocus.ts';
import { showWebviewPage } from './webviewPage.ts';

/** A chat that a view shows. */
export interface OpenChat {
  readonly session: ChatSession;
  readonly context: SessionContext;
  readonly window: ShownWindow;
  readonly setup: SetupChoice;
  readonly focus: InputFocus;
  /** The name of its tab; null in the sidebar. */
  readonly tab: string | null;
  /** Brings it into sight with the focus in its input, and puts text there. */
  summon(text?: string): Promise<void>;
}

/** What a view of a chat needs; whoever has it made disposes of its parts. */
export interface BegunChat extends Pick<OpenChat, 'session' | 'context' | 'window' | 'setup'> {
  readonly parts: readonly Disposable[];
}

/** Where the page of a chat is drawn. */
export interface ChatPlace {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  readonly onDidDispose: vscode.Event<void>;
}

export interface ChatsDependencies {
  readonly extensionUri: vscode.Uri;
  /** Makes what a view needs; the name of its tab, null in the sidebar, outlives a reload. */
  readonly begin: (tab: string | null) => BegunChat;
  /** Answers the page of a chat for as long as its place is there. */
  readonly connect: (place: ChatPlace, channel: Channel, chat: OpenChat) => void;
}

interface ChatTab {
  readonly chat: OpenChat;
  readonly panel: vscode.WebviewPanel;
  readonly parts: DisposableStore;
}

const PATIENCE_MS = 10_000;

/** The chats that are open in this window: the one in the sidebar, and those in tabs and windows of their own. */
export class Chats implements Disposable {
  readonly #dependencies: ChatsDependencies;
  readonly #parts = new DisposableStore();
  readonly #tabs = new Set<ChatTab>();
  readonly main: OpenChat;
  /** The tab that had the focus last. */
  #lastTab: ChatTab | undefined;

  constructor(dependencies: ChatsDependencies) {
    this.#dependencies = dependencies;
    const focus = new InputFocus();
    const { parts, ...begun } = dependencies.begin(null);
    for (const part of parts) this.#parts.add(part);
    this.main = {
      ...begun,
      focus,
      tab: null,
      summon: async (text) => {
        await vscode.commands.executeCommand(`${views.chat}.focus`);
        focus.wish(text);
      },
    };
  }

  /** The chat that is meant where a command does not say: the tab that the user was in last, if it is in sight. */
  get current(): OpenChat {
    return this.#lastTab?.panel.visible === true ? this.#lastTab.chat : this.main;
  }

  attachView(view: vscode.WebviewView, channel: Channel): void {
    this.#dependencies.connect(view, channel, this.main);
  }

  /** Draws a chat in a tab that VS Code has kept over a reload, with what its page has kept. */
  async attachTab(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { conversationId, tab } = (typeof state === 'object' && state !== null ? state : {}) as KeptByPage;
    await this.#show(panel, textOf(tab) ?? uuidV7(Date.now()), textOf(conversationId));
  }

  /** Shows a conversation, or with null a new chat, in a tab; one that shows it already is brought to the front. */
  async openTab(conversationId: string | null): Promise<vscode.WebviewPanel> {
    const known = [...this.#tabs].find(
      ({ chat }) => conversationId !== null && chat.session.shownId === conversationId,
    );
    if (known !== undefined) {
      known.panel.reveal();
      known.chat.focus.wish();
      return known.panel;
    }
    const panel = vscode.window.createWebviewPanel(pages.chat, t('New Chat'), vscode.ViewColumn.Active);
    const chat = await this.#show(panel, uuidV7(Date.now()), conversationId);
    chat.focus.wish();
    return panel;
  }

  /** As {@link openTab}, in a window of its own. */
  async openWindow(conversationId: string | null): Promise<void> {
    const panel = await this.openTab(conversationId);
    // VS Code moves the editor that is active, and it is not known at once that this is the new one.
    await isActive(panel);
    await vscode.commands.executeCommand('workbench.action.moveEditorToNewWindow');
  }

  /** Tabs stay: VS Code keeps them for the next time. */
  dispose(): void {
    for (const { parts } of this.#tabs) parts.dispose();
    this.#parts.dispose();
  }

  async #show(panel: vscode.WebviewPanel, name: string, conversationId: string | null): Promise<OpenChat> {
    const { extensionUri, begin, connect } = this.#dependencies;
    const parts = new DisposableStore();
    const focus = new InputFocus();
    const { parts: begunParts, ...begun } = begin(name);
    for (const part of begunParts) parts.add(part);
    const chat: OpenChat = {
      ...begun,
      focus,
      tab: name,
      summon: (text) => {
        panel.reveal();
        focus.wish(text);
        return Promise.resolve();
      },
    };
    const tab = { chat, panel, parts };
    this.#tabs.add(tab);
    this.#lastTab = tab;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'sextant-color.svg');
    parts.add(
      chat.session.onDidChange((event) => {
        if (event.type === 'conversation') panel.title = event.conversation?.title ?? t('New Chat');
      }),
    );
    parts.add(
      panel.onDidChangeViewState(() => {
        if (panel.active) this.#lastTab = tab;
      }),
    );
    parts.add(
      panel.onDidDispose(() => {
        this.#tabs.delete(tab);
        if (this.#lastTab === tab) this.#lastTab = undefined;
        chat.context.forget();
        parts.dispose();
      }),
    );
    const channel = showWebviewPage(panel, extensionUri, { name: 'chat', title: 'Sextant Chat' });
    const opening = chat.session.open(conversationId);
    connect(
      {
        get visible() {
          return panel.visible;
        },
        onDidChangeVisibility: panel.onDidChangeViewState,
        onDidDispose: panel.onDidDispose,
      },
      channel,
      chat,
    );
    await opening;
    return chat;
  }
}

/** What the page of a tab has kept; a broken one may have kept anything. */
interface KeptByPage {
  readonly conversationId?: unknown;
  readonly tab?: unknown;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 100 ? value : null;
}

/** Resolves once the panel’s tab is the active one; rejects where that does not come about. */
async function isActive(panel: vscode.WebviewPanel): Promise<void> {
  const isIt = (): boolean => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return panel.active && tab?.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith(pages.chat);
  };
  if (isIt()) return;
  await new Promise<void>((resolve, reject) => {
    const parts = new DisposableStore();
    const look = (): void => {
      if (!isIt()) return;
      parts.dispose();
      resolve();
    };
    parts.add(vscode.window.tabGroups.onDidChangeTabs(look));
    parts.add(vscode.window.tabGroups.onDidChangeTabGroups(look));
    parts.add(panel.onDidChangeViewState(look));
    const timer = setTimeout(() => {
      parts.dispose();
      reject(new SextantError('unsupported', t('VS Code has not opened the tab of the chat.')));
    }, PATIENCE_MS);
    parts.add(
      toDisposable(() => {
        clearTimeout(timer);
      }),
    );
  });
}
