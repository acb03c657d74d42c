import { Emitter } from '../../base/emitter.ts';
import type { ChatRequest, ModelRef } from '../../models/chatModel.ts';
import { knownWindow } from '../../models/knownWindow.ts';
import { builtInProvider } from '../../models/registry.ts';
import { type TokenEncoding, tokenEncoding } from '../../models/tokenEncoding.ts';
import type { ModelInfo } from '../../protocol/modelInfo.ts';
import { IMAGE_TOKENS } from '../attach/composer.ts';
import { CountedTexts } from './countedTexts.ts';
import type { ModelMeasures } from './modelMeasures.ts';

/** How much a model takes. All in tokens. */
export interface WindowSize {
  /** Prompt and answer together. */
  readonly window: number;
  /** The provider does not say how large it is. */
  readonly isAssumed: boolean;
  /** What of it is kept free for the answer. */
  readonly reserve: number;
  /** What is left for the prompt. */
  readonly room: number;
  /** Prompts that are longer have what was said before summarised. */
  readonly compactAt: number;
  /** The longest answer that the model gives; null where that is not known. */
  readonly outputLimit: number | null;
}

export interface WindowSurroundings {
  countTokens(texts: readonly string[], signal: AbortSignal, encoding?: TokenEncoding): Promise<number[]>;
  /** What its provider lists of a model. */
  infoOf(ref: ModelRef): ModelInfo | undefined;
}

/** Where nobody says how large a window is. */
const ASSUMED_WINDOW = 128_000;
/** On the user's own machine a longer prompt takes minutes and memory, whatever the model could take. */
const LOCAL_PROMPT = 24_000;
const ANSWER_TOKENS = 8_192;
const LARGEST_EARLIER = 64_000;
const LARGEST_PASSAGES = 6_000;
const SMALLEST_WINDOW = 1_000;
const LEARNED_MS = 7 * 86_400_000;
/** Of what there is room for. */
const COMPACT_SHARE = 0.85;
/** What models count that are not OpenAI’s, for each token that is one in o200k_base, until they have said it themselves. */
const UNKNOWN_RATIO = 1.2;
/** What a message costs beside its text, and the beginning of the answer. */
const MESSAGE_TOKENS = 4;
const ANSWER_START_TOKENS = 3;

/** How large the context windows of models are, and what of them a prompt takes. */
export class ContextWindow {
  readonly #surroundings: WindowSurroundings;
  readonly #texts: CountedTexts;
  readonly #changed = new Emitter<null>();
  readonly #summarising = new Set<string>();
  readonly measures: ModelMeasures;

  /** Something was learned of a model, or a conversation is being summarised, or no longer is. */
  readonly onDidChange = this.#changed.event;

  constructor(surroundings: WindowSurroundings, measures: ModelMeasures) {
    this.#surroundings = surroundings;
    this.#texts = new CountedTexts((texts, encoding, signal) => surroundings.countTokens(texts, signal, encoding));
    this.measures = measures;
  }

  /** True while the beginning of a conversation is being summarised by this window. */
  isSummarising(conversationId: string): boolean {
    return this.#summarising.has(conversationId);
  }

  /** Says meanwhile that it does. */
  async whileSummarising<T>(conversationId: string, work: () => Promise<T>): Promise<T> {
    this.#summarising.add(conversationId);
    this.#changed.fire(null);
    try {
      return await work();
    } finally {
      this.#summarising.delete(conversationId);
      this.#changed.fire(null);
    }
  }

  sizeOf(ref: ModelRef): WindowSize {
    const info = this.#surroundings.infoOf(ref);
    const listed = this.#listed(ref);
    const { window: known } = this.measures.of(ref);
    const learned = known?.listed === listed && Date.now() - known.at < LEARNED_MS ? known.tokens : null;
    const window = Math.floor(learned ?? listed ?? ASSUMED_WINDOW);
    const outputLimit = info?.outputLimit ?? null;
    const reserve = Math.min(outputLimit ?? ANSWER_TOKENS, ANSWER_TOKENS, Math.floor(window / 4));
    const room = window - reserve;
    const comfortable = builtInProvider(ref.provider)?.protocol === 'ollama' ? LOCAL_PROMPT : room;
    return {
      window,
      isAssumed: learned === null && listed === null,
      reserve,
      room,
      compactAt: Math.floor(Math.min(room * COMPACT_SHARE, comfortable)),
      outputLimit,
    };
  }

