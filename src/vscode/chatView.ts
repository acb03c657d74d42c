import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { type Channel, type Handlers, RpcPeer } from '../base/rpc.ts';
import type { chatHistoryHandlers } from '../chat/chatHistory.ts';
import type { ChatSession } from '../chat/chatSession.ts';
import type { PersonaBook } from '../chat/setup/personaBook.ts';
import { offlineModel } from '../chat/offlineModel.ts';
import { commands, contextKeys, settings } from '../manifest.ts';
import { chatHostValidators } from '../protocol/chatHostValidators.ts';
import type { ChatHostContract, ChatSnapshot, ChatViewContract, ViewCommand } from '../protocol/chatView.ts';
import { builtInProvider } from '../models/registry.ts';
import type { LocalServerWatch } from '../models/localServerWatch.ts';
import { fetchPicture } from '../models/fetchPicture.ts';
import type { PublicWeb } from '../privacy/publicWeb.ts';
import { insertAtCursor, openAsNewFile, openLink, openPassage } from './editorActions.ts';
import { resolvePlaces } from './resolvePlaces.ts';
import { saveEndpoint } from './settings.ts';
import { runInTerminal } from './runInTerminal.ts';
import type { Editing } from './editing.ts';
import type { ChatPlace, Chats, OpenChat } from './chats.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import type { Welcome } from './welcome.ts';
import type { StoreNotices } from './storeNotices.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

const viewCommands: Readonly<Record<Exclude<ViewCommand, 'startServer'>, string>> = {
  setUpProvider: commands.setUpProvider,
  manageProviders: commands.manageProviders,
  setKey: commands.setKey,
  openEndpointSettings: 'workbench.action.openSettings',
  openBudgetSettings: 'workbench.action.openSettings',
  openParameterSettings: 'workbench.action.openSettings',
  openProxySettings: 'workbench.action.openSettings',
  indexWorkspace: commands.indexWorkspace,
  pauseIndexing: commands.pauseIndexing,
  resumeIndexing: commands.resumeIndexing,
  openFolder: 'workbench.action.files.openFolder',
  manageTrust: 'workbench.trust.manage',
  openSearchSetting: 'workbench.action.openSettings',
  showLog: commands.showLog,
  enterRecoveryCode: commands.enterRecoveryCode,
};

/** The setting that a command of the view opens. */
const settingOf: Readonly<Partial<Record<ViewCommand, string>>> = {
  openEndpointSettings: settings.endpoints,
  openBudgetSettings: 'sextant.usage',
  openParameterSettings: settings.bodyParameters,
  openProxySettings: 'http.proxy',
  openSearchSetting: settings.detectLocalServers,
};

export interface ChatViewDependencies {
  /** Answers what a chat asks about past chats. */
  readonly history: (session: ChatSession) => ReturnType<typeof chatHistoryHandlers>;
  readonly models: ModelDirectory;
  readonly serverWatch: Pick<LocalServerWatch, 'add'>;
  readonly index: WorkspaceIndex;
  readonly chats: Pick<Chats, 'openTab' | 'openWindow' | 'current'>;
  readonly log: Log;
  readonly personas: PersonaBook;
  /** What becomes of code in answers. */
  readonly editing: Pick<Editing, 'apply' | 'answers'>;
  readonly welcome: Pick<Welcome, 'current' | 'known' | 'onDidChange'>;
  readonly notice: Pick<StoreNotices, 'current' | 'onDidChange'>;
  readonly web: PublicWeb;
}

/** Connects the page of a chat to its session. The page may come and go; the session stays. */
export function attachChatView(
  view: ChatPlace,
  channel: Channel,
  chat: OpenChat,
  dependencies: ChatViewDependencies,
): void {
  const { models, editing, index, notice, welcome, log, chats } = dependencies;
  const { session, context, window, setup, focus } = chat;
  const subscriptions = new DisposableStore();
  // The store opens while the page loads.
  models.load().catch(() => undefined);
  const peer = subscriptions.add(
    new RpcPeer<ChatHostContract, ChatViewContract>(channel, {
      handlers: chatHandlers(chat, dependencies),
      validators: chatHostValidators,
      onInternalError: failuresOf('chat view', log),
    }),
  );
  const sendModels = (): void => {
    peer.emit('models', { ...models.state(), model: setup.model() });
  };
  subscriptions.add(
    session.onDidChange((event) => {
      const { type, ...payload } = event;
      peer.emit(type, payload);
      setContext(contextKeys.answering, chats.current.session.isAnswering);
    }),
  );
  subscriptions.add(
    setup.onDidChange(() => {
      peer.emit('setup', { setup: setup.state() });
      sendModels();
    }),
  );
  subscriptions.add(
    editing.answers.onDidChange(() => {
      peer.emit('edits', {});
    }),
  );
  subscriptions.add(
    context.onDidChange(() => {
      peer.emit('composer', { composer: context.current() });
    }),
  );
  subscriptions.add(
    window.onDidChange((report) => {
      peer.emit('window', { report });
    }),
  );
  subscriptions.add(
    welcome.onDidChange(() => {
      peer.emit('firstRun', { firstRun: welcome.known() });
    }),
  );
  subscriptions.add(
    index.onDidChangeStatus((status) => {
      peer.emit('index', { status, hasWorkspace: index.hasFolders });
    }),
  );
  subscriptions.add(dependencies.serverWatch.add(() => view.visible));
  const hasFocus = (isFocused: boolean): void => {
    setContext(contextKeys.chatFocused, isFocused);
    if (isFocused) setContext(contextKeys.answering, session.isAnswering);
  };
  // A page that is hidden is gone; it says so when it is drawn again.
  let isDrawn = false;
  const grantFocus = (hasWaited: boolean): void => {
    const wish = isDrawn ? focus.take() : null;
    if (wish === null) return;
    // The next key may come before the page has said that it has the focus.
    if (!hasWaited) hasFocus(true);
    peer.emit('draft', { ...wish, hasWaited });
  };
  subscriptions.add(
    peer.on('ready', () => {
      isDrawn = true;
      grantFocus(true);
      // It may be why there is no snapshot.
      if (notice.current() !== null) peer.emit('notice', { notice: notice.current() });
      prepare(models, index);
      void context.refresh();
    }),
  );
  subscriptions.add(
    peer.on('focus', ({ isFocused }) => {
      hasFocus(isFocused);
    }),
  );
  subscriptions.add(
    view.onDidChangeVisibility(() => {
      isDrawn &&= view.visible;
      if (!view.visible) setContext(contextKeys.chatFocused, false);
    }),
  );
  subscriptions.add(
    focus.onDidWish(() => {
      grantFocus(false);
    }),
  );
  subscriptions.add(
    notice.onDidChange((current) => {
      peer.emit('notice', { notice: current });
    }),
  );
  subscriptions.add(
    view.onDidDispose(() => {
      subscriptions.dispose();
    }),
  );
}

