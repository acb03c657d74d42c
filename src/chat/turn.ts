import { errorCode, errorMessage, isAbort, isSextantError } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import type { ChatModel, ChatPart, FinishReason, ModelRef, TokenUsage } from '../models/chatModel.ts';
import { type SearchHit, noIndex } from '../protocol/contextIndex.ts';
import type { FinishTurn, Message, MessageError, StoreContract } from '../protocol/store.ts';
import type { SentContext } from '../protocol/sentContext.ts';
import { AnswerWriter, type WrittenListener } from './answerWriter.ts';
import { type ReadConversation, type TurnMessage, readConversation } from './attach/readConversation.ts';
import { callAgain } from './callAgain.ts';
import { continueContext, withoutOverlap } from './continuation.ts';
import { type ContextSource, type GatheredContext, fitHistory, gatherContext, toContextPassages } from './context.ts';
import { answerOffline, offlineModel, sayHelp } from './offlineModel.ts';
import { buildPrompt } from './prompt.ts';

/** Opens a model that was picked; throws a model error that says what is missing. */
export interface ChatModels {
  open(ref: ModelRef): Promise<ChatModel>;
}

/** A question on its way to its answer. The answer's message is in the store and running. */
export interface Turn {
  /** Where it has text already, it is gone on with. */
  readonly answer: Pick<Message, 'id' | 'conversationId' | 'content' | 'reasoning' | 'context'>;
  readonly model: ModelRef;
  readonly question: string;
  /** What goes along with it. */
  readonly sent?: readonly SentContext[];
  /** The conversation before the question, oldest first. */
  readonly history: readonly TurnMessage[];
  /** Null: answer without looking into the workspace. */
  readonly context: ContextSource | null;
}

export interface TurnListener {
  /** The passages that are sent along are known and stored. */
  onContext(): void;
  onWritten: WrittenListener;
}

const PASSAGE_TOKENS = 6_000;
const HISTORY_CHARACTERS = 60_000;
/** How long a question waits for an index that is still catching up. */
const INDEX_WAIT_MS = 4_000;

/**
 * Runs one turn to its end, stores how it ended and returns it. Never throws: whatever goes wrong becomes
 * the status, also that the store itself refuses.
 */
export async function runTurn(
  turn: Turn,
  store: Caller<StoreContract>,
  models: ChatModels,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<FinishTurn> {
  const writer = new AnswerWriter(store, turn.answer, listener.onWritten);
  const end: { -readonly [K in keyof FinishTurn]: FinishTurn[K] } = {
    messageId: turn.answer.id,
    status: 'complete',
    error: null,
    finishReason: null,
    inputTokens: null,
    outputTokens: null,
    reasoningMs: null,
  };
  try {
    const finish = await streamAnswer(turn, store, models, listener, writer, end, signal);
    end.finishReason = finish.reason;
    end.inputTokens = finish.usage.inputTokens ?? null;
    end.outputTokens = finish.usage.outputTokens ?? null;
  } catch (error) {
    const stopped = signal.aborted || isAbort(error);
    end.status = stopped ? 'stopped' : 'failed';
    end.error = stopped ? null : toMessageError(error);
  }
  try {
    await writer.drain();
  } catch (error) {
    end.status = 'failed';
    end.error = toMessageError(error);
    // Somebody else goes on with this answer by now, and will say how it ended.
    if (errorCode(error) === 'conflict') return end;
  }
  await callAgain(() => store.call('turns.finish', end)).catch((error: unknown) => {
    end.status = 'failed';
    end.error = toMessageError(error);
  });
  return end;
}

async function streamAnswer(
  turn: Turn,
  store: Caller<StoreContract>,
  models: ChatModels,
  listener: TurnListener,
  writer: AnswerWriter,
  end: { reasoningMs?: number | null },
  signal: AbortSignal,
): Promise<{ reason: FinishReason; usage: TokenUsage }> {
  const parts = await openAnswer(turn, store, models, listener, signal);
  let finish: { reason: FinishReason; usage: TokenUsage } = { reason: 'other', usage: {} };
  let thoughtSinceMs: number | undefined;
  for await (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        writer.push({ text: part.text });
        break;
      case 'reasoning-delta':
        thoughtSinceMs ??= performance.now();
        end.reasoningMs = Math.round(performance.now() - thoughtSinceMs);
        writer.push({ reasoning: part.text });
        break;
      case 'finish':
        finish = part;
    }
  }
  return finish;
}

