import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { SextantError, errorMessage } from '../base/errors.ts';
import { handOnLanguage } from '../base/languageFile.node.ts';
import type { Channel } from '../base/rpc.ts';
import { Service, type StartedService } from '../base/service.ts';
import { t } from '../base/texts.ts';
import { chatHistoryHandlers } from '../chat/chatHistory.ts';
import { ChatSession } from '../chat/chatSession.ts';
import { WindowChats } from '../chat/windowChats.ts';
import { HistorySearch } from '../chat/historySearch.ts';
import { ModelDirectory } from '../chat/modelDirectory.ts';
import { httpModelSources, openEndpoint, tryProvider } from '../chat/modelSources.ts';
import { storedResponses } from '../chat/storedResponses.ts';
import { PersonaBook } from '../chat/setup/personaBook.ts';
import { SetupChoice } from '../chat/setup/setupChoice.ts';
import { ContextWindow } from '../chat/window/contextWindow.ts';
import { ModelMeasures } from '../chat/window/modelMeasures.ts';
import { ShownWindow } from '../chat/window/shownWindow.ts';
import { TurnWindow } from '../chat/window/turnWindow.ts';
import { systemClock } from '../completion/clock.ts';
import { Reranker } from '../index/search/reranker.ts';
import { startIndexProcess } from '../index/startIndexProcess.node.ts';
import { StoreKeyRing } from '../keys/storeKeyRing.ts';
import { type CommandId, commands, settings } from '../manifest.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { EmbeddingModel } from '../models/embeddingModel.ts';
import { listening } from '../models/listeningPorts.node.ts';
import { LocalServerWatch } from '../models/localServerWatch.ts';
import { meterChat, meterEmbedding } from '../models/meterModel.ts';
import type { ModelPrice } from '../models/modelPrice.ts';
import { RateLimits } from '../models/rateLimits.ts';
import { builtInProvider } from '../models/registry.ts';
import { duration } from '../models/wording.ts';
import { publicWeb } from '../privacy/publicWeb.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';
import { resolveHost } from '../privacy/resolveHost.node.ts';
import type { StoreContract } from '../protocol/store.ts';
import { startStoreWorker } from '../storage/startStoreWorker.node.ts';
import { Announcements } from './announcements.ts';
import { AuditLog } from './auditLog.ts';
import { attachCommandTable } from './attach/attachCommandTable.ts';
import { ChatContext } from './attach/chatContext.ts';
import { SessionContext } from './attach/sessionContext.ts';
import { attachChatView } from './chatView.ts';
import { type BegunChat, Chats } from './chats.ts';
import { commandTable } from './commandTable.ts';
import { Completion } from './completion.ts';
import { EDITOR_PROVIDER, editorModelSource, editorModels } from './editorModels.ts';
import { Diagnosis } from './diagnosis.ts';
import { Editing } from './editing.ts';
import { Welcome } from './welcome.ts';
import { IndexViews } from './indexViews.ts';
import { LibraryCommands } from './libraryCommands.ts';
import { libraryCommandTable } from './libraryCommandTable.ts';
import { localAddresses } from './localAddresses.ts';
import { localServerSearch } from './localServerSearch.ts';
import { createLog } from './log.ts';
import { MaintenanceSchedule } from './maintenanceSchedule.ts';
import { httpProvider, modelRoles, openCompletionModels, openEmbeddingModel, openRerankModel } from './openModels.ts';
import { openKeyRing, openVaults } from './openKeyRing.ts';
import { type ListModels, ProviderKeys } from './providerKeys.ts';
import { ProviderSetup } from './providerSetup.ts';
import { PrivacyPage } from './privacyPage.ts';
import { ProviderChanges } from './providerChanges.ts';
import { ProvidersPage } from './providersPage.ts';
import { Requests } from './requests.ts';
import { Retention } from './retention.ts';
import { type SearchRole, chooseSearchModel, searchRoles } from './searchModelPicker.ts';
import { RoleChoices } from './roleChoices.ts';
import { readSettings } from './settings.ts';
import { explainStorageSettings } from './storageSettings.ts';
import { StoreEncryptionDialogs } from './storeEncryption.ts';
import { StoreNotices } from './storeNotices.ts';
import { Telemetry } from './telemetry.ts';
import { telemetryFetch, telemetryKeyCommands } from './telemetryKey.ts';
import { Usage } from './usage.ts';
import { WorkspaceIndex } from './workspaceIndex.ts';

