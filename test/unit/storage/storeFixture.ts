import path from 'node:path';
import { type Caller, RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import type { StartTurn, StoreContract } from '../../../src/protocol/store.ts';
import { fileFolder } from '../../../src/storage/files/fileFolder.node.ts';
import { type Store, openStore } from '../../../src/storage/openStore.ts';
import { serveStore } from '../../../src/storage/serveStore.ts';
import { EngineFolder } from './engineFixture.ts';

export const model = { provider: 'ollama', model: 'qwen3' };

/** Stores on one folder, each like a window with a clock that all share, called as over the worker's boundary. */
export class StoreFolder {
  readonly #folder = new EngineFolder();
  readonly #stores: Store[] = [];
  nowMs = 1_790_000_000_000;

  get directory(): string {
    return this.#folder.directory;
  }

  open(): Caller<StoreContract> {
    const store = openStore({
      platform: this.#folder.platform(),
      fileFolder: fileFolder(path.join(this.directory, 'files')),
      now: () => this.nowMs,
    });
    this.#stores.push(store);
    const [near, far] = channelPair();
    serveStore(far, store);
    return new RpcPeer<Silent, StoreContract>(near, { handlers: {} });
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await this.#folder.dispose();
  }

  /** A first question of a new conversation; with `changes` any other. */
  turn(changes: Partial<StartTurn> = {}): StartTurn {
    return {
      conversationId: 'conversation-1',
      title: 'How does it start?',
      workspaceUri: 'file:///work',
      clientMessageId: 'client-1',
      text: 'How does it start?',
      model,
      parentId: null,
      owner: 'window-1',
      leaseUntil: this.nowMs + 30_000,
      ...changes,
    };
  }
}
