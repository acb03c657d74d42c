import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { threadChannel } from '../base/channels.node.ts';
import type { Disposable } from '../base/disposable.ts';
import { SextantError, isSextantError } from '../base/errors.ts';
import { RpcPeer, type Silent } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import type { EditToResolve, ResolvedEdit, TextsToCount } from '../protocol/contextIndex.ts';
import type { ParseContract, ParseWorkerData, ParsedSource } from './parseContract.ts';

/** Of processor time: on a busy machine the clock says nothing of how long a thread has worked. */
const PATIENCE_MS = 8000;
/** Of the clock, in such patiences: a thread that waits for what never comes uses no processor. */
const MOST_PATIENCES = 8;
/** After so long without work the thread ends: with its heap and grammars it is a third of an idle index. */
const REST_MS = 120_000;

interface Job {
  send(peer: RpcPeer<Silent, ParseContract>): Promise<unknown>;
  /** Called when the worker hung or died over this job; true when it shall be tried again, otherwise. */
  retry(): boolean;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * The parse worker under a watchdog. It answers in order, so the oldest job is the one that it hangs
 * or has died over: the thread is replaced, that job is tried once more in a simpler way, the others
 * as they were.
 */
export class WatchedParser implements Disposable {
  readonly #data: ParseWorkerData;
  readonly #onRestart: (message: string) => void;
  readonly #onParsed: (milliseconds: number) => void;
  readonly #patienceMs: number;
  readonly #restMs: number;
  readonly #jobs = new Set<Job>();
  #running: { worker: Worker; peer: RpcPeer<Silent, ParseContract> } | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** What was warmed up since the last rest: not again after a crash, which may have been over that. */
  readonly #warm = new Set<string>();
  #disposed = false;

  /**
   * `parseWorker.js` lies in the data's `assetDirectory`. The thread starts at the first job, and ends when there are none
   * for a while; what a file takes of it is told.
   */
  constructor(
    data: ParseWorkerData,
    onRestart: (message: string) => void,
    onParsed: (milliseconds: number) => void = () => undefined,
    { patienceMs = PATIENCE_MS, restMs = REST_MS } = {},
  ) {
    this.#data = data;
    this.#onRestart = onRestart;
    this.#onParsed = onParsed;
    this.#patienceMs = patienceMs;
    this.#restMs = restMs;
  }

  /** Whether there is a thread just now. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Parses a file; cuts it by lines when its grammar hangs or crashes over it. */
  parse(file: { path: string; text: string }): Promise<ParsedSource> {
    let by: 'language' | 'lines' = 'language';
    return this.#run(
      async (peer) => {
        const { milliseconds, ...parsed } = await peer.call('parse', { ...file, by });
        this.#onParsed(milliseconds);
        return parsed;
      },
      () => by !== (by = 'lines'),
    );
  }

