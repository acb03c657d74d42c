import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { errorCode, errorMessage, isAbort } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { DeepModelPhase, DeepModelState, PassageToEmbed } from '../../protocol/contextIndex.ts';
import type { SecondModel } from '../embedding/secondModel.node.ts';
import type { DeepEncoder } from './deepEncoder.ts';
import { DeepQuestions } from './deepQuestions.ts';

/** Passages that are asked for at once, and given to the model at once: a question waits for no more. */
const PASSAGES_AT_ONCE = 128;
const TEXTS_A_REQUEST = 4;
/** What has nothing to do for so long ends. */
const IDLE_MS = 60_000;
const BATTERY_EVERY_MS = 30_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;

/** What a {@link DeepTier} asks of its surroundings. */
export interface DeepTierOptions {
  /** Keeps the vectors. */
  readonly model: Pick<SecondModel, 'id' | 'missing' | 'state' | 'take' | 'use' | 'wanted'>;
  readonly encoder: DeepEncoder;
  /** The built-in table comes first: false while it has something to do. */
  readonly mayWork: () => boolean;
  readonly isOnBattery: () => Promise<boolean>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly idleMs?: number;
  readonly batteryMs?: number;
  readonly firstPauseMs?: number;
}

/**
 * Has the deep model embed, in a process of its own, what the built-in table has embedded already: the most relevant
 * first, a few passages at a time, unless the machine runs on its battery. The process, which keeps to its share of the
 * processor by itself, is there only while there is something to do; should it die it is started again, later each time.
 */
export class DeepTier implements Disposable {
  readonly #options: DeepTierOptions;
  readonly #questions: DeepQuestions;
  readonly #changed = new Emitter<null>();
  /** Aborts when the tier is switched off. */
  #allowed: AbortController | undefined;
  #phase: DeepModelPhase = 'off';
  #problem: string | undefined;
  #failures = 0;
  #isRunning = false;
  /** How often it was woken: there may be more to embed than a run that began before has seen. */
  #wakes = 0;
  /** What the process was at when it died last, and what it died of alone. */
  #suspects = new Set<string>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** The {@link state} is another. */
  readonly onDidChange = this.#changed.event;
  /** A question that was searched without the deep model has its vector by now. */
  readonly onDidRefine;

  constructor(options: DeepTierOptions) {
    this.#options = options;
    this.#questions = new DeepQuestions(options.encoder);
    this.onDidRefine = this.#questions.onDidRefine;
  }

  /** Whether search may use what the model has embedded. */
  get isAllowed(): boolean {
    return this.#allowed !== undefined;
  }

  /** Switches the tier on or off; off, its process ends and its vectors stay on disk. */
  allow(isAllowed: boolean): void {
    if (isAllowed === this.isAllowed) return;
    const { model, encoder } = this.#options;
    if (!isAllowed) {
      this.#stop();
      this.#tell('off');
    } else if (encoder.facts === undefined) this.#tell('missing');
    else {
      this.#allowed = new AbortController();
      model.use(encoder.facts.id);
      this.wake();
    }
  }

