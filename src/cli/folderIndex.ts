import { setTimeout as delay } from 'node:timers/promises';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { SextantError, isSextantError } from '../base/errors.ts';
import type { RpcPeer, Silent } from '../base/rpc.ts';
import { Service, type StartedService } from '../base/service.ts';
import type { ContextSource } from '../chat/context.ts';
import type {
  ContextIndexContract,
  FolderMap,
  IndexFolder,
  IndexStatus,
  IndexWork,
  LeftOutFile,
  SearchHit,
  SearchRequest,
} from '../protocol/contextIndex.ts';
import type { Terminal } from './terminal.ts';

/** How often an index that is still opening is asked how it is. */
const OPENING_PAUSE_MS = 20;
const DEEP_PAUSE_MS = 200;

/** The index of one folder: its process runs from the first call until `close`. */
export class FolderIndex implements ContextSource, Disposable {
  readonly #parts = new DisposableStore();
  readonly #service: Service<ContextIndexContract>;
  readonly #folder: IndexFolder;
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;

  constructor(
    folder: IndexFolder,
    storeDirectory: string,
    start: () => StartedService,
    terminal: Terminal,
    signal: AbortSignal,
  ) {
    this.#folder = folder;
    this.#terminal = terminal;
    this.#signal = signal;
    const open = async (peer: RpcPeer<Silent, ContextIndexContract>): Promise<void> => {
      await peer.call('open', { folders: [folder], storeDirectory, autoIndex: false });
      refuseFailure(await peer.call('status', null));
    };
    this.#service = this.#parts.add(new Service<ContextIndexContract>('index process', start, open));
    this.#parts.add(
      this.#service.on('status', (status) => {
        terminal.progress(progressLine(status));
      }),
    );
    this.#parts.add(
      this.#service.on('log', ({ level, message }) => {
        if (level === 'warn' || level === 'error') terminal.note(message);
      }),
    );
  }

  /** Brings the index up to date with the folder. Throws when that fails. */
  async update(): Promise<IndexStatus> {
    try {
      return refuseFailure(await this.#service.call('update', null, this.#signal));
    } finally {
      this.#terminal.progress(null);
    }
  }

  /** The same, but where another process keeps the index up to date it is read as it is. */
  async refresh(): Promise<void> {
    try {
      await this.update();
    } catch (error) {
      if (!isSextantError(error) || error.code !== 'conflict') throw error;
    }
  }

  /** Lets the deep model have its say: with what it has embedded before, or after it has embedded everything. */
  async useDeepModel(knowing: 'some' | 'all'): Promise<void> {
    try {
      await this.#service.call('allowDeepModel', { isAllowed: true }, this.#signal);
      for (;;) {
        const { deepModel } = await this.#service.call('overview', null, this.#signal);
        const { phase, done, wanted, problem } = deepModel;
        // What is on disk has been read once it is anything else.
        if (phase === 'complete' || (knowing === 'some' && phase !== 'off')) return;
        if (phase === 'missing') throw new SextantError('not-found', 'This edition of Sextant has no deep model.');
        const why = phase === 'battery' ? ', once this machine is plugged in' : problem === null ? '' : `: ${problem}`;
        this.#terminal.progress(`Embedding… ${done} of ${wanted} passages${why}`);
        await delay(DEEP_PAUSE_MS, undefined, { signal: this.#signal });
      }
    } finally {
      this.#terminal.progress(null);
    }
  }

  /** What has been done, and how long it took. */
  work(): Promise<IndexWork> {
    return this.#service.call('work', null, this.#signal);
  }

  /** How the index is once it is open, without changing it. */
  async status(): Promise<IndexStatus> {
    for (;;) {
      const status = await this.#service.call('status', null, this.#signal);
      if (status.phase !== 'opening') return status;
      await delay(OPENING_PAUSE_MS, undefined, { signal: this.#signal });
    }
  }

  /** What matters most in the folder, in at most so many tokens. */
  map(tokens: number): Promise<FolderMap> {
    return this.#service.call('map', { folder: this.#folder.path, tokens }, this.#signal);
  }

  /** What is not in the index and why, at most `limit` of it. */
  leftOut(limit: number): Promise<LeftOutFile[]> {
    return this.#service.call('leftOut', { limit }, this.#signal);
  }

  search(query: string, limit: number, signal: AbortSignal): Promise<SearchHit[]> {
    return this.find({ query, limit }, signal);
  }

  /** Searches with filters, or for files. */
  find(request: SearchRequest, signal: AbortSignal): Promise<SearchHit[]> {
    return this.#service.call('search', request, signal);
  }

  countTokens(texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    return this.#service.call('countTokens', { texts }, signal);
  }

  settled(): Promise<IndexStatus> {
    return this.status();
  }

  /** Saves, and ends the process. */
  async close(): Promise<void> {
    if (this.#service.isRunning) await this.#service.call('close', null).catch(() => undefined);
    this.dispose();
  }

  dispose(): void {
    this.#parts.dispose();
  }
}

function refuseFailure(status: IndexStatus): IndexStatus {
  if (status.phase !== 'failed') return status;
  throw new SextantError('internal', status.message ?? 'The folder could not be indexed.');
}

function progressLine(status: IndexStatus): string | null {
  switch (status.phase) {
    case 'opening':
      return 'Opening the index…';
    case 'scanning':
      return `Looking for files… ${status.filesTotal}`;
    case 'indexing':
      return `Indexing… ${status.filesDone} of ${status.filesTotal} files`;
    case 'none':
    case 'paused':
    case 'ready':
    case 'failed':
      return null;
  }
}