  /** What of earlier questions’ attachments goes along again, and of passages with a question. Tokens. */
  budgets(ref: ModelRef): { readonly earlierTokens: number; readonly passageTokens: number } {
    const quarter = Math.floor(this.sizeOf(ref).room / 4);
    return { earlierTokens: Math.min(LARGEST_EARLIER, quarter), passageTokens: Math.min(LARGEST_PASSAGES, quarter) };
  }

  /** Whether its tokens are counted as the model does, and not estimated. */
  isExact(ref: ModelRef): boolean {
    return tokenEncoding(ref) !== null;
  }

  /** Tokens of each text, as the model counts them or about. Never rejects but for `signal`. */
  async count(ref: ModelRef, texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    const counts = await this.#texts.count(texts, tokenEncoding(ref) ?? 'o200k_base', signal);
    const ratio = this.#ratio(ref);
    return counts.map((tokens) => Math.ceil(tokens * ratio));
  }

  /** Tokens of each message of a request, the system’s first. */
  async countMessages(ref: ModelRef, request: ChatRequest, signal: AbortSignal): Promise<readonly number[]> {
    const { system, messages } = request;
    const texts = await this.count(ref, [system, ...messages.map(({ text }) => text)], signal);
    return texts.map((tokens, at) => tokens + MESSAGE_TOKENS + (messages[at - 1]?.images?.length ?? 0) * IMAGE_TOKENS);
  }

  /** Tokens of a whole request. */
  async countRequest(ref: ModelRef, request: ChatRequest, signal: AbortSignal): Promise<number> {
    const counts = await this.countMessages(ref, request, signal);
    return counts.reduce((sum, tokens) => sum + tokens, ANSWER_START_TOKENS);
  }

  /** True where a request cannot have more tokens than this, however they are counted: none is shorter than a byte. */
  isSurelyWithin(ref: ModelRef, { system, messages }: ChatRequest, tokens: number): boolean {
    const ratio = Math.max(1, this.#ratio(ref));
    let most = ANSWER_START_TOKENS + MESSAGE_TOKENS + system.length * 3 * ratio;
    for (const { text, images = [] } of messages) {
      most += MESSAGE_TOKENS + text.length * 3 * ratio + images.length * IMAGE_TOKENS;
      if (most > tokens) return false;
    }
    return most <= tokens;
  }

  /** Learns from what the provider says that a request has cost; what it has taken before is not counted anew. */
  async learnUsage(ref: ModelRef, request: ChatRequest, reportedTokens: number, signal: AbortSignal): Promise<void> {
    const hasImages = request.messages.some(({ images = [] }) => images.length > 0);
    if (this.isExact(ref) || hasImages) return;
    const counted = (await this.countRequest(ref, request, signal)) / this.#ratio(ref);
    await this.measures.learnUsage(ref, counted, reportedTokens);
    this.#changed.fire(null);
  }

  /** The provider has refused a prompt of about so many tokens, and perhaps named what it takes. */
  async learnWindow(ref: ModelRef, promptTokens: number, said: number | null): Promise<void> {
    const { window } = this.sizeOf(ref);
    const tokens = said ?? Math.min(window, Math.max(SMALLEST_WINDOW, Math.floor(promptTokens * 0.9)));
    await this.measures.learnWindow(ref, { tokens, listed: this.#listed(ref), at: Date.now() });
    this.#changed.fire(null);
  }

  #listed(ref: ModelRef): number | null {
    return this.#surroundings.infoOf(ref)?.contextWindow ?? knownWindow(ref.model);
  }

  #ratio(ref: ModelRef): number {
    return this.isExact(ref) ? 1 : (this.measures.of(ref).ratio ?? UNKNOWN_RATIO);
  }
}
