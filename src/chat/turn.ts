import { errorCode, errorMessage, isAbort, isSextantError } from '../base/errors.ts';
import { sha256Hex } from '../base/identifiers.ts';
import type { Caller } from '../base/rpc.ts';
import type { ChatModel, ChatPart, ChatRequest, ModelRef } from '../models/chatModel.ts';
import type { AnswerFigures } from '../models/meterModel.ts';
import type { ModelRole } from '../models/firstToAnswer.ts';
import { type SearchHit, noIndex } from '../protocol/contextIndex.ts';
import type { OnHeld } from '../protocol/held.ts';
import type { ContextPassage, FinishTurn, Message, MessageError, StoreContract } from '../protocol/store.ts';
import type { SentContext } from '../protocol/sentContext.ts';
import { AnswerWriter, type WrittenListener } from './answerWriter.ts';
import {
  type ReadConversation,
  type TurnHistory,
  type TurnMessage,
  noHistory,
  readConversation,
} from './attach/readConversation.ts';
import { callAgain } from './callAgain.ts';
import { continueContext, withoutOverlap } from './continuation.ts';
import { type ContextSource, type GatheredContext, gatherContext, toContextPassages } from './context.ts';
import { answerOffline, offlineModel, sayHelp } from './offlineModel.ts';
import { buildPrompt } from './prompt.ts';
import type { Manner } from './setup/setupChoice.ts';
import type { PromptParts, WhenToSummarise } from './window/fitPrompt.ts';
import type { TurnWindow } from './window/turnWindow.ts';

/**
 * Opens a model that was picked, or the one that the user has set for the role, and behind it those that answer where
 * it does not. Throws a model error that says what is missing.
 */
export interface ChatModels {
  open(ref: ModelRef, role: ModelRole): Promise<ChatModel>;
}

/** A question on its way to its answer. The answer's message is in the store and running. */
export interface Turn {
  /** Where it has text already, it is gone on with. */
  readonly answer: Pick<Message, 'id' | 'conversationId' | 'content' | 'reasoning' | 'context'>;
  readonly model: ModelRef;
  readonly question: string;
  /** What goes along with it. */
  readonly sent?: readonly SentContext[];
  /** In words, by Sextant itself, where it is left out. */
  readonly manner?: Pick<Manner, 'as' | 'prompt' | 'temperature'>;
  /** The conversation before the question. */
  readonly history: TurnHistory;
  /** Null: answer without looking into the workspace. */
  readonly context: ContextSource | null;
  /** Keeps the prompt within the model’s window; left out where there is no conversation that could be too long. */
  readonly window?: TurnWindow;
  /** It is to be written anew, also where the same question has an answer that is kept. */
  readonly isFresh?: boolean;
  /** By default where it has to be. */
  readonly summarise?: WhenToSummarise;
}

export interface TurnListener {
  /** The passages that are sent along are known and stored, or who answers is. */
  onContext(): void;
  readonly onHeld: OnHeld;
  onWritten: WrittenListener;
}

