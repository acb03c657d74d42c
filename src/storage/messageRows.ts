import type { Selectable } from 'kysely';
import type {
  ContextPassage,
  ConversationSummary,
  Feedback,
  FinishReason,
  HandedOn,
  MessageError,
  MessageRole,
  MessageStatus,
  ModelRef,
} from '../protocol/store.ts';
import { type AnsweredAs, readMode } from '../protocol/chatSetup.ts';
import { readSummary } from '../protocol/messageSummary.ts';
import { readFigures } from '../protocol/answerFigures.ts';
import { readSentContext } from '../protocol/sentContext.ts';
import { readToolCalls } from '../protocol/toolCalls.ts';
import type { MessageFiles } from './attachmentRepository.ts';
import { parseJson } from './jsonText.ts';
import type { StoredMessage } from './longText.ts';
import type { ConversationRow, MessageRow } from './schema.ts';

/** What is kept in a message's `metadata`. */
export interface MessageMetadata {
  readonly error?: MessageError | null;
  readonly finishReason?: FinishReason | null;
  readonly resumeCount?: number;
  readonly feedback?: Feedback | null;
  readonly reasoningMs?: number | null;
  readonly cachedTokens?: number | null;
  readonly savedAt?: number | null;
  /** See `readFigures`. */
  readonly figures?: unknown;
  readonly handedOn?: HandedOn;
  /** See `readSummary`. */
  readonly summary?: unknown;
  readonly as?: AnsweredAs;
  readonly discarded?: readonly string[];
}

/** The columns of a conversation that say whether somebody is answering in it. */
export const runColumns = ['status', 'run_owner', 'run_lease_until'] as const;
type RunColumns = Pick<Selectable<ConversationRow>, (typeof runColumns)[number]>;

export const summaryColumns = [
  'id',
  'title',
  'workspace_uri',
  'model',
  'folder_id',
  'is_pinned',
  'is_archived',
  'message_count',
  'last_message_at',
  'created_at',
  ...runColumns,
] as const;

/** What is shown of a message. */
export const messageColumns = [
  'id',
  'conversation_id',
  'parent_id',
  'role',
  'content',
  'reasoning',
  'status',
  'model',
  'context_snapshot',
  'metadata',
  'parts',
  'input_tokens',
  'output_tokens',
  'created_at',
] as const;

/** Whether the one who answers still holds the lease. */
export function isAnswering(run: RunColumns, nowMs: number): boolean {
  return run.status === 'running' && run.run_lease_until !== null && run.run_lease_until > nowMs;
}

export function toSummary(
  row: Pick<Selectable<ConversationRow>, (typeof summaryColumns)[number]>,
  nowMs: number,
): ConversationSummary {
  return {
    id: row.id,
    title: row.title,
    workspaceUri: row.workspace_uri,
    model: parseJson(row.model) as ModelRef | null,
    folderId: row.folder_id,
    isPinned: row.is_pinned === 1,
    isArchived: row.is_archived === 1,
    messageCount: row.message_count,
    lastMessageAt: row.last_message_at,
    createdAt: row.created_at,
    isRunning: isAnswering(row, nowMs),
  };
}

/** What belongs to a message and stands in no column of its own. */
interface Surroundings {
  readonly nowMs: number;
  readonly siblingIds: readonly string[];
  readonly files: MessageFiles | undefined;
}

/** Roles other than the user's are shown as the assistant's: this version writes no others. */
export function shownRole(role: MessageRow['role']): MessageRole {
  return role === 'user' ? 'user' : 'assistant';
}

/** A message that nobody writes any more is interrupted, whether or not that is written down yet. */
export function shownStatus(status: MessageStatus, run: RunColumns, nowMs: number): MessageStatus {
  return status === 'running' && !isAnswering(run, nowMs) ? 'interrupted' : status;
}

/** What went along with a question, or the passages that an answer rests on. */
function contextOf(
  row: Pick<Selectable<MessageRow>, 'role' | 'context_snapshot'>,
): Pick<StoredMessage, 'context' | 'sent'> {
  const stored = parseJson(row.context_snapshot);
  if (shownRole(row.role) === 'assistant') return { context: (stored as ContextPassage[] | null) ?? [] };
  const sent = readSentContext(stored);
  return { context: [], ...(sent.length === 0 ? {} : { sent }) };
}

/** How an answer was asked for, what it called and what of it is unwanted, where an import may have put anything. */
function answerOf(row: Pick<Selectable<MessageRow>, 'role' | 'parts' | 'metadata'>): Partial<StoredMessage> {
  if (row.role === 'user') return {};
  const { as, discarded, handedOn } = parseJson(row.metadata) as Readonly<Record<string, unknown>>;
  const { mode, persona } = ((typeof as === 'object' ? as : null) as Readonly<Record<string, unknown>> | null) ?? {};
  const { id, name } =
    ((typeof persona === 'object' ? persona : null) as Readonly<Record<string, unknown>> | null) ?? {};
  const known = typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
  const handed = readHandedOn(handedOn);
  const toolCalls = readToolCalls(parseJson(row.parts));
  const unwanted = Array.isArray(discarded) ? discarded.filter((each) => typeof each === 'string') : [];
  return {
    ...(as === undefined ? {} : { as: { mode: readMode(mode), persona: known } }),
    ...(handed === null ? {} : { handedOn: handed }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(unwanted.length === 0 ? {} : { discarded: unwanted }),
  };
}

function readHandedOn(value: unknown): HandedOn | null {
  const { from, because } = ((typeof value === 'object' ? value : null) ?? {}) as Readonly<Record<string, unknown>>;
  const { provider, model } = ((typeof from === 'object' ? from : null) ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof provider !== 'string' || typeof model !== 'string' || typeof because !== 'string') return null;
  return { from: { provider, model }, because };
}

export function toMessage(
  row: Pick<Selectable<MessageRow>, (typeof messageColumns)[number]>,
  run: RunColumns,
  { nowMs, siblingIds, files }: Surroundings,
): StoredMessage {
  const metadata = parseJson(row.metadata) as MessageMetadata;
  const summary = readSummary(metadata.summary);
  const figures = readFigures(metadata.figures);
  return {
    id: row.id,
    conversationId: row.conversation_id,
    parentId: row.parent_id,
    siblingIds,
    role: shownRole(row.role),
    content: row.content,
    reasoning: row.reasoning,
    status: shownStatus(row.status, run, nowMs),
    model: parseJson(row.model) as ModelRef | null,
    ...contextOf(row),
    ...answerOf(row),
    attachments: files?.attachments ?? [],
    textFile: files?.textFile ?? null,
    error: metadata.error ?? null,
    finishReason: metadata.finishReason ?? null,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    ...(typeof metadata.cachedTokens === 'number' && { cachedTokens: metadata.cachedTokens }),
    ...(typeof metadata.savedAt === 'number' && { savedAt: metadata.savedAt }),
    ...(figures !== null && { figures }),
    ...(summary !== null && { summary }),
    resumeCount: metadata.resumeCount ?? 0,
    feedback: metadata.feedback ?? null,
    reasoningMs: metadata.reasoningMs ?? null,
    createdAt: row.created_at,
  };
}