function chatHandlers(
  { session, context, window, setup, tab }: OpenChat,
  { history, models, personas, index, notice, welcome, editing, web, chats }: ChatViewDependencies,
): Handlers<ChatHostContract> {
  return {
    snapshot: async (): Promise<ChatSnapshot> => {
      await session.restore();
      const [conversation, firstRun] = await Promise.all([
        session.outline(),
        welcome.current(),
        models.load(),
        setup.load(),
      ]);
      setup.follow({ type: 'conversation', conversation });
      context.showChat(conversation);
      return {
        conversation,
        ...models.state(),
        model: setup.model(),
        setup: setup.state(),
        index: index.status,
        hasWorkspace: index.hasFolders,
        notice: notice.current(),
        composer: context.current(),
        window: window.current,
        firstRun,
        tab,
      };
    },
    send: (question, signal) => context.send(question, signal),
    stop: () => {
      window.stop();
      return session.stop();
    },
    stopAnswer: ({ messageId }) => session.stop(messageId),
    keepAnswer: ({ messageId }) => session.messages.keep(messageId),
    retry: ({ messageId, model }) => session.regenerate(messageId, model),
    changeQueued: (question) => session.messages.changeQueued(question),
    dropQueued: ({ id }) => session.messages.dropQueued(id),
    askQueuedNow: ({ id }) => session.askQueuedNow(id),
    listMessages: (page) => session.messages.page(page),
    findInChat: (words) => session.messages.find(words),
    copyChat: async ({ conversationId }) => {
      await vscode.env.clipboard.writeText(await session.messages.markdown(conversationId));
    },
    listBranches: () => session.messages.branches(),
    deleteMessage: ({ messageId }) => session.messages.delete(messageId),
    takeOut: ({ messageId }) => session.messages.takeOut(messageId),
    setFeedback: ({ messageId, feedback }) => session.messages.setFeedback(messageId, feedback),
    editQuestion: (question) => session.editMessage(question),
    continueAnswer: ({ messageId }) => session.continueAnswer(messageId),
    showBranch: ({ messageId }) => session.messages.showBranch(messageId),
    newChat: () => session.open(null),
    openConversation: ({ id, messageId }) => session.open(id, messageId),
    openElsewhere: async ({ id, place }) => {
      await (place === 'tab' ? chats.openTab(id) : chats.openWindow(id));
    },
    ...history(session),
    ...context.handlers(),
    ...window.handlers(),
    pickMode: ({ mode }) => setup.pickMode(mode),
    pickPersona: ({ id }) => setup.pickPersona(id),
    savePersona: (persona) => personas.save(persona),
    deletePersona: ({ id }) => personas.delete(id),
    pickModel: (ref) => setup.pickModel(ref),
    lookForModels: () => models.refresh(),
    acceptOffer: async ({ provider }) => {
      const offer = models.state().offers.find((each) => each.provider === provider);
      if (offer?.isOnHost === true) await saveEndpoint(provider, offer.address);
      await models.acceptOffer(provider);
    },
    openPassage: (passage) => openPassage(passage),
    openLink: ({ url }) => openLink(url),
    resolvePlaces: ({ names }) => resolvePlaces(names, index),
    loadPicture: async ({ url }) => ({ data: await fetchPicture(web, url) }),
    openAsNewFile: ({ text, language }) => openAsNewFile(text, language),
    runInTerminal: ({ text }) => runInTerminal(text),
    copy: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
    },
    insertAtCursor: ({ text }) => insertAtCursor(text),
    applyCode: ({ answer }) => editing.apply(answer),
    listEdits: ({ messageId }) => editing.answers.list(messageId),
    reviewEdit: ({ messageId, path }) => editing.answers.review(messageId, path),
    applyEdits: ({ messageId, paths }) => editing.answers.apply(messageId, paths),
    discardEdit: ({ messageId, path, isDiscarded }) => session.messages.discard(messageId, path, isDiscarded),
    runCommand: async ({ command, provider }) => {
      if (command === 'startServer') await runInTerminal(builtInProvider(provider ?? '')?.startCommand ?? '');
      else await vscode.commands.executeCommand(viewCommands[command], settingOf[command] ?? provider);
    },
  };
}

/** For a view that is drawn: asks for models, and loads what the first answer with the picked one needs. */
function prepare(models: ModelDirectory, index: WorkspaceIndex): void {
  void models.refresh();
  if (models.state().model.provider === offlineModel.provider) return;
  // What does not load now says so with the first answer.
  models.prepare().catch(() => undefined);
  void index.prepare();
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
