import * as v from 'valibot';
import { Turns } from '../../base/turns.ts';
import type { Caller } from '../../base/rpc.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import type { StoreContract } from '../../protocol/store.ts';

/** What the answers of a model's provider have taught of it. */
export interface ModelMeasure {
  /** Tokens that it has reported for each that was counted. */
  readonly ratio?: number;
  readonly window?: LearnedWindow;
}

/** The context window that a provider has named when it refused a prompt, or that a refused prompt was larger than. */
export interface LearnedWindow {
  readonly tokens: number;
  /** What the provider had listed then; once it lists another, that counts. */
  readonly listed: number | null;
  /** Milliseconds since the epoch. After a week it is forgotten: servers are set up anew. */
  readonly at: number;
}

const KEY = 'chat.modelMeasures';
/** Models of which something is remembered. */
const MODELS = 200;
/** What the newest report counts for, where others came before. */
const NEWEST_SHARE = 0.3;
/** Of shorter prompts most is the provider's own frame. Tokens. */
const SHORT_PROMPT = 400;
/** What lies outside is no matter of another way to count. */
const [SMALLEST_RATIO, LARGEST_RATIO] = [0.4, 3];

const positive = v.pipe(v.number(), v.finite(), v.minValue(0.01));
const learnedWindow = v.object({ tokens: positive, listed: v.nullable(positive), at: positive });
const schema = v.record(
  v.string(),
  v.object({ ratio: v.exactOptional(positive), window: v.exactOptional(learnedWindow) }),
);

/** What is remembered of models, over all windows and sessions. */
export class ModelMeasures {
  readonly #store: Caller<StoreContract>;
  readonly #saving = new Turns();
  #known: ReadonlyMap<string, ModelMeasure> = new Map();
  #loading: Promise<void> | undefined;

  constructor(store: Caller<StoreContract>) {
    this.#store = store;
  }

  /** Reads what is remembered, once. Never rejects: without it there are only estimates. */
  load(): Promise<void> {
    this.#loading ??= this.#read().catch(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** What is known of a model, once it was loaded. */
  of(ref: ModelRef): ModelMeasure {
    return this.#known.get(nameOf(ref)) ?? {};
  }

  /** A prompt of so many counted tokens has cost so many. */
  async learnUsage(ref: ModelRef, countedTokens: number, reportedTokens: number): Promise<void> {
    const ratio = reportedTokens / countedTokens;
    if (countedTokens < SHORT_PROMPT || !(ratio >= SMALLEST_RATIO && ratio <= LARGEST_RATIO)) return;
    await this.#change(ref, (known) => {
      const before = known.ratio ?? ratio;
      return { ...known, ratio: before + (ratio - before) * NEWEST_SHARE };
    });
  }

  async learnWindow(ref: ModelRef, window: LearnedWindow): Promise<void> {
    await this.#change(ref, (known) => ({ ...known, window }));
  }

  /** Another window may have learned meanwhile. */
  #change(ref: ModelRef, change: (known: ModelMeasure) => ModelMeasure): Promise<void> {
    return this.#saving.run(async () => {
      await this.#read();
      const known = new Map(this.#known);
      const changed = change(this.of(ref));
      known.delete(nameOf(ref));
      this.#known = new Map([...known, [nameOf(ref), changed] as const].slice(-MODELS));
      await this.#store.call('settings.set', { key: KEY, value: Object.fromEntries(this.#known) });
    });
  }

  async #read(): Promise<void> {
    const result = v.safeParse(schema, await this.#store.call('settings.get', { key: KEY }));
    this.#known = new Map(result.success ? Object.entries(result.output) : []);
  }
}

function nameOf({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}
