import type { RequestPurpose } from '../protocol/egress.ts';
import type { ChatModel, ChatPart, ChatRequest, ModelRef, TokenUsage } from './chatModel.ts';
import { completionOrigin } from './chatCompletion.ts';
import type { CompletionModel, CompletionRequest } from './completionModel.ts';
import type { EmbeddingModel } from './embeddingModel.ts';

/** What asking a model once came to. */
export interface Measurement {
  readonly ref: ModelRef;
  readonly purpose: RequestPurpose;
  /** Who the model was asked to be; null for Sextant itself. */
  readonly persona: string | null;
  readonly usage: TokenUsage;
  /** The provider has not said how many tokens it were: they are estimated from the length of the texts. */
  readonly isEstimate: boolean;
  /** Sextant had kept the answer and has asked nobody. */
  readonly isCached: boolean;
  /** From the question to the first piece of the answer; null where the answer comes in one piece. */
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
}

/** What an answer has cost; kept with it. */
export interface AnswerFigures {
  /** Millionths of a dollar; null where nobody knows the model's price. */
  readonly costMicrousd: number | null;
  /** The provider has said the cost itself. */
  readonly isBilled: boolean;
  readonly firstTokenMs: number | null;
  readonly tokensPerSecond: number | null;
}

/** Watches what models use, and lets them be asked. */
export interface Meter {
  /** Throws a model error where no more may be spent. */
  admit(ref: ModelRef): Promise<void>;
  record(measurement: Measurement): AnswerFigures;
}

/** A chat model whose answers are measured, also those that break off: the provider charges for them too. */
export function meterChat(model: ChatModel, meter: Meter): ChatModel {
  return { ref: model.ref, stream: (request, signal) => measuredAnswer(model, meter, request, signal) };
}

/** A chat model that is asked only where more may be spent. */
export function admittedChat(model: ChatModel, meter: Pick<Meter, 'admit'>): ChatModel {
  return {
    ref: model.ref,
    async *stream(request, signal) {
      await meter.admit(model.ref);
      yield* model.stream(request, signal);
    },
  };
}

/** Completions are measured too, and asked for only where more may be spent. */
export function meterCompletion(model: CompletionModel, meter: Meter): CompletionModel {
  return { ref: model.ref, complete: (request, signal) => measuredCompletion(model, meter, request, signal) };
}

/** The same for embeddings. Their wires do not tell how many tokens it were. */
export function meterEmbedding(model: EmbeddingModel, ref: ModelRef, meter: Meter): EmbeddingModel {
  return {
    id: model.id,
    embed: async (texts, kind, signal, files) => {
      await meter.admit(ref);
      const watch = new Stopwatch(meter, { ref, purpose: 'embedding', persona: null });
      const vectors = await model.embed(texts, kind, signal, files);
      watch.stop({ usage: {}, inputCharacters: lengthOf(texts) });
      return vectors;
    },
  };
}

async function* measuredAnswer(
  model: ChatModel,
  meter: Meter,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatPart, void, undefined> {
  const { origin, persona = null } = request;
  const watch = new Stopwatch(meter, { ref: model.ref, purpose: origin?.purpose ?? 'chat', persona });
  let end: Extract<ChatPart, { type: 'finish' }> | undefined;
  try {
    for await (const part of model.stream(request, signal)) {
      if (part.type === 'finish') end = part;
      else if (part.type !== 'handed-on') watch.take(part.text);
      yield part;
    }
  } finally {
    if (watch.hasBegun || end !== undefined) {
      const pictures = request.messages.reduce((count, { images = [] }) => count + images.length, 0);
      const inputCharacters =
        lengthOf([request.system, ...request.messages.map(({ text }) => text)]) + pictures * PICTURE_CHARACTERS;
      const isCached = end?.savedAt !== undefined;
      const figures = watch.stop({ usage: end?.usage ?? {}, inputCharacters, isCached });
      request.onMeasured?.(figures);
    }
  }
}

async function* measuredCompletion(
  model: CompletionModel,
  meter: Meter,
  request: CompletionRequest,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  await meter.admit(model.ref);
  const { purpose } = completionOrigin(request);
  const watch = new Stopwatch(meter, { ref: model.ref, purpose, persona: null });
  let usage: TokenUsage = {};
  try {
    const pieces = model.complete(request, signal, (reported) => {
      usage = reported;
    });
    for await (const piece of pieces) {
      watch.take(piece);
      yield piece;
    }
  } finally {
    if (watch.hasBegun) {
      const { prefix, suffix, snippets } = request;
      watch.stop({ usage, inputCharacters: lengthOf([prefix, suffix, ...snippets.map(({ text }) => text)]) });
    }
  }
}

/** English and code have about four characters in a token. */
const CHARACTERS_IN_A_TOKEN = 4;
/** About a thousand tokens. */
const PICTURE_CHARACTERS = 4_000;

interface Stopped {
  readonly usage: TokenUsage;
  readonly inputCharacters: number;
  readonly isCached?: boolean;
}

class Stopwatch {
  readonly #meter: Meter;
  readonly #of: Pick<Measurement, 'ref' | 'purpose' | 'persona'>;
  readonly #begunMs = performance.now();
  #firstMs: number | null = null;
  #characters = 0;

  constructor(meter: Meter, of: Pick<Measurement, 'ref' | 'purpose' | 'persona'>) {
    this.#meter = meter;
    this.#of = of;
  }

  get hasBegun(): boolean {
    return this.#firstMs !== null;
  }

  take(text: string): void {
    this.#firstMs ??= performance.now();
    this.#characters += text.length;
  }

  stop({ usage, inputCharacters, isCached = false }: Stopped): AnswerFigures {
    const { inputTokens, outputTokens } = usage;
    return this.#meter.record({
      ...this.#of,
      usage: {
        ...usage,
        inputTokens: inputTokens ?? Math.ceil(inputCharacters / CHARACTERS_IN_A_TOKEN),
        outputTokens: outputTokens ?? Math.ceil(this.#characters / CHARACTERS_IN_A_TOKEN),
      },
      isCached,
      isEstimate: inputTokens === undefined || outputTokens === undefined,
      firstTokenMs: this.#firstMs === null ? null : Math.round(this.#firstMs - this.#begunMs),
      durationMs: Math.round(performance.now() - this.#begunMs),
    });
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
