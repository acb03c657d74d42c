import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../../base/disposable.ts';
import { SextantError } from '../../base/errors.ts';
import { Service } from '../../base/service.ts';
import { t } from '../../base/texts.ts';
import type { DeepModelContract, DeepModelFacts, DeepModelUse } from '../../protocol/deepModel.ts';
import { startDeepProcess } from '../startIndexProcess.node.ts';
import type { DeepEncoder } from './deepEncoder.ts';

const LONGEST_HEADER = 8_000_000;
/** It answers between two passages, which take a tenth of a second each, or a few where the machine is busy. */
const LONGEST_SILENCE_MS = 20_000;

/**
 * The deep model in a process of its own, which starts at the first request and again after it died or was stopped. One
 * that hangs is ended, and what it was asked rejects with `closed`.
 */
export class DeepService implements DeepEncoder, Disposable {
  readonly facts: DeepModelFacts | undefined;
  readonly #service: Service<DeepModelContract>;
  readonly #longestSilenceMs: number;
  #percent = 100;
  /** Requests that wait for an answer, and what looks after them. */
  #waiting = 0;
  #watch: ReturnType<typeof setTimeout> | undefined;

  /** The model and what computes with it lie in `assetDirectory`. */
  constructor(assetDirectory: string, longestSilenceMs = LONGEST_SILENCE_MS) {
    this.#longestSilenceMs = longestSilenceMs;
    this.facts = readFacts(path.join(assetDirectory, 'deep-code.bin'));
    this.#service = new Service<DeepModelContract>(
      t('deep model'),
      () => startDeepProcess(assetDirectory),
      (peer) => peer.call('limitCpu', { percent: this.#percent }),
    );
  }

  get isRunning(): boolean {
    return this.#service.isRunning;
  }

  async embedPassages(texts: readonly string[], signal: AbortSignal): Promise<readonly Int8Array[]> {
    const { dimensions = 0 } = this.facts ?? {};
    const vectors = await this.#watched(this.#service.call('embedPassages', { texts }, signal));
    if (!(vectors instanceof Int8Array) || vectors.length !== texts.length * dimensions) throw notVectors();
    return texts.map((_, at) => vectors.subarray(at * dimensions, (at + 1) * dimensions));
  }

  async embedQuery(text: string): Promise<Float32Array> {
    const vector = await this.#watched(this.#service.call('embedQuery', { text }));
    if (!(vector instanceof Float32Array) || vector.length !== this.facts?.dimensions) throw notVectors();
    return vector;
  }

  async use(): Promise<DeepModelUse | undefined> {
    return this.isRunning ? await this.#watched(this.#service.call('use', null)).catch(() => undefined) : undefined;
  }

  /** See the contract of the index. */
  limitCpu(percent: number): void {
    this.#percent = percent;
    this.#tell((service) => service.call('limitCpu', { percent }));
  }

  /** See the contract of the index. */
  userActive(): void {
    this.#tell((service) => service.call('userActive', null));
  }

  stop(): void {
    this.#service.stop();
  }

  dispose(): void {
    this.#service.dispose();
  }

  async #watched<T>(answer: Promise<T>): Promise<T> {
    this.#waiting++;
    if (this.#watch === undefined) this.#lookAfter();
    try {
      return await answer;
    } finally {
      if (--this.#waiting === 0) {
        clearTimeout(this.#watch);
        this.#watch = undefined;
      }
    }
  }

  /** Asks for a sign of life again and again, and ends what gives none. */
  #lookAfter(): void {
    let isAlive = false;
    void this.#service.call('use', null).then(
      () => (isAlive = true),
      () => (isAlive = true),
    );
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      if (isAlive) this.#lookAfter();
      else this.#service.stop();
    }, this.#longestSilenceMs);
    this.#watch.unref();
  }

  /** A process that is not there hears of it when it starts, and one that goes away needs it no more. */
  #tell(how: (service: Service<DeepModelContract>) => Promise<void>): void {
    if (this.isRunning) how(this.#service).catch(() => undefined);
  }
}

/** What the head of a model's file says, see `readDeepModel`: nothing is started, nor all of it read, to know its name. */
function readFacts(file: string): DeepModelFacts | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const start = Buffer.alloc(8);
    readSync(handle, start, 0, start.length, 0);
    const length = start.readUInt32LE(4);
    if (start.toString('latin1', 0, 4) !== 'SXDM' || length > LONGEST_HEADER) return undefined;
    const text = Buffer.alloc(length);
    readSync(handle, text, 0, length, start.length);
    const header: unknown = JSON.parse(text.toString('utf8'));
    if (typeof header !== 'object' || header === null || !('id' in header) || !('width' in header)) return undefined;
    const { id, width } = header;
    return typeof id === 'string' && typeof width === 'number' ? { id, dimensions: width } : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}

function notVectors(): SextantError {
  return new SextantError('invalid', t('The deep model answered with something other than vectors.'));
}
