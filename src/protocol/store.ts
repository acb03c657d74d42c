import type { Contract, Flat } from '../base/rpc.ts';
import type { FinishReason, HandedOn, ModelRef } from '../models/chatModel.ts';
import type { AnswerFigures } from '../models/meterModel.ts';
import type { ArchiveRequests } from './archive.ts';
import type { AnsweredAs, ChatSetup, PersonaRequests } from './chatSetup.ts';
import type { EgressRequests } from './egress.ts';
import type { HistoryRequests } from './historyIndex.ts';
import type { Attach, Attachment, FileRequests, LibraryRequests } from './library.ts';
import type { MessageSummary } from './messageSummary.ts';
import type { ModelCorrection, ModelInfo } from './modelInfo.ts';
import type { ResponseCacheRequests } from './responseCache.ts';
import type { SentContext } from './sentContext.ts';
import type { ToolCall } from './toolCalls.ts';
import type { TelemetryRequests } from './telemetry.ts';
import type { ModelUsageRequests } from './usage.ts';

// The storage knows nothing of models but these names.
export type { FinishReason, HandedOn, ModelRef };

export interface User {
  readonly id: string;
  readonly preferredModel: ModelRef | null;
  readonly activeConversationId: string | null;
}

/** A row of the registry. */
export interface Provider {
  readonly name: string;
  readonly displayName: string;
  readonly protocol: string;
  readonly baseUrl: string | null;
  readonly models: readonly ModelInfo[];
}

/** A user's settings for a provider. The key itself is never here: `keyRef` names its place in the vault. */
export interface ProviderConfig {
  readonly provider: string;
  readonly enabled: boolean;
  readonly model: string | null;
  readonly endpoint: string | null;
  readonly keyRef: string | null;
  /** By the model's name; changed by `providerConfigs.correctModel` alone. */
  readonly corrections: Readonly<Record<string, ModelCorrection>>;
}

export type MessageRole = 'user' | 'assistant';

/** A reader is told `interrupted` of a running message whose owner's lease has run out: its window is gone. */
export type MessageStatus = 'complete' | 'running' | 'stopped' | 'failed' | 'interrupted';

/** A passage that was sent along: what the answer's sources are made of. */
export interface ContextPassage {
  readonly folder: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string;
  readonly language: string;
  /** SHA-256 of the text that was sent, hex. */
  readonly textHash: string;
  /** The kind of each secret that was masked in it; left out where none was. */
  readonly masked?: readonly string[];
}

/** What the reader has said of an answer. */
export type Feedback = 'good' | 'bad';

export interface MessageError {
  readonly message: string;
  readonly kind: string;
  readonly actions: readonly string[];
}

export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly parentId: string | null;
  /** The branches that begin here, oldest first: this message and those beside it. */
  readonly siblingIds: readonly string[];
  readonly role: MessageRole;
  readonly content: string;
  readonly reasoning: string;
  readonly status: MessageStatus;
  readonly model: ModelRef | null;
  /** Of an answer that another model was asked for first; left out for others. */
  readonly handedOn?: HandedOn;
  readonly context: readonly ContextPassage[];
  readonly attachments: readonly Attachment[];
  /** What went along with a question, in its order; left out where nothing did. */
  readonly sent?: readonly SentContext[];
  readonly error: MessageError | null;
  readonly finishReason: FinishReason | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** How many of the input tokens the provider had kept from a request before; left out where it does not say. */
  readonly cachedTokens?: number;
  /** When the answer was written that was served again, milliseconds since the epoch; left out for a new one. */
  readonly savedAt?: number;
  /** What an answer came to; left out where that is not known. */
  readonly figures?: AnswerFigures;
  /** What stands for the conversation up to and with this answer when a model is asked what follows; left out where nothing does. */
  readonly summary?: MessageSummary;
  /** How often it was opened again to be gone on with. */
  readonly resumeCount: number;
  readonly feedback: Feedback | null;
  /** How long the model thought before its answer began; null where it did not, or that is not known. Milliseconds. */
  readonly reasoningMs: number | null;
  /** How an answer was asked for; left out for questions, and where that is not known. */
  readonly as?: AnsweredAs;
  /** What the model called, in its order; left out where nothing. */
  readonly toolCalls?: readonly ToolCall[];
  /** The files whose changes the reader has discarded, as the answer names them; left out where there are none. */
  readonly discarded?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  readonly workspaceUri: string | null;
  readonly model: ModelRef | null;
  readonly folderId: string | null;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  /** Of all branches. */
  readonly messageCount: number;
  /** Milliseconds since the epoch. No two conversations share it. */
  readonly lastMessageAt: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly isRunning: boolean;
}

/** Who has named a conversation. */
export type TitleSource = 'question' | 'model' | 'person';

