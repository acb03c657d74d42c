import type { Generated } from 'kysely';
import type { MessageRole, MessageStatus, TitleSource } from '../protocol/store.ts';

/*
 * The rows as they are stored. Ids are UUIDv7 text, times are milliseconds since the epoch, JSON is
 * text, booleans are 0 or 1. The migrations make the tables; these types say what is in them.
 */

/** Text that holds JSON. */
type Json = string;
type Milliseconds = number;
type Flag = 0 | 1;

export interface StoreSchema {
  readonly users: UserRow;
  readonly providers: ProviderRow;
  readonly provider_configs: ProviderConfigRow;
  readonly settings: SettingRow;
  readonly assistants: AssistantRow;
  readonly folders: FolderRow;
  readonly conversations: ConversationRow;
  readonly messages: MessageRow;
  readonly counters: CounterRow;
  readonly removed_messages: RemovedMessageRow;
  readonly files: FileRow;
  readonly file_drafts: FileDraftRow;
  readonly attachments: AttachmentRow;
  readonly audit_log: AuditRow;
  readonly usage_events: UsageEventRow;
  readonly egress_log: EgressRow;
  readonly response_cache: CachedResponseRow;
  readonly model_usage: ModelUsageRow;
}

export interface UserRow {
  id: string;
  username: string;
  display_name: string | null;
  /** This and the three below are the team edition's. */
  email: string | null;
  password_hash: string | null;
  role: string | null;
  status: string | null;
  active_conversation_id: string | null;
  preferred_model: Json | null;
  preferences: Generated<Json>;
  telemetry_opt_in: Generated<Flag>;
  created_at: Milliseconds;
  updated_at: Milliseconds;
  last_active_at: Milliseconds | null;
}

export interface ProviderRow {
  provider_name: string;
  display_name: string;
  base_url: string | null;
  protocol: string;
  model_list: Json;
  local_model: Generated<Flag>;
  created_at: Milliseconds;
  updated_at: Milliseconds;
}

export interface ProviderConfigRow {
  user_id: string;
  provider_name: string;
  endpoint: string | null;
  model: string | null;
  enabled: Flag;
  config: Generated<Json>;
  /** Names the keychain entry; never the key. */
  key_ref: string | null;
  created_at: Milliseconds;
  updated_at: Milliseconds;
}

export interface SettingRow {
  user_id: string;
  key: string;
  value: Json;
  updated_at: Milliseconds;
}

export interface AssistantRow {
  id: string;
  user_id: string;
  name: string;
  display_name: string;
  description: string | null;
  avatar: string | null;
  model: Json | null;
  system_prompt: string | null;
  temperature: number | null;
  max_tokens: number | null;
  status: Generated<'active' | 'coming_soon' | 'discontinued'>;
  suggested_messages: Generated<Json>;
  tools: Generated<Json>;
  is_public: Generated<Flag>;
  single_conversation: Generated<Flag>;
  created_at: Milliseconds;
  updated_at: Milliseconds;
  deleted_at: Milliseconds | null;
}

export interface FolderRow {
  id: string;
  user_id: string;
  name: string;
  parent_id: string | null;
  sort_order: Generated<number>;
  created_at: Milliseconds;
  deleted_at: Milliseconds | null;
}

export interface ConversationRow {
  id: string;
  user_id: string;
  assistant_id: string | null;
  folder_id: string | null;
  agent: Generated<string>;
  mode: Generated<string>;
  title: string;
  title_source: Generated<TitleSource>;
  model: Json | null;
  system_prompt: string | null;
  workspace_uri: string | null;
  status: Generated<'pending' | 'running' | 'finished'>;
  is_pinned: Generated<Flag>;
  is_archived: Generated<Flag>;
  /** The leaf that is shown. */
  active_message_id: string | null;
  /** Who is answering, and until when nobody else may think it dead. */
  run_owner: string | null;
  run_lease_until: Milliseconds | null;
  extra: Generated<Json>;
  /** Kept with each message that comes, so that the list of conversations reads no messages. */
  message_count: Generated<number>;
  last_message_at: Milliseconds;
  created_at: Milliseconds;
  updated_at: Milliseconds;
  deleted_at: Milliseconds | null;
}

export interface MessageRow {
  id: string;
  user_id: string;
  conversation_id: string;
  parent_id: string | null;
  role: MessageRole | 'system' | 'tool';
  type: Generated<string>;
  model: Json | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_microusd: number | null;
  status: MessageStatus;
  client_message_id: string | null;
  created_at: Milliseconds;
  /** Holds `error` and `finishReason` of the protocol's message. */
  metadata: Generated<Json>;
  content: Generated<string>;
  reasoning: Generated<string>;
  parts: Json | null;
  /** What was sent as context: the protocol's passages. */
  context_snapshot: Json | null;
  /** Counts what the history search has to learn; null while the message is being written. */
  revision: number | null;
}

/** The last number that was given out under a name. */
interface CounterRow {
  user_id: string;
  name: string;
  value: number;
}

/** What the history search has to forget. */
interface RemovedMessageRow {
  message_id: string;
  user_id: string;
  revision: number;
}

/** Bytes that lie in the file store under their hash. */
interface FileRow {
  sha256: string;
  size: number;
  mime_type: string;
  storage_type: Generated<'local' | 's3'>;
  location: string | null;
  created_at: Milliseconds;
}

/** Who has put a file that stands on none of the user's messages yet. */
interface FileDraftRow {
  user_id: string;
  sha256: string;
  put_at: Milliseconds;
}

interface AttachmentRow {
  id: string;
  user_id: string;
  message_id: string;
  sha256: string;
  /** `content` is the message's own text where that is long. */
  role: Generated<'attachment' | 'content'>;
  name: string;
  mime_type: string;
  size: number;
  url: string | null;
  created_at: Milliseconds;
}

interface AuditRow {
  id: string;
  user_id: string;
  action: string;
  subject: string;
  detail: Generated<Json>;
  event_time: Milliseconds;
}

interface UsageEventRow {
  id: string;
  user_id: string;
  event_type: string;
  payload: Generated<Json>;
  event_time: Milliseconds;
}

interface EgressRow {
  id: string;
  user_id: string;
  purpose: string;
  address: string;
  model: string | null;
  bytes_out: number;
  bytes_in: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_microusd: number | null;
  files: Generated<Json>;
  event_time: Milliseconds;
}

interface CachedResponseRow {
  user_id: string;
  cache_key: string;
  response_data: string;
  size: number;
  hits: Generated<number>;
  created_at: Milliseconds;
  expires_at: Milliseconds;
  /** When it was served last, or kept. */
  used_at: Generated<Milliseconds>;
}

interface ModelUsageRow {
  id: string;
  user_id: string;
  /** The user's, as `2026-11-22`. */
  day: string;
  event_time: Milliseconds;
  purpose: string;
  provider: string;
  model: string;
  workspace_uri: string | null;
  persona: string | null;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
  /** Of the tokens. */
  is_estimate: Flag;
  cost_microusd: number | null;
  /** The provider has said the cost. */
  is_billed: Flag;
  saved_microusd: number;
  is_cached: Flag;
  first_token_ms: Milliseconds | null;
  duration_ms: Milliseconds;
}