const PASSAGE_TOKENS = 6_000;
/** Of what went along with questions before, where nobody knows the window. */
const EARLIER_TOKENS = 32_000;
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
    cachedTokens: null,
    savedAt: null,
    reasoningMs: null,
    figures: null,
  };
  const onMeasured = (figures: AnswerFigures): void => {
    end.figures = figures;
  };
  const asked: AskedModel = { model: turn.model, request: null, onMeasured };
  const onHandedOn = async ({ to: model, from, because }: HandedOnPart): Promise<void> => {
    asked.model = model;
    const { id: messageId } = turn.answer;
    await callAgain(() => store.call('turns.handOn', { messageId, model, from, because }));
    listener.onContext();
  };
  try {
    const parts = await openAnswer(turn, store, models, listener, asked, signal);
    const finish = await writeAnswer(parts, writer, end, onHandedOn);
    end.finishReason = finish.reason;
    end.inputTokens = finish.usage.inputTokens ?? null;
    end.outputTokens = finish.usage.outputTokens ?? null;
    end.cachedTokens = finish.usage.cachedTokens ?? null;
    end.savedAt = finish.savedAt ?? null;
    if (asked.request !== null && end.inputTokens !== null) {
      void turn.window?.learn(asked.model, asked.request, end.inputTokens, signal);
    }
  } catch (error) {
    const stopped = signal.aborted || isAbort(error);
    end.status = stopped ? 'stopped' : 'failed';
    end.error = stopped ? null : toMessageError(await explained(error, turn, asked, signal));
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

/** What a model was asked, null until it was, and which. */
interface AskedModel {
  model: ModelRef;
  request: ChatRequest | null;
  readonly onMeasured: (figures: AnswerFigures) => void;
}

type HandedOnPart = Extract<ChatPart, { type: 'handed-on' }>;
type FinishPart = Extract<ChatPart, { type: 'finish' }>;

async function writeAnswer(
  parts: AsyncIterable<ChatPart>,
  writer: AnswerWriter,
  end: { reasoningMs?: number | null },
  onHandedOn: (part: HandedOnPart) => Promise<void>,
): Promise<Omit<FinishPart, 'type'>> {
  let finish: Omit<FinishPart, 'type'> = { reason: 'other', usage: {} };
  let thoughtSinceMs: number | undefined;
  for await (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        writer.push({ text: part.text });
        break;
      case 'handed-on':
        await onHandedOn(part);
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
  asked: AskedModel,
  signal: AbortSignal,
): Promise<AsyncIterable<ChatPart>> {
  const isOffline = turn.model.provider === offlineModel.provider;
  const opened = isOffline ? undefined : models.open(turn.model, 'chat');
  // Its error is awaited below; until then it must not count as unhandled.
  opened?.catch(() => undefined);
  const { as, prompt: persona = '', temperature = null } = turn.manner ?? {};
  const manner = { mode: as?.mode ?? 'ask', persona, temperature } as const;
  const { content: begun } = turn.answer;
  const { passageTokens, earlierTokens } = turn.window?.window.budgets(turn.model) ?? {
    passageTokens: PASSAGE_TOKENS,
    earlierTokens: EARLIER_TOKENS,
  };
  const read = ({ summary, messages }: TurnHistory): Promise<ReadConversation> => {
    const { question: text, sent = [] } = turn;
    const question: TurnMessage = { id: '', role: 'user', text, sent };
    return readConversation({ summary, messages: [...messages, question] }, earlierTokens, (sha256) =>
      callAgain(() => store.call('files.get', { sha256 })),
    );
  };
  if (opened === undefined) {
    const { question } = await read(noHistory);
    if (turn.model.model === 'help') return sayHelp(question);
    const { passages, index } = await findPassages(turn, question, null, signal);
    await keepPassages(turn, await toContextPassages(passages), store, listener);
    return answerOffline(question, passages, index);
  }
  const whole = await read(turn.history);
  const found = await findPassages(turn, whole.question, passageTokens, signal);
  const passages = found.passages.filter((passage) => !isAttached(passage, turn.sent ?? []));
  const key = (await sha256Hex(turn.answer.conversationId)).slice(0, 32);
  const hits = await toContextPassages(passages);
  const contextOf = (count: number): ReturnType<typeof continueContext> =>
    continueContext(turn.answer.context, hits.slice(0, count));
  const build = async (parts: PromptParts): Promise<ChatRequest> => {
    const { messages, question, rules, files } = parts.history === turn.history ? whole : await read(parts.history);
    return buildPrompt({
      text: question,
      ...messages.at(-1),
      history: messages.slice(0, -1),
      rules,
      files,
      isGrounded: turn.context !== null,
      passages: passages.slice(0, parts.passages),
      numbers: contextOf(parts.passages).numbers,
      begun,
      key,
      ...manner,
    });
  };
  const all = { history: turn.history, passages: passages.length };
  const { model, history, sent = [] } = turn;
  const { conversationId } = turn.answer;
  const question = { model, history, sent, conversationId, when: turn.summarise ?? 'if needed' };
  const fitted = (await turn.window?.fit(
    question,
    all,
    { build, openSummariser: () => models.open(turn.model, 'summary') },
    signal,
  )) ?? {
    ...all,
    request: await build(all),
  };
  if (fitted.passages > 0) await keepPassages(turn, contextOf(fitted.passages).context, store, listener);
  asked.request = { ...fitted.request, isFresh: turn.isFresh === true };
  const { name } = as?.persona ?? {};
  const measured = {
    onMeasured: asked.onMeasured,
    onHeld: listener.onHeld,
    ...(name === undefined ? {} : { persona: name }),
  };
  const parts = (await opened).stream({ ...asked.request, ...measured }, signal);
  return begun === '' ? parts : withoutOverlap(begun, parts);
}

/** Stores which passages go along, before they do. */
async function keepPassages(
  { answer: { id: messageId } }: Turn,
  context: readonly ContextPassage[],
  store: Caller<StoreContract>,
  listener: TurnListener,
): Promise<void> {
  if (context.length === 0) return;
  await callAgain(() => store.call('turns.setContext', { messageId, context }));
  listener.onContext();
}

/** A provider that refuses a prompt as too long teaches how much its model takes. */
async function explained(
  error: unknown,
  turn: Turn,
  { model, request }: AskedModel,
  signal: AbortSignal,
): Promise<unknown> {
  if (turn.window === undefined || request === null) return error;
  const { history, sent = [] } = turn;
  return await turn.window.explain(error, { model, history, sent }, request, signal).catch(() => error);
}

/** What stands in something attached is not sent a second time. */
function isAttached(passage: SearchHit, sent: readonly SentContext[]): boolean {
  return sent.some(({ place, source }) => {
    if (place === null || source === 'rule') return false;
    if (place.folder !== passage.folder || place.path !== passage.path) return false;
    return place.startLine <= passage.startLine && place.endLine >= passage.endLine;
  });
}

/**
 * A model can answer without passages, and an index that fails says so below the input; the Offline model cannot, and
 * takes all that is found.
 */
async function findPassages(
  { context, history }: Turn,
  question: string,
  budgetTokens: number | null,
  signal: AbortSignal,
): Promise<GatheredContext> {
  const nothing = { passages: [], index: noIndex };
  if (context === null) return nothing;
  const before = history.messages.flatMap(({ role, text }) => (role === 'user' ? [text] : []));
  try {
    return await gatherContext(context, [...before, question], { budgetTokens, waitMs: INDEX_WAIT_MS }, signal);
  } catch (error) {
    if (budgetTokens === null || signal.aborted) throw error;
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
