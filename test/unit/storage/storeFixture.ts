import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Caller, RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import type { StartTurn, StoreContract } from '../../../src/protocol/store.ts';
import { archiveFiles } from '../../../src/storage/archive/archiveFiles.node.ts';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import { fileFolder } from '../../../src/storage/files/fileFolder.node.ts';
import { storeMigrations } from '../../../src/storage/migrations/storeMigrations.ts';
import { type Store, openStore } from '../../../src/storage/openStore.ts';
import type { StoreSchema } from '../../../src/storage/schema.ts';
import type { StoreKey } from '../../../src/storage/seal/seal.ts';
import { openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { serveStore } from '../../../src/storage/serveStore.ts';
import { EngineFolder } from './engineFixture.ts';

export const finished = {
  status: 'complete',
  error: null,
  finishReason: 'stop',
  inputTokens: 12,
  outputTokens: 3,
} as const;
export const model = { provider: 'ollama', model: 'qwen3' };

/** Stores on one folder, each like a window with a clock that all share, called as over the worker's boundary. */
export class StoreFolder {
  readonly #folder = new EngineFolder();
  readonly #stores: Store[] = [];
  /** The keys of this machine. */
  readonly vault = new Map<string, StoreKey>();
  /** What a store answers. */
  methods: readonly string[] = [];
  nowMs = 1_790_000_000_000;

  get directory(): string {
    return this.#folder.directory;
  }

  open(): Caller<StoreContract> {
    const store = openStore({
      platform: this.#folder.platform(),
      fileFolder: fileFolder(path.join(this.directory, 'files')),
      archive: archiveFiles(path.join(this.directory, 'backups')),
      keySource: { open: openStoreKey, find: (keyId) => Promise.resolve(this.vault.get(keyId) ?? null) },
      now: () => this.nowMs,
    });
    this.#stores.push(store);
    this.methods = Object.keys(store.handlers);
    const [near, far] = channelPair();
    serveStore(far, store);
    return new RpcPeer<Silent, StoreContract>(near, { handlers: {} });
  }

  /** What another user of the same store can do; the local one is back afterwards. */
  async asAnotherUser(work: (store: Caller<StoreContract>) => Promise<void>): Promise<void> {
    const rename = (from: string, to: string) =>
      this.rows(`UPDATE users SET username = '${to}' WHERE username = '${from}'`);
    await rename('local', 'first');
    await work(this.open());
    await rename('local', 'second');
    await rename('first', 'local');
  }

  /** Asks and answers; gives the answer's id. */
  async exchange(
    store: Caller<StoreContract>,
    { conversationId, number, parentId }: { conversationId: string; number: number; parentId: string | null },
  ): Promise<string> {
    const text = `Question ${number}`;
    const turn = this.turn({ conversationId, parentId, clientMessageId: `client-${number}`, text });
    const { id: messageId } = (await store.call('turns.start', turn)).assistant;
    const piece = { offset: 0, text: `Answer ${number}`, reasoningOffset: 0, reasoning: '' };
    await store.call('turns.append', { messageId, ...piece });
    await store.call('turns.finish', { messageId, ...finished });
    this.nowMs += 1_000;
    return messageId;
  }

  /** The engine under the stores, with the schema of the newest version or of an older one. */
  openEngine(migrations = storeMigrations): Promise<Engine<StoreSchema>> {
    return openEngine<StoreSchema>({ platform: this.#folder.platform(), migrations });
  }

  /** The rows of a statement, which may also change some. */
  async rows(statement: string): Promise<unknown[][]> {
    const engine = await this.openEngine();
    try {
      const { rows } = await engine.transaction((database) => sql.raw<object>(statement).execute(database));
      return rows.map((row): unknown[] => Object.values(row));
    } finally {
      await engine.close();
    }
  }

  async until(holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 15_000; !(await holds());) {
      assert.ok(Date.now() < deadline, 'it did not come about within fifteen seconds');
      await setTimeout(20);
    }
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