  /** There may be something to embed. */
  wake(): void {
    this.#wakes++;
    if (this.#allowed === undefined || this.#isRunning || this.#retry !== undefined) return;
    void this.#run(this.#allowed.signal);
  }

  async state(): Promise<DeepModelState> {
    const { model, encoder } = this.#options;
    const process = (await encoder.use()) ?? null;
    // All the rest is of one moment.
    const { id = '', dimensions = 0 } = encoder.facts ?? {};
    const { done = 0, memoryBytes = 0 } = model.state() ?? {};
    const problem = this.#problem ?? null;
    return { id, phase: this.#phase, problem, dimensions, done, wanted: model.wanted, memoryBytes, process };
  }

  /** The question as a vector, see {@link DeepQuestions.vectorOf}; undefined where no passage could be compared with it. */
  async vectorOf(question: string, patience: 'short' | 'long', signal: AbortSignal): Promise<Float32Array | undefined> {
    if (this.#allowed === undefined || (this.#options.model.state()?.done ?? 0) === 0) return undefined;
    try {
      return await this.#questions.vectorOf(question, patience, signal);
    } finally {
      this.#restLater();
    }
  }

  /**
   * The vectors of a question and of passages that no folder has; undefined on battery, and where it may not work.
   * Rejects as the encoder does.
   */
  async read(
    question: string,
    passages: readonly string[],
    signal: AbortSignal,
  ): Promise<{ question: Float32Array; passages: readonly Int8Array[] } | undefined> {
    if ((await this.#options.isOnBattery()) || !this.isAllowed) return undefined;
    const { encoder } = this.#options;
    clearTimeout(this.#idle);
    try {
      return { question: await encoder.embedQuery(question), passages: await encoder.embedPassages(passages, signal) };
    } finally {
      this.#restLater();
    }
  }

  dispose(): void {
    this.#stop();
    this.#questions.dispose();
    this.#changed.dispose();
  }

  #stop(): void {
    this.#allowed?.abort();
    this.#allowed = undefined;
    clearTimeout(this.#retry);
    clearTimeout(this.#idle);
    this.#retry = undefined;
    this.#failures = 0;
    this.#options.encoder.stop();
    this.#options.model.use(undefined);
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#isRunning = true;
    const wakes = this.#wakes;
    try {
      this.#tell(await this.#embedMissing(signal));
    } catch (error) {
      if (!signal.aborted) this.#pause(error);
    } finally {
      this.#isRunning = false;
      this.#restLater();
      // It was switched off and on again meanwhile, or there is more.
      if (signal.aborted || this.#wakes > wakes) this.wake();
    }
  }

  /** Embeds until nothing is missing, or until it has to wait: the phase that it then is in. */
  async #embedMissing(signal: AbortSignal): Promise<DeepModelPhase> {
    const { model, mayWork } = this.#options;
    for (;;) {
      if (!mayWork()) return 'waiting';
      const passages = await model.missing(PASSAGES_AT_ONCE);
      const isOnBattery = passages.length > 0 && (await this.#options.isOnBattery());
      signal.throwIfAborted();
      if (passages.length === 0) return 'complete';
      if (isOnBattery) {
        this.#wakeIn(this.#options.batteryMs ?? BATTERY_EVERY_MS);
        return 'battery';
      }
      for (const some of this.#requests(passages)) {
        if (!mayWork()) return 'waiting';
        clearTimeout(this.#idle);
        const vectors = await this.#embed(some, signal);
        if (model.id !== undefined) model.take(model.id, vectors);
        this.#failures = 0;
        this.#tell('working');
      }
    }
  }

  /** What the process died of may have been any of several texts: they are tried one by one. */
  *#requests(passages: readonly PassageToEmbed[]): Generator<readonly PassageToEmbed[]> {
    const harmless = passages.filter(({ hash }) => !this.#suspects.has(hash));
    for (let at = 0; at < harmless.length; at += TEXTS_A_REQUEST) yield harmless.slice(at, at + TEXTS_A_REQUEST);
    for (const passage of passages) if (this.#suspects.has(passage.hash)) yield [passage];
  }

  async #embed(passages: readonly PassageToEmbed[], signal: AbortSignal): Promise<Map<string, Int8Array>> {
    const { encoder, log } = this.#options;
    try {
      const vectors = await encoder.embedPassages(
        passages.map(({ text }) => text),
        signal,
      );
      for (const { hash } of passages) this.#suspects.delete(hash);
      return new Map(passages.flatMap(({ hash }, at) => (vectors[at] === undefined ? [] : [[hash, vectors[at]]])));
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error;
      const [first, ...others] = passages;
      if (first !== undefined && others.length === 0 && this.#suspects.has(first.hash)) {
        // It is to blame only where the process, started again, does other work.
        await encoder.embedQuery('a');
        // It goes without a vector, so that the others get theirs.
        log.warn(`The deep model does without a passage of ${first.path}: ${errorMessage(error)}`);
        return new Map([[first.hash, new Int8Array(encoder.facts?.dimensions ?? 0)]]);
      }
      for (const { hash } of passages) this.#suspects.add(hash);
      throw error;
    }
  }

  #pause(error: unknown): void {
    const { firstPauseMs = FIRST_PAUSE_MS, log } = this.#options;
    const message = errorMessage(error);
    // Its end is told by its caller's error; what else it says is worth a line.
    if (errorCode(error) !== 'closed' || this.#failures === 0) log.warn(`The deep model did not answer: ${message}`);
    this.#wakeIn(Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** this.#failures++));
    this.#tell('failed', message);
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.wake();
    }, waitMs);
    this.#retry.unref();
  }

  /** The process ends when it has had nothing to do for a while. */
  #restLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (!this.#isRunning) this.#options.encoder.stop();
      this.#changed.fire(null);
    }, this.#options.idleMs ?? IDLE_MS);
    this.#idle.unref();
  }

  #tell(phase: DeepModelPhase, problem?: string): void {
    this.#phase = phase;
    this.#problem = problem;
    this.#changed.fire(null);
  }
}