/** Everything of Sextant that is not needed to start VS Code. */
export interface Assistant {
  attachChatView(view: vscode.WebviewView, channel: Channel): void;
  /** Draws a chat in a tab that VS Code has kept over a reload, with what its page has kept. */
  attachChatTab(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
  attachSearchView(view: vscode.WebviewView, channel: Channel): void;
  /** Draws the index page in a tab that VS Code has kept over a reload. */
  attachIndexPage(panel: vscode.WebviewPanel): void;
  /** The same for the page about requests. */
  attachRequestsPage(panel: vscode.WebviewPanel): void;
  /** The same for the page about the use of models. */
  attachUsagePage(panel: vscode.WebviewPanel): void;
  /** The same for the page about providers. */
  attachProvidersPage(panel: vscode.WebviewPanel): void;
  /** The same for the page about privacy. */
  attachPrivacyPage(panel: vscode.WebviewPanel): void;
  /** `selected` is all that is selected in the list that a menu was opened on. */
  run(command: CommandId, argument: unknown, selected?: unknown): Promise<void>;
  /** What Sextant does without being asked: the index, and completion where a model is chosen. */
  startInBackground(): Promise<void>;
  /** Saves and ends what runs. */
  close(): Promise<void>;
}

/** Puts the parts together. Workers and processes start when they are first asked. */
export function openAssistant(context: vscode.ExtensionContext): Assistant {
  if (vscode.l10n.uri !== undefined) handOnLanguage({ tag: vscode.env.language, path: vscode.l10n.uri.fsPath });
  const parts = new DisposableStore();
  const log = parts.add(createLog(redactSecrets));
  const chosenFolder = readSettings.storageFolder();
  const storage = chosenFolder === undefined ? context.globalStorageUri : vscode.Uri.file(chosenFolder);
  const sync = readSettings.storageSync();
  parts.add(explainStorageSettings({ folder: storage.fsPath, usualFolder: context.globalStorageUri.fsPath, sync }));
  const folder = (...names: string[]): string => vscode.Uri.joinPath(storage, ...names).fsPath;
  const assetDirectory = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;

  const vaults = openVaults(context.secrets, folder('keys.sealed'));
  const storeKeys = new StoreKeyRing(vaults.keychain, vaults.fallback);
  const findStoreKey = (keyId: string): Promise<Uint8Array | null> =>
    storeKeys.find(keyId).catch((error: unknown) => {
      // What a keychain says is of little help to most: the recovery code is, and another try.
      log.warn(`store: ${errorMessage(error)}`);
      return null;
    });
  const store = parts.add(
    new Service<StoreContract>('store', () =>
      startStoreWorker({ directory: folder('store'), assetDirectory, sync }, findStoreKey),
    ),
  );
  parts.add(
    store.onDidDie(() => {
      log.error('store: its thread has ended unexpectedly');
    }),
  );
  const keys = openKeyRing(vaults);
  const audit = parts.add(new AuditLog(store, log));
  const requests = parts.add(new Requests(context.extensionUri, store, audit, log));
  const { gate } = requests;
  const web = publicWeb(gate.fetch, resolveHost, readSettings.localOnly);
  const { announce } = parts.add(new Announcements());
  const limits = new RateLimits({
    limitOf: readSettings.rateLimit,
    clock: systemClock,
    onWait: (provider, { purpose }, waitMs) => {
      // A chat says so in the answer’s place.
      if (purpose === 'completion' || purpose === 'embedding' || purpose === 'chat') return;
      announce(
        t('Waiting {0} for the limit of {1}…', duration(waitMs), builtInProvider(provider)?.displayName ?? provider),
      );
    },
  });
  const providerSettings = {
    limits,
    address: (provider: string) => readSettings.endpoints()[provider],
    headers: readSettings.headers,
    parameters: readSettings.bodyParameters,
    remote: vscode.env.remoteName,
    key: (provider: string, origin: string) => keys.get(provider, origin),
  };
  const listedPrice = (ref: ModelRef): ModelPrice | undefined => models.infoOf(ref)?.price;
  const usage = parts.add(new Usage({ context, store, audit, log, listedPrice }));
  const openEmbedding = async (ref: ModelRef): Promise<EmbeddingModel> =>
    meterEmbedding(await openEmbeddingModel(ref, providerSettings, gate), ref, usage);
  const startIndex = (): StartedService => startIndexProcess(assetDirectory);
  const reranker = new Reranker({ open: () => openRerankModel(providerSettings, gate, usage), log });
  const index = parts.add(new WorkspaceIndex(startIndex, folder('index'), openEmbedding, reranker, log));
  const searchPlace = { directory: folder('history'), findKey: findStoreKey };
  const search = parts.add(new HistorySearch(store, index.process, searchPlace, log));
  const models = parts.add(
    new ModelDirectory(
      store,
      [
        ...httpModelSources(providerSettings, gate.fetch, {
          cache: storedResponses(store, readSettings),
          meter: usage,
        }),
        editorModelSource(gate),
      ].map((source) => ({
        ...source,
        open: async (model: string) => meterChat(await source.open(model), usage),
      })),
      localServerSearch(gate),
      modelRoles,
    ),
  );
  const serverWatch = parts.add(
    new LocalServerWatch({
      addresses: () => (readSettings.detectLocalServers() ? localAddresses() : null),
      listening,
      changed: (names) => models.lookAround(names),
    }),
  );
  // VS Code's models come and go while nobody has opened Sextant: no other provider is asked for that.
  parts.add(editorModels.onDidChange(() => void models.refreshProvider(EDITOR_PROVIDER).catch(() => undefined)));
  parts.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.endpoints)) void models.refresh();
    }),
  );
  const contextWindow = new ContextWindow(
    {
      countTokens: (texts, signal, encoding) => index.countTokens(texts, signal, encoding),
      infoOf: (ref) => models.infoOf(ref),
    },
    new ModelMeasures(store),
  );
  const turnWindow = new TurnWindow(contextWindow, store);
  const workspaceUri = vscode.workspace.workspaceFolders?.[0]?.uri.toString() ?? null;
  const contextSource = (): WorkspaceIndex | null => (readSettings.useWorkspaceContext() ? index : null);
  const windowChats = parts.add(new WindowChats(store, models, readSettings.titlesByModel));
  const chatContext = parts.add(new ChatContext({ context, store, index, web }));
  const personas = parts.add(new PersonaBook(store));
  const beginChat = (tab: string | null): BegunChat => {
    const chatSetup = new SetupChoice(store, personas, models);
    const chatSession = new ChatSession(store, windowChats, {
      isMain: tab === null,
      workspaceUri,
      manner: (chosen) => chatSetup.manner(chosen),
      contextSource,
      window: turnWindow,
    });
    const following = chatSession.onDidChange((event) => {
      chatSetup.follow(event);
    });
    const key = tab === null ? 'sextant.chat.attached' : `sextant.chat.attached.${tab}`;
    const chat = new SessionContext(chatSession, {
      shared: chatContext,
      store,
      index,
      imageProblem: () => models.imageProblem(chatSetup.model()),
      kept: { memory: context.workspaceState, key },
    });
    const shownWindow = new ShownWindow(
      { session: chatSession, store, models, turns: turnWindow },
      {
        currentModel: () => chatSetup.model(),
        manner: () => chatSetup.promptManner(),
        contextSource,
        composer: () => chat.current(),
      },
    );
    const changes = [chatSetup, chat].map(({ onDidChange }) =>
      onDidChange(() => {
        shownWindow.changed();
      }),
    );
    return {
      session: chatSession,
      context: chat,
      window: shownWindow,
      setup: chatSetup,
      parts: [chatSession, chatSetup, following, chat, shownWindow, ...changes],
    };
  };
  const library = new LibraryCommands(store, vscode.Uri.joinPath(context.globalStorageUri, 'temporary'));
  const exportChats: LibraryCommands['exportChats'] = (wanted) => library.exportChats(wanted);
  const retention = parts.add(new Retention(store, log, systemClock));
  const maintenance = parts.add(new MaintenanceSchedule(store, log, systemClock, retention));
  const notice = parts.add(new StoreNotices(store, log));
  const memory = context.globalState;
  const welcome = parts.add(new Welcome({ memory, store, models, chats: windowChats }));
  const chats: Chats = parts.add(
    new Chats({
      extensionUri: context.extensionUri,
      begin: beginChat,
      connect: (place, channel, chat) => {
        search.start();
        attachChatView(place, channel, chat, {
          history: (session) => chatHistoryHandlers({ store, session, workspaceUri, search, exportChats }),
          models,
          serverWatch,
          index,
          chats,
          log,
          notice,
          welcome,
          web,
          personas,
          editing,
        });
      },
    }),
  );
  const askForSearchModel = (role: SearchRole): Promise<void> => chooseSearchModel(role, providerSettings, gate.fetch);
  const chooseModel = (role: 'embedding' | 'reranking'): Promise<void> => askForSearchModel(searchRoles[role]());
  const summonChat = (text: string): Promise<void> => chats.current.summon(text);
  const indexViews = parts.add(new IndexViews(context.extensionUri, index, chooseModel, summonChat, log));
  const listWith: ListModels = async (name, at, signal) => {
    const address = (provider: string): string | undefined => at.address ?? providerSettings.address(provider);
    const { key } = at;
    const tried = {
      ...providerSettings,
      address,
      ...(key === undefined ? {} : { key: () => Promise.resolve(key === null ? null : { key }) }),
    };
    const provider = httpProvider({ provider: name, model: '' }, 'chat');
    return await tryProvider(provider, await openEndpoint(provider, tried, gate.fetch), signal);
  };
  const setup = new ProviderSetup(models, keys, new ProviderKeys(keys, audit, listWith));
  const changes = new ProviderChanges(models, keys, audit);
  const roles = new RoleChoices({ models, setup, chooseSearchModel: askForSearchModel });
  const providerParts = { models, serverWatch, keys, setup, changes, roles, store };
  const providers = parts.add(new ProvidersPage(context.extensionUri, providerParts, log));
  const encryption = new StoreEncryptionDialogs(store, storeKeys);
  const telemetryParts = {
    store,
    fetch: telemetryFetch(gate.fetch, keys),
    chats: windowChats,
    clock: systemClock,
    log,
  };
  const telemetry = parts.add(new Telemetry(context, telemetryParts));
  const flush = (): Promise<void> => requests.flush();
  const privacyParts = { folder: folder(), store, models, keys, index, flush };
  const deleteTelemetry = (): Promise<void> => telemetry.askToDelete();
  const privacy = parts.add(new PrivacyPage(context.extensionUri, { ...privacyParts, deleteTelemetry }, log));
  const diagnosis = parts.add(new Diagnosis(context, { store, keys, index, flush }));
  let opened: Completion | undefined;
  const completion = (): Completion =>
    (opened ??= parts.add(
      new Completion({
        openModel: (ref, tell) => openCompletionModels(ref, usage, providerSettings, gate, tell),
        index,
        usage: telemetry.usage,
        announce,
        log,
      }),
    ));
  const textOf = async (messageId: string): Promise<string> => {
    const message = await store.call('messages.get', { messageId });
    if (message === null) throw new SextantError('not-found', t('This message is no longer in the conversation.'));
    return message.content;
  };
  const editing: Editing = parts.add(new Editing({ models, index, chats, textOf, announce, log }));
  const table: Readonly<Record<CommandId, (argument: unknown, selected?: unknown) => unknown>> = {
    ...commandTable({ chats, setup, providers, search, completion, encryption, log }),
    ...indexViews.commands,
    ...attachCommandTable(chats),
    ...editing.table,
    ...requests.commands,
    ...telemetry.commands,
    ...telemetryKeyCommands(keys, changes, audit),
    ...usage.commands,
    [commands.showPrivacy]: () => {
      privacy.tab.show();
    },
    ...diagnosis.commands,
    ...libraryCommandTable({ library, audit, maintenance }),
  };

  return {
    attachChatView: (view, channel) => {
      chats.attachView(view, channel);
    },
    attachChatTab: (panel, state) => chats.attachTab(panel, state),
    attachSearchView: (view, channel) => {
      indexViews.attachSearchView(view, channel);
    },
    attachIndexPage: (panel) => {
      indexViews.attachPage(panel);
    },
    attachRequestsPage: (panel) => {
      requests.attachPage(panel);
    },
    attachUsagePage: (panel) => {
      usage.attachPage(panel);
    },
    attachProvidersPage: (panel) => {
      providers.tab.attach(panel);
    },
    attachPrivacyPage: (panel) => {
      privacy.tab.attach(panel);
    },
    run: async (command, argument, selected) => {
      await table[command](argument, selected);
    },
    startInBackground: async () => {
      editing.registerActions();
      completion();
      if (readSettings.indexAutomatically()) await index.start();
    },
    close: async () => {
      await Promise.all([windowChats.answers.releaseLeases(), telemetry.usage.flush()]);
      await Promise.all([requests.flush(), usage.flush()]);
      search.dispose();
      await Promise.all([
        index.close(),
        store.isRunning ? store.call('close', null).catch(() => undefined) : undefined,
      ]);
      parts.dispose();
    },
  };
}
