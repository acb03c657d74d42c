import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processChannel } from '../../../src/base/channels.node.ts';
import type { Log } from '../../../src/base/log.ts';
import { Service } from '../../../src/base/service.ts';
import { HistorySearch } from '../../../src/chat/historySearch.ts';
import { forkIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { HistoryFilter, HistoryResults } from '../../../src/protocol/historyIndex.ts';
import type { IndexProcessContract } from '../../../src/protocol/indexProcess.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import { assetDirectory } from './indexFixture.ts';
import { readFolder } from '../../unit/storage/plaintextSearch.ts';

const model = { provider: 'ollama', model: 'qwen3' };

/** A window: a real store worker, a real index process and the search over both. */
export interface HistoryWindow {
  readonly store: Service<StoreContract>;
  readonly index: Service<IndexProcessContract>;
  readonly search: HistorySearch;
  /** The index processes that it has started, the newest last. */
  readonly children: readonly ChildProcess[];
}

/** A folder with a store and a history index, and windows on it. */
export class HistoryFixture {
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-history-'));
  readonly historyDirectory = path.join(this.directory, 'history');
  readonly log: string[] = [];
  /** Of the key that the store is encrypted with, once it is. */
  secret: Uint8Array | null = null;
  readonly #windows: HistoryWindow[] = [];

  open(storeName = 'store', assets = assetDirectory): HistoryWindow {
    mkdirSync(this.directory, { recursive: true });
    const children: ChildProcess[] = [];
    const store = new Service<StoreContract>('store', () =>
      startStoreWorker({ directory: path.join(this.directory, storeName), assetDirectory }, () =>
        Promise.resolve(this.secret),
      ),
    );
    const start = () => {
      const child = forkIndexProcess(assets);
      children.push(child);
      return { channel: processChannel(child), stop: () => child.kill() };
    };
    const index = new Service<IndexProcessContract>('index process', start);
    const say = (message: string): void => void this.log.push(message);
    const log: Log = { debug: say, info: say, warn: say, error: say };
    index.on('log', ({ message }) => {
      say(message);
    });
    const place = { directory: this.historyDirectory, findKey: () => Promise.resolve(this.secret) };
    const window = { store, index, search: new HistorySearch(store, index, place, log), children };
    this.#windows.push(window);
    return window;
  }

  /** Lets a window save and go. */
  async close(window: HistoryWindow): Promise<void> {
    window.search.dispose();
    await window.index.call('close', null);
    window.index.dispose();
    await window.store.call('close', null);
    window.store.dispose();
  }

  /** Bytes of all files of the index. */
  bytes(): Buffer {
    return Buffer.concat([...readFolder(this.historyDirectory).values()]);
  }

  dispose(): void {
    for (const { search, index, store } of this.#windows) {
      search.dispose();
      index.dispose();
      store.dispose();
    }
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A question and its answer, as a turn writes them. Gives the ids of both. */
export async function say(
  { store }: HistoryWindow,
  conversationId: string,
  question: string,
  answer: string,
): Promise<{ question: string; answer: string }> {
  const { user, assistant } = await store.call('turns.start', {
    conversationId,
    title: question.slice(0, 40),
    workspaceUri: 'file:///work',
    clientMessageId: crypto.randomUUID(),
    text: question,
    model,
    parentId: null,
    owner: 'window',
    leaseUntil: Date.now() + 60_000,
  });
  await store.call('turns.append', {
    messageId: assistant.id,
    offset: 0,
    text: answer,
    reasoningOffset: 0,
    reasoning: '',
  });
  await store.call('turns.finish', {
    messageId: assistant.id,
    status: 'complete',
    error: null,
    finishReason: 'stop',
    inputTokens: 1,
    outputTokens: 1,
  });
  return { question: user.id, answer: assistant.id };
}

/** The first page of hits. */
export function find(
  { search }: HistoryWindow,
  query: string,
  filter: HistoryFilter = {},
  isDeep = false,
): Promise<HistoryResults> {
  return search.search({ query, filter, offset: 0, limit: 50, isDeep });
}

/** Ids of the hits that have the words. */
export async function idsOf(window: HistoryWindow, query: string, filter: HistoryFilter = {}): Promise<string[]> {
  const { hits } = await find(window, query, filter);
  return hits.filter(({ isRelated }) => !isRelated).map(({ messageId }) => messageId);
}