  /**
   * Somebody is about to save a file of this language, who shall not wait for the thread and its grammar, whose functions
   * are compiled when they are first needed: once, the file is parsed as it is. Keeps the thread from its rest.
   */
  warmUp(language: string, read: () => { path: string; text: string }): void {
    if (this.#jobs.size === 0) this.#watch();
    if (this.#warm.has(language)) return;
    this.#warm.add(language);
    this.parse(read()).catch(() => this.#warm.delete(language));
  }

  /** See {@link ParseContract}. */
  embed(texts: readonly string[]): Promise<Int8Array> {
    return this.#run((peer) => peer.call('embed', { texts }), once());
  }

  /** See {@link ParseContract}. */
  countTokens(texts: TextsToCount): Promise<number[]> {
    return this.#run((peer) => peer.call('countTokens', texts), once());
  }

  /** See {@link ParseContract}. */
  resolveEdit(edit: EditToResolve): Promise<ResolvedEdit> {
    return this.#run((peer) => peer.call('resolveEdit', edit), once());
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    for (const job of this.#jobs) job.reject(closed());
    this.#jobs.clear();
  }

  #run<T>(send: (peer: RpcPeer<Silent, ParseContract>) => Promise<T>, retry: () => boolean): Promise<T> {
    if (this.#disposed) return Promise.reject(closed());
    return new Promise<T>((resolve, reject) => {
      const job: Job = {
        send,
        retry,
        resolve: (result) => {
          resolve(result as T);
        },
        reject,
      };
      this.#jobs.add(job);
      this.#send(job);
    });
  }

  #send(job: Job): void {
    const { peer } = (this.#running ??= this.#start());
    if (this.#watchdog === undefined) this.#watch();
    const settle = (done: () => void): void => {
      // The answer of a thread that was replaced meanwhile does not count.
      if (this.#running?.peer !== peer || !this.#jobs.delete(job)) return;
      this.#watch();
      done();
    };
    job.send(peer).then(
      (result) => {
        settle(() => {
          job.resolve(result);
        });
      },
      (error: unknown) => {
        if (isSextantError(error) && error.code === 'closed') return;
        settle(() => {
          job.reject(error);
        });
      },
    );
  }

  #start(): { worker: Worker; peer: RpcPeer<Silent, ParseContract> } {
    const file = path.join(this.#data.assetDirectory, 'parseWorker.js');
    const worker = new Worker(file, { workerData: this.#data, execArgv: [], name: 'sextant-parse' });
    const peer = new RpcPeer<Silent, ParseContract>(threadChannel(worker), { handlers: {} });
    worker.on('error', (error) => {
      this.#onRestart(`The parse worker failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    });
    worker.on('exit', () => {
      if (this.#running?.worker === worker) this.#restart();
    });
    return { worker, peer };
  }

  /** Waits for the oldest job, from now on. */
  #watch(usedBeforeMs = usedByOtherThreadsMs(), looks = 1): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#rest);
    this.#watchdog = undefined;
    if (this.#jobs.size === 0) {
      this.#rest = setTimeout(() => {
        this.#warm.clear();
        this.#stop();
      }, this.#restMs).unref();
      return;
    }
    const watchdog = setTimeout(() => {
      // An answer may have been waiting for as long as this thread was busy: it comes before what runs then.
      setImmediate(() => {
        if (this.#watchdog !== watchdog) return;
        if (usedByOtherThreadsMs() - usedBeforeMs < this.#patienceMs && looks < MOST_PATIENCES) {
          this.#watch(usedBeforeMs, looks + 1);
          return;
        }
        this.#onRestart('The parse worker did not answer in time and is replaced.');
        this.#restart();
      });
    }, this.#patienceMs);
    watchdog.unref();
    this.#watchdog = watchdog;
  }

  #restart(): void {
    this.#stop();
    const [oldest] = this.#jobs;
    if (oldest !== undefined && !oldest.retry()) {
      this.#jobs.delete(oldest);
      oldest.reject(new SextantError('internal', t('A file could not be parsed.')));
    }
    if (!this.#disposed) for (const job of this.#jobs) this.#send(job);
  }

  #stop(): void {
    const running = this.#running;
    this.#running = undefined;
    clearTimeout(this.#watchdog);
    clearTimeout(this.#rest);
    this.#watchdog = undefined;
    running?.peer.dispose();
    void running?.worker.terminate();
  }
}

function once(): () => boolean {
  let tries = 1;
  return () => tries-- > 0;
}

function closed(): SextantError {
  return new SextantError('closed', t('The index was closed.'));
}

/** Processor time of all threads but this one; where Node does not tell that apart (before 23.9), of all. */
function usedByOtherThreadsMs(): number {
  const { threadCpuUsage } = process as Partial<Pick<NodeJS.Process, 'threadCpuUsage'>>;
  const all = process.cpuUsage();
  const own = threadCpuUsage?.() ?? { user: 0, system: 0 };
  return (all.user + all.system - own.user - own.system) / 1000;
}
