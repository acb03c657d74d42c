import { isAbort } from '../../base/errors.ts';
import type { ChatRequest } from '../../models/chatModel.ts';
import type { TurnHistory } from '../attach/readConversation.ts';
import type { WindowSize } from './contextWindow.ts';

/** What of a prompt can be less. */
export interface PromptParts {
  readonly history: TurnHistory;
  /** So many of the passages that were found, the best ones. */
  readonly passages: number;
}

/** What a prompt is made and measured with. */
export interface FitTools {
  /** The request from these parts, with a message for each of the history’s. */
  build(parts: PromptParts): Promise<ChatRequest>;
  isSurelyWithin(request: ChatRequest, tokens: number): boolean;
  /** Tokens of each message, the system’s first. */
  countMessages(request: ChatRequest): Promise<readonly number[]>;
  /** What stands for the history up to its message `end`, which is an answer’s, from now on. */
  summarise(history: TurnHistory, end: number): Promise<string>;
}

/** A prompt that a model takes. */
export interface FittedPrompt extends PromptParts {
  readonly request: ChatRequest;
  /** Null where it is so short that it was not counted. */
  readonly tokens: number | null;
}

/** Thrown where a prompt does not fit, whatever is done. */
export class PromptTooLong extends Error {
  override readonly name = 'PromptTooLong';
  readonly tokens: number;
  readonly parts: PromptParts;

  /** `cause`: why what was said before could not be summarised. */
  constructor(tokens: number, parts: PromptParts, cause?: unknown) {
    super('The prompt is too long.', { cause });
    this.tokens = tokens;
    this.parts = parts;
  }
}

/** When what was said before is summarised: where it has to be, or in any case. */
export type WhenToSummarise = 'if needed' | 'now';

/** After a summary so much of the room is taken, so that the next one is some questions away. */
const SHARE_AFTER_SUMMARY = 0.5;

/**
 * A prompt within the room of a window, never above it: the beginning of a long conversation is summarised, and
 * passages that a search has found are left out, the worst first. What the user has attached to the question stays.
 * Throws {@link PromptTooLong}, or what `signal` of the tools throws.
 */
export async function fitPrompt(
  all: PromptParts,
  size: WindowSize,
  tools: FitTools,
  when: WhenToSummarise = 'if needed',
): Promise<FittedPrompt> {
  let parts = all;
  let request = await tools.build(parts);
  if (when === 'if needed' && tools.isSurelyWithin(request, size.compactAt)) return { ...parts, request, tokens: null };
  let counts = await tools.countMessages(request);
  const isWanted = when === 'now' || (total(counts) > size.compactAt && !parts.history.wantsWhole);
  const end = isWanted ? endOfSummary(parts.history, counts, size, when) : null;
  let failure: unknown;
  if (end !== null) {
    try {
      const summary = await tools.summarise(parts.history, end);
      const messages = parts.history.messages.slice(end);
      parts = { ...parts, history: { ...parts.history, summary, messages } };
      request = await tools.build(parts);
      counts = await tools.countMessages(request);
    } catch (error) {
      if (isAbort(error)) throw error;
      failure = error;
    }
  }
  while (total(counts) > size.room && parts.passages > 0) {
    parts = { ...parts, passages: Math.floor(parts.passages / 2) };
    request = await tools.build(parts);
    counts = await tools.countMessages(request);
  }
  if (total(counts) > size.room || (when === 'now' && failure !== undefined)) {
    throw new PromptTooLong(total(counts), parts, failure);
  }
  return { ...parts, request, tokens: total(counts) };
}

/** As many of the first messages as can be summarised, so that only the last question and its answer stay; null for none. */
export function longestBeginning(history: TurnHistory): number | null {
  const ends = summaryEnds(history);
  return ends.at(-2) ?? ends.at(-1) ?? null;
}

/** How many of the first messages of a history can be summarised, each a place between an answer and a question. */
function summaryEnds({ messages }: TurnHistory): number[] {
  return messages.flatMap(({ role }, at) => {
    const next = messages[at + 1];
    return role === 'assistant' && (next === undefined || next.role === 'user') ? [at + 1] : [];
  });
}

/** As few messages as it takes to come down to the wanted share; null where there is nothing to summarise. */
function endOfSummary(
  history: TurnHistory,
  counts: readonly number[],
  size: WindowSize,
  when: WhenToSummarise,
): number | null {
  const own = counts.slice(1, history.messages.length + 1);
  const others = total(counts) - total(own);
  const budget = size.room * SHARE_AFTER_SUMMARY - others;
  // Where nothing has to be, as much is as can be.
  if (when === 'now' && total(own) <= budget) return longestBeginning(history);
  const ends = summaryEnds(history);
  return ends.find((end) => total(own.slice(end)) <= budget) ?? ends.at(-1) ?? null;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, tokens) => sum + tokens, 0);
}