/** What goes along with a question. */
export interface QuestionContext {
  readonly sent: readonly SentContext[];
  /** Its bytes, which were put before. */
  readonly attachments: readonly Attach[];
  /** Who answers, where the question’s command says so. */
  readonly model?: ModelRef;
}

/** A question that waits until the answer before it has ended. */
export interface QueuedQuestion {
  /** The `clientMessageId` that it will be sent under. */
  readonly id: string;
  readonly text: string;
  /** Left out where nothing goes along. */
  readonly context?: QuestionContext;
}

/** A conversation without its messages. */
interface ConversationHead extends ConversationSummary, ChatSetup {
  readonly titleSource: TitleSource;
  /** What is asked next, in this order. */
  readonly queue: readonly QueuedQuestion[];
  /**
   * Answers to the last question that stand side by side until one is kept, the last of `messages` among them; left out
   * where nothing is compared.
   */
  readonly comparison?: readonly Message[];
}

export interface Conversation extends ConversationHead {
  /** From the root to the leaf that is shown. */
  readonly messages: readonly Message[];
}

/** A message as far as a list of thousands needs it before it is read. */
export type MessageOutline = Pick<Message, 'id' | 'role'>;

/** A conversation as it is opened: its end, and of what is before that only that it is there. */
export interface ShownConversation extends ConversationHead {
  /** From the root to the leaf that is shown. */
  readonly outline: readonly MessageOutline[];
  /** Whether there are messages in other branches. */
  readonly hasVersions: boolean;
  /** The newest of the outline, oldest first. */
  readonly messages: readonly Message[];
}

export interface StartTurn {
  /** Created with this id when it does not exist. */
  readonly conversationId: string;
  /** Title and workspace of a conversation that is created. */
  readonly title: string;
  readonly workspaceUri: string | null;
  /** Sending the same one again changes nothing and returns the turn that is there. */
  readonly clientMessageId: string;
  readonly text: string;
  readonly model: ModelRef;
  /** Others that answer too, to be compared; at most two. */
  readonly otherModels?: readonly ModelRef[];
  /** By default in words, by Sextant itself; a conversation that is created keeps it. */
  readonly as?: AnsweredAs;
  /** Files that were put before, at most a hundred. */
  readonly attachments?: readonly Attach[];
  /** What goes along; the bytes of each are among the attachments. */
  readonly sent?: readonly SentContext[];
  /** Message the turn continues; null for the first one. */
  readonly parentId: string | null;
  /** Who answers, and until when nobody else may think it dead (milliseconds since the epoch). */
  readonly owner: string;
  readonly leaseUntil: number;
}

export interface StartedTurn {
  readonly user: Message;
  readonly assistant: Message;
  /** The answers of the other models. */
  readonly others: readonly Message[];
  /** False when this turn was there already. */
  readonly created: boolean;
}

/** A piece for the end of an answer. Offsets are the bytes before it, in UTF-8. */
export interface AnswerPiece {
  readonly messageId: string;
  readonly offset: number;
  readonly text: string;
  readonly reasoningOffset: number;
  readonly reasoning: string;
}

export interface FinishTurn {
  readonly messageId: string;
  readonly status: 'complete' | 'stopped' | 'failed';
  readonly error: MessageError | null;
  readonly finishReason: FinishReason | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cachedTokens?: number | null;
  readonly savedAt?: number | null;
  readonly reasoningMs?: number | null;
  readonly figures?: AnswerFigures | null;
}

/** How the store is: for the status line, `doctor` and bug reports. */
export interface StoreStatus {
  readonly directory: string;
  readonly sqliteVersion: string;
  readonly schemaVersion: number;
  readonly generation: number;
  readonly snapshotBytes: number;
  readonly logBytes: number;
  /** Bytes in the database that hold nothing any more; tidying up gives them back. */
  readonly freeBytes: number;
  /** Damaged files that repairs have kept. */
  readonly setAside: { readonly sets: number; readonly bytes: number };
  readonly sync: 'always' | 'eachSecond';
  /** What the last check has found, `ok` or what is wrong, and when; null when there was none since it was opened. */
  readonly integrity: { readonly result: string; readonly at: number } | null;
  /** A sentence for the user when something was repaired or writing is refused. */
  readonly notice: string | null;
  /** Id of the key that all is encrypted with; null when it is not encrypted. */
  readonly keyId: string | null;
}

/** One event of use: what happened and how often or how fast, never code, a prompt, a path or a name of the user's. */
export interface UsageEvent {
  readonly type: 'completionShown' | 'completionAccepted' | 'completionRejected' | 'completionKept' | 'chatTurn';
  readonly payload: Readonly<Record<string, string | number>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the store answers about the user, the settings and the providers. */
export interface AccountRequests {
  'user.get'(params: null): User;
  'user.setPreferredModel'(params: { model: ModelRef | null }): void;
  'user.setActiveConversation'(params: { conversationId: string | null }): void;
  /** Whether events of use may be written down. */
  'user.setTelemetryOptIn'(params: { optIn: boolean }): void;
  /** Writes events of use down, if the user has opted in; says how many. */
  'usage.add'(params: { events: readonly UsageEvent[] }): number;

