import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DisposableStore } from '../../../src/base/disposable.ts';
import { type Caller, RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import { Service } from '../../../src/base/service.ts';
import { ChatSession } from '../../../src/chat/chatSession.ts';
import { WindowChats } from '../../../src/chat/windowChats.ts';
import type { ContextSource } from '../../../src/chat/context.ts';
import { ModelDirectory } from '../../../src/chat/modelDirectory.ts';
import { httpModelSources } from '../../../src/chat/modelSources.ts';
import { type KeptResponses, storedResponses } from '../../../src/chat/storedResponses.ts';
import { ContextWindow } from '../../../src/chat/window/contextWindow.ts';
import { ModelMeasures } from '../../../src/chat/window/modelMeasures.ts';
import { ShownWindow } from '../../../src/chat/window/shownWindow.ts';
import { TurnWindow } from '../../../src/chat/window/turnWindow.ts';
import type { Manner } from '../../../src/chat/setup/setupChoice.ts';
import type { ModelRef } from '../../../src/models/chatModel.ts';
import type { ModelRole } from '../../../src/models/firstToAnswer.ts';
import type { ChatSetup } from '../../../src/protocol/chatSetup.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { archiveFiles } from '../../../src/storage/archive/archiveFiles.node.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { fileFolder } from '../../../src/storage/files/fileFolder.node.ts';
import { type Store, openStore } from '../../../src/storage/openStore.ts';
import { openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { serveStore } from '../../../src/storage/serveStore.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { TestWindow } from './testWindow.ts';

const plainly = { as: { mode: 'ask', persona: null }, prompt: '', temperature: null } as const;
const assetDirectory = path.join(import.meta.dirname, '../../../dist');

/** A real store in a folder of its own and a real model server, with as many windows as a test needs. */
export class ChatFixture {
  readonly directory: string;
  readonly server: ModelServer;
  readonly store: Store;
  readonly keys = new Map<string, string>();
  /** Those that step in where the first is not served. */
  readonly otherKeys = new Map<string, string>();
  /** Whether windows ask models for titles. */
  titlesByModel = false;
  /** Who does what besides answering, and who stands in; by role. */
  readonly roleModels = new Map<ModelRole, ModelRef>();
  readonly fallbacks = new Map<ModelRole, readonly ModelRef[]>();
  /** Which answers are kept to be served again. */
  responseCache: ReturnType<KeptResponses['responseCache']> = 'deterministic';
  /** Whether more may be spent. */
  admit = (): Promise<void> => Promise.resolve();
  /** What providers list of their models’ windows. Tokens. */
  readonly contextWindows = new Map<string, number>();
  /** How chats are answered, where it is not plainly. */
  manner: ((setup: ChatSetup | null, model: ModelRef) => Manner) | undefined;
  /** One for each time that a provider was opened. */
  readonly keysRead: (string | undefined)[] = [];
  readonly #parts = new DisposableStore();
  readonly #shownWindows = new Map<TestWindow, ShownWindow>();

  static async start(): Promise<ChatFixture> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'sextant-chat-'));
    return new ChatFixture(directory, await startModelServer({ chunkDelayMs: 3 }));
  }

  constructor(directory: string, server: ModelServer) {
    this.directory = directory;
    this.server = server;
    this.store = openStore({
      platform: nodePlatform({ directory, assetDirectory }),
      fileFolder: fileFolder(path.join(directory, 'files')),
      archive: archiveFiles(path.join(directory, 'backups')),
      keySource: { open: openStoreKey, find: () => Promise.resolve(null) },
    });
  }

  async stop(): Promise<void> {
    this.#parts.dispose();
    await this.store.close();
    await this.server.close();
    await rm(this.directory, { recursive: true });
  }

  /** A window on the store. */
  openWindow(model: string | ModelRef, context: ContextSource | null = null, served = this.store): TestWindow {
    const [here, there] = channelPair();
    serveStore(there, served);
    return this.#open(this.#parts.add(new RpcPeer<Silent, StoreContract>(here, { handlers: {} })), model, context);
  }

  /** A window whose store runs in a thread of its own, as in the product, and what kills that thread. */
  openWindowWithWorker(model: string): { readonly window: TestWindow; readonly kill: () => void } {
    let kill = (): void => undefined;
    const service = new Service<StoreContract>('store', () => {
      const worker = startStoreWorker({ directory: this.directory, assetDirectory }, () => Promise.resolve(null));
      kill = () => {
        worker.stop();
      };
      return worker;
    });
    this.#parts.add(service);
    return {
      window: this.#open(service, model, null),
      kill: () => {
        kill();
      },
    };
  }

  /** What a window tells of its model’s context. */
  shownWindow(window: TestWindow): ShownWindow {
    const shown = this.#shownWindows.get(window);
    if (shown === undefined) throw new Error('This window is not open.');
    return shown;
  }

  /** Another view in the same VS Code window, as a tab beside the sidebar. */
  openBeside({ chats, store, model }: TestWindow): TestWindow {
    const session = this.#parts.add(
      new ChatSession(store, chats, {
        isMain: false,
        workspaceUri: 'file:///work',
        manner: () => ({ ...plainly, model: model.current }),
        contextSource: () => null,
      }),
    );
    return new TestWindow(session, chats, store, model);
  }

  #open(caller: Caller<StoreContract>, model: string | ModelRef, context: ContextSource | null): TestWindow {
    const settings = {
      address: () => `${this.server.address}/v1`,
      headers: () => ({}),
      key: (provider: string) => {
        const key = this.keys.get(provider);
        this.keysRead.push(key);
        return Promise.resolve(
          key === undefined ? null : { key, other: () => Promise.resolve(this.otherKeys.get(provider) ?? null) },
        );
      },
    };
    const kept = {
      responseCache: () => this.responseCache,
      responseCacheLimits: () => ({ days: 7, megabytes: 1 }),
    };
    const models = this.#parts.add(
      new ModelDirectory(
        caller,
        httpModelSources(settings, fetch, {
          cache: storedResponses(caller, kept),
          meter: { admit: () => this.admit() },
        }),
        { find: () => Promise.resolve([]) },
        { model: (role) => this.roleModels.get(role) ?? null, fallbacks: (role) => this.fallbacks.get(role) ?? [] },
      ),
    );
    const ref = { current: typeof model === 'string' ? { provider: 'openai-compatible', model } : model };
    const picked = { currentModel: () => ref.current, contextSource: () => context };
    const turns = new TurnWindow(
      new ContextWindow(
        {
          // As the scripted server counts.
          countTokens: (texts) => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4))),
          infoOf: ({ model: id }) => {
            const contextWindow = this.contextWindows.get(id);
            return contextWindow === undefined ? undefined : { id, contextWindow };
          },
        },
        new ModelMeasures(caller),
      ),
      caller,
    );
    const chats = this.#parts.add(new WindowChats(caller, models, () => this.titlesByModel));
    const session = this.#parts.add(
      new ChatSession(caller, chats, {
        isMain: true,
        workspaceUri: 'file:///work',
        manner: (setup) => this.manner?.(setup, ref.current) ?? { ...plainly, model: ref.current },
        contextSource: picked.contextSource,
        window: turns,
      }),
    );
    const window = new TestWindow(session, chats, caller, ref);
    const shown = new ShownWindow(
      { session, store: caller, models, turns },
      { ...picked, manner: () => ({}), composer: () => ({ chips: [], rules: [] }) },
    );
    this.#shownWindows.set(window, this.#parts.add(shown));
    return window;
  }
}
