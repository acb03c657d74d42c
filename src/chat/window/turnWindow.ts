import { errorMessage, isSextantError } from '../../base/errors.ts';
import type { Caller } from '../../base/rpc.ts';
import type { ChatModel, ChatRequest, ModelRef } from '../../models/chatModel.ts';
import { modelError } from '../../models/modelError.ts';
import type { StoreContract } from '../../protocol/store.ts';
import type { TurnHistory } from '../attach/readConversation.ts';
import { callAgain } from '../callAgain.ts';
import type { ContextWindow } from './contextWindow.ts';
import { type FittedPrompt, type PromptParts, PromptTooLong, type WhenToSummarise, fitPrompt } from './fitPrompt.ts';
import { type QuestionToFit, tooLongError, waysOut } from './promptTooLong.ts';
import { summarise } from './summarise.ts';

/** A question in its conversation, on its way to a model. */
export interface TurnToFit extends QuestionToFit {
  readonly conversationId: string;
  readonly when: WhenToSummarise;
}

/** Keeps the prompts of turns within the windows of their models. */
export class TurnWindow {
  readonly window: ContextWindow;
  readonly #store: Caller<StoreContract>;

  constructor(window: ContextWindow, store: Caller<StoreContract>) {
    this.window = window;
    this.#store = store;
  }

  /** The prompt of a turn, within the window; see {@link fitPrompt}. Throws a model error with what can be done. */
  async fit(
    turn: TurnToFit,
    parts: PromptParts,
    tools: { build(parts: PromptParts): Promise<ChatRequest>; openSummariser(): Promise<ChatModel> },
    signal: AbortSignal,
  ): Promise<FittedPrompt> {
    await this.window.measures.load();
    const size = this.window.sizeOf(turn.model);
    try {
      const fitted = await fitPrompt(
        parts,
        size,
        {
          build: (each) => tools.build(each),
          isSurelyWithin: (request, tokens) => this.window.isSurelyWithin(turn.model, request, tokens),
          countMessages: (request) => this.window.countMessages(turn.model, request, signal),
          summarise: async (history, end) =>
            await this.summarise(turn, history, end, await tools.openSummariser(), signal),
        },
        turn.when,
      );
      const { request, tokens } = fitted;
      if (size.outputLimit === null || tokens === null || tokens + size.outputLimit <= size.window) return fitted;
      // Some providers refuse a prompt that leaves no room for the longest answer that they would give.
      return { ...fitted, request: { ...request, maxOutputTokens: size.window - tokens } };
    } catch (error) {
      throw error instanceof PromptTooLong ? tooLongError(error, size.room, turn) : error;
    }
  }

  /** Keeps what stands for the history up to its message `end` with the answer before that, and gives it. */
  async summarise(
    { conversationId }: Pick<TurnToFit, 'conversationId'>,
    history: TurnHistory,
    end: number,
    opened: ChatModel,
    signal: AbortSignal,
  ): Promise<string> {
    const { room } = this.window.sizeOf(opened.ref);
    return await this.window.whileSummarising(conversationId, async () => {
      const messages = history.messages.slice(0, end);
      const { text, unread } = await summarise(opened, { ...history, messages }, room, signal);
      const asked = (all: typeof messages): number => all.filter(({ role }) => role === 'user').length;
      const summary = {
        text,
        turns: history.summarisedTurns + asked(messages),
        unreadTurns: unread === 0 ? 0 : asked(messages.slice(0, unread)),
        isUsed: true,
        isEdited: false,
      };
      const messageId = messages.at(-1)?.id ?? '';
      await callAgain(() => this.#store.call('messages.setSummary', { messageId, summary }));
      return text;
    });
  }

  /** Learns from an answer what its prompt has cost. Never rejects. */
  async learn(model: ModelRef, request: ChatRequest, inputTokens: number, signal: AbortSignal): Promise<void> {
    await this.window.learnUsage(model, request, inputTokens, signal).catch(() => undefined);
  }

  /** The same error, or where the provider has refused the prompt as too long, with what can be done about that. */
  async explain(error: unknown, turn: QuestionToFit, request: ChatRequest, signal: AbortSignal): Promise<unknown> {
    if (!isSextantError(error) || error.data['kind'] !== 'too-large') return error;
    const { contextWindow } = error.data;
    const said = typeof contextWindow === 'number' ? contextWindow : null;
    const tokens = await this.window.countRequest(turn.model, request, signal);
    await this.window.learnWindow(turn.model, tokens, said).catch(() => undefined);
    return modelError({ kind: 'too-large', actions: waysOut(turn) }, errorMessage(error), error);
  }
}