  'settings.get'(params: { key: string }): unknown;
  'settings.set'(params: { key: string; value: unknown }): void;

  'providers.list'(params: null): Provider[];
  'providers.save'(params: Provider): void;
  'providerConfigs.list'(params: null): ProviderConfig[];
  'providerConfigs.save'(params: Omit<ProviderConfig, 'corrections'>): void;
  'providerConfigs.correctModel'(params: { provider: string; model: string; correction: ModelCorrection | null }): void;
  'providerConfigs.delete'(params: { provider: string }): void;
}

/** What the store answers about questions and the answers that are written to them. */
export interface TurnRequests {
  /** The user's message and the empty, running answer, in one transaction. If it was queued, it no longer is. */
  'turns.start'(params: StartTurn): StartedTurn;
  /**
   * Another answer to a question that has one, as a branch beside it; the branch is shown from now on. Where answers are
   * compared it takes the place of `insteadOf`.
   */
  'turns.answerAgain'(params: {
    userMessageId: string;
    model: ModelRef;
    as?: AnsweredAs;
    insteadOf?: string;
    owner: string;
    leaseUntil: number;
  }): Message;
  'turns.setContext'(params: { messageId: string; context: readonly ContextPassage[] }): void;
  /** A running answer is another model's from here on. */
  'turns.handOn'(params: { messageId: string; model: ModelRef } & HandedOn): void;
  /**
   * Opens an answer again that was stopped, cut off or failed, or for which the model was allowed no more, to go
   * on writing at its end. Code `conflict` while somebody answers, `invalid` where there is nothing to go on with.
   */
  'turns.resume'(params: { messageId: string; owner: string; leaseUntil: number }): Message;
  /**
   * Adds a piece to a running answer: logged as the piece, not as the whole text. The same one again changes
   * nothing, so that who has no reply can ask again; code `conflict` when it fits no more.
   */
  'turns.append'(params: AnswerPiece): void;
  'turns.renewLease'(params: { conversationId: string; owner: string; leaseUntil: number }): void;
  'turns.finish'(params: FinishTurn): void;
}

interface EngineRequests {
  status(params: null): StoreStatus;
  /** Looks through all of the database. Gives `ok`, or what is wrong. */
  checkIntegrity(params: null): string;
  /** Lets go of the folder. Requests after it are refused. */
  close(params: null): void;
}

/** Whether what is stored is encrypted. `locked`: it is, and the key of this id is not known. */
export type StoreEncryption = { readonly state: 'off' } | { readonly state: 'on' | 'locked'; readonly keyId: string };

export interface EncryptionRequests {
  'encryption.get'(params: null): StoreEncryption;
  /**
   * Encrypts all that is stored, backups included, and removes what was not encrypted. Whoever keeps the keys must
   * have this one. `left` files cannot be read and stay as they are. Code `conflict` when another window has
   * encrypted it with another key.
   */
  'encryption.turnOn'(params: { secret: Uint8Array }): { left: number };
  'encryption.turnOff'(params: null): { left: number };
}

/** What the store asks of whoever keeps keys: a key stands in no file, variable or argument of the store's. */
export interface StoreKeeperContract extends Contract {
  readonly requests: {
    /** The secret of the key with this id; null when it is not known. */
    'storeKey.find'(params: { keyId: string }): Uint8Array | null;
  };
  readonly events: Record<never, never>;
}

/**
 * What the store worker answers and says. A request that writes resolves when its transaction is on
 * disk. Errors: `read-only`, `disk-full`, `damaged`, `locked`, `outdated`, `not-found`, `invalid`.
 */
export interface StoreContract extends Contract {
  readonly requests: Flat<
    AccountRequests &
      EgressRequests &
      TelemetryRequests &
      ModelUsageRequests &
      FileRequests &
      LibraryRequests &
      PersonaRequests &
      ResponseCacheRequests &
      TurnRequests &
      HistoryRequests &
      ArchiveRequests &
      EncryptionRequests &
      EngineRequests
  >;
  readonly events: {
    /** Something was written, here or in another window. `conversationId` is null for all that is not one conversation's. */
    changed: { conversationId: string | null };
    /** A sentence for the user: a repair, a refusal to write, a window of a newer version. */
    notice: { severity: 'info' | 'warning' | 'error'; message: string };
    /** Why nothing can be read: what is stored is encrypted, and the key is not known. Null once it is. */
    locked: { reason: string | null };
  };
}