async function openAnswer(
  turn: Turn,
  store: Caller<StoreContract>,
  models: ChatModels,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<AsyncIterable<ChatPart>> {
  const isOffline = turn.model.provider === offlineModel.provider;
  const opened = isOffline ? undefined : models.open(turn.model);
  // Its error is awaited below; until then it must not count as unhandled.
  opened?.catch(() => undefined);
  const { content: begun } = turn.answer;
  const { question, messages, rules, files } = await readTurn(turn, begun.length, store);
  if (turn.model.provider === offlineModel.provider && turn.model.model === 'help') return sayHelp(question);
  const questions = [...turn.history.filter(({ role }) => role === 'user').map(({ text }) => text), question];
  const found = await findPassages(turn.context, questions, isOffline, signal);
  const { index } = found;
  const sent = isOffline ? [] : (turn.sent ?? []);
  const passages = found.passages.filter((passage) => !isAttached(passage, sent));
  const { context, numbers } = continueContext(turn.answer.context, await toContextPassages(passages));
  if (passages.length > 0) {
    await callAgain(() => store.call('turns.setContext', { messageId: turn.answer.id, context }));
    listener.onContext();
  }
  if (opened === undefined) return answerOffline(question, passages, index);
  const asked = {
    text: question,
    ...messages.at(-1),
    history: messages.slice(0, -1),
    rules,
    files,
    passages,
    numbers,
    begun,
  };
  const parts = (await opened).stream(buildPrompt(asked), signal);
  return begun === '' ? parts : withoutOverlap(begun, parts);
}

/** The conversation as far as it fits, with what went along. */
function readTurn(turn: Turn, begunCharacters: number, store: Caller<StoreContract>): Promise<ReadConversation> {
  const room = HISTORY_CHARACTERS - Math.min(begunCharacters, HISTORY_CHARACTERS / 2);
  const { question: text, sent = [] } = turn;
  return readConversation([...fitHistory(turn.history, room), { role: 'user', text, sent }], (sha256) =>
    callAgain(() => store.call('files.get', { sha256 })),
  );
}

/** What stands in something attached is not sent a second time. */
function isAttached(passage: SearchHit, sent: readonly SentContext[]): boolean {
  return sent.some(({ place, source }) => {
    if (place === null || source === 'rule') return false;
    if (place.folder !== passage.folder || place.path !== passage.path) return false;
    return place.startLine <= passage.startLine && place.endLine >= passage.endLine;
  });
}

/** A model can answer without passages, and an index that fails says so below the input; the Offline model cannot. */
async function findPassages(
  context: ContextSource | null,
  questions: readonly string[],
  isOffline: boolean,
  signal: AbortSignal,
): Promise<GatheredContext> {
  const nothing = { passages: [], index: noIndex };
  if (context === null) return nothing;
  const budgetTokens = isOffline ? null : PASSAGE_TOKENS;
  try {
    return await gatherContext(context, questions, { budgetTokens, waitMs: INDEX_WAIT_MS }, signal);
  } catch (error) {
    if (isOffline || signal.aborted) throw error;
    return nothing;
  }
}

function toMessageError(error: unknown): MessageError {
  const data = isSextantError(error) ? error.data : {};
  const { kind, actions } = data;
  return {
    message: errorMessage(error),
    kind: typeof kind === 'string' ? kind : isSextantError(error) ? error.code : 'internal',
    actions: Array.isArray(actions) ? actions.filter((action) => typeof action === 'string') : ['retry'],
  };
}
