import type { Selectable } from 'kysely';
import type {
  ContextPassage,
  ConversationSummary,
  FinishReason,
  Message,
  MessageError,
  ModelRef,
} from '../protocol/store.ts';
import { parseJson } from './jsonText.ts';
import type { ConversationRow, MessageRow } from './schema.ts';

/** What is kept in a message's `metadata`. */
export interface MessageMetadata {
  readonly error?: MessageError | null;
  readonly finishReason?: FinishReason | null;
}

/** The columns of a conversation that say whether somebody is answering in it. */
export const runColumns = ['status', 'run_owner', 'run_lease_until'] as const;
type RunColumns = Pick<Selectable<ConversationRow>, (typeof runColumns)[number]>;

export const summaryColumns = [
  'id',
  'title',
  'workspace_uri',
  'model',
  'message_count',
  'last_message_at',
  ...runColumns,
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
    messageCount: row.message_count,
    lastMessageAt: row.last_message_at,
    isRunning: isAnswering(row, nowMs),
  };
}

/** Roles other than the user's are shown as the assistant's: this version writes no others. */
export function toMessage(row: Selectable<MessageRow>, run: RunColumns, nowMs: number): Message {
  const metadata = parseJson(row.metadata) as MessageMetadata;
  return {
    id: row.id,
    conversationId: row.conversation_id,
    parentId: row.parent_id,
    role: row.role === 'user' ? 'user' : 'assistant',
    content: row.content,
    reasoning: row.reasoning,
    status: row.status === 'running' && !isAnswering(run, nowMs) ? 'interrupted' : row.status,
    model: parseJson(row.model) as ModelRef | null,
    context: (parseJson(row.context_snapshot) as ContextPassage[] | null) ?? [],
    error: metadata.error ?? null,
    finishReason: metadata.finishReason ?? null,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    createdAt: row.created_at,
  };
}
