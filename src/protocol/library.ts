import type { ChatSetup } from './chatSetup.ts';
import type { MessageSummary } from './messageSummary.ts';
import type {
  Conversation,
  ConversationSummary,
  Feedback,
  Message,
  MessageRole,
  MessageStatus,
  QueuedQuestion,
  ShownConversation,
} from './store.ts';

/** How long a deleted conversation can be taken back. Milliseconds. */
export const UNDO_MS = 10_000;

export interface Folder {
  readonly id: string;
  readonly name: string;
  /** Null for a folder that stands at the top. */
  readonly parentId: string | null;
  /** Grows within the same parent. */
  readonly sortOrder: number;
  /** Of the folder itself, without those of the folders in it and without what is archived. */
  readonly conversationCount: number;
}

/** What a list is narrowed to; what is left out does not matter. */
export interface ConversationFilter {
  /** Null: those in no folder. */
  readonly folderId?: string | null;
  readonly isPinned?: boolean;
  /** Left out, it is false. */
  readonly isArchived?: boolean;
  readonly workspaceUri?: string;
}

export interface ConversationPage {
  readonly limit: number;
  /** The `lastMessageAt` of the last one of the page before. */
  readonly before?: number;
  readonly filter?: ConversationFilter;
}

export interface ConversationChanges {
  /** From now on no automatic title replaces it. */
  readonly title?: string;
  readonly isPinned?: boolean;
  readonly isArchived?: boolean;
  readonly folderId?: string | null;
}

/** A file on a message; its bytes are found by `files.get`. */
export interface Attachment {
  readonly id: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
}

/** A file that goes with a question. */
export type Attach = Pick<Attachment, 'sha256' | 'name' | 'mimeType'>;

/** What the store answers about the bytes of attachments. */
export interface FileRequests {
  /**
   * Keeps bytes, once however often they are put; resolves when they are on disk. Those that nothing refers to are
   * removed after a day.
   */
  'files.put'(params: { bytes: Uint8Array; mimeType: string }): { sha256: string; size: number };
  /** The bytes of an attachment; null where there is none. Code `damaged` when the disk has something else. */
  'files.get'(params: { sha256: string }): Uint8Array | null;
}

/** A message in the tree of its conversation. */
export interface MessageNode {
  readonly id: string;
  /** Null for a first question. */
  readonly parentId: string | null;
  readonly role: MessageRole;
  readonly status: MessageStatus;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** How the text begins. */
  readonly preview: string;
}

/** Messages of one branch. */
export interface MessagePage {
  readonly conversationId: string;
  readonly lastId: string;
  readonly limit: number;
}

/** What the store answers about the library of conversations. */
export interface LibraryRequests {
  /** Newest first. */
  'conversations.list'(params: ConversationPage): ConversationSummary[];
  'conversations.get'(params: { id: string }): Conversation | null;
  /** With so many of its newest messages; the others come by `messages.page`. */
  'conversations.outline'(params: { id: string; newest: number }): ShownConversation | null;
  /** Those that are gone are passed over; when all are, the code is `not-found`. */
  'conversations.update'(params: { ids: readonly string[]; changes: ConversationChanges }): void;
  /** Takes effect only while no person has named the conversation. */
  'conversations.setAutomaticTitle'(params: { id: string; title: string }): void;
  /** From now on questions of the conversation are answered so; what is left out stays. */
  'conversations.setUp'(params: { id: string; setup: Partial<ChatSetup> }): void;
  /** For {@link UNDO_MS} they can be taken back; then the store removes them for good. */
  'conversations.delete'(params: { ids: readonly string[] }): void;
  /** Code `not-found` when it is too late for one of them; the others are back. */
  'conversations.undelete'(params: { ids: readonly string[] }): void;
  /**
   * Begins {@link UNDO_MS} anew for them, and for all that was deleted together with one of them: somebody is still
   * about to take them back. What is gone for good stays gone.
   */
  'conversations.holdDeleted'(params: { ids: readonly string[] }): void;
  /** Every message, those of branches that are not shown too, oldest first. */
  'conversations.branches'(params: { id: string }): MessageNode[];
  /** Shows the branch that the message is in, up to the newest leaf under it; nothing is compared any more. */
  'conversations.showBranch'(params: { id: string; messageId: string }): void;

  /**
   * Puts a question at the end of those that wait, or changes the one with this id, which keeps what goes along with
   * it where nothing else is given; gives all of them.
   */
  'queue.put'(params: QueuedQuestion & { conversationId: string }): readonly QueuedQuestion[];
  'queue.remove'(params: { conversationId: string; id: string }): readonly QueuedQuestion[];

  /** Null when it is gone. */
  'messages.get'(params: { messageId: string }): Message | null;
  /** A message and what stands before it, so many in all or fewer, oldest first; none where it is gone. */
  'messages.page'(params: MessagePage): Message[];
  /** Ids of the messages in the branch that is shown which have these words, whatever their case, oldest first. */
  'messages.find'(params: { conversationId: string; words: string }): string[];
  /**
   * Removes a question with all that follows it in every branch, or an answer with what follows that; the
   * question of an only answer goes along. Code `conflict` while the conversation is being answered.
   */
  'messages.delete'(params: { messageId: string }): void;
  /**
   * Ends what is shown before a message, which stays with all that follows it, as another version. Code `conflict`
   * while the conversation is being answered.
   */
  'messages.takeOut'(params: { messageId: string }): void;
  /** What the reader says of an answer; null takes it back. */
  'messages.setFeedback'(params: { messageId: string; feedback: Feedback | null }): void;
  /** What stands for the conversation up to and with an answer; null where nothing does any more. */
  'messages.setSummary'(params: { messageId: string; summary: MessageSummary | null }): void;
  /** Which files' changes of an answer the reader does not want. */
  'messages.setDiscarded'(params: { messageId: string; discarded: readonly string[] }): void;

  /** Each after the folder it is in, in their order. */
  'folders.list'(params: null): Folder[];
  /** The last one in its parent. Creating the same one again changes nothing. */
  'folders.create'(params: { id: string; name: string; parentId: string | null }): void;
  'folders.rename'(params: { id: string; name: string }): void;
  /** `before` is the sibling that it stands before; null: it stands last. */
  'folders.move'(params: { id: string; parentId: string | null; before: string | null }): void;
  /**
   * With the folders in it. The conversations move to the parent, or are deleted, which
   * `conversations.undelete` takes back; their ids are the result then.
   */
  'folders.delete'(params: { id: string; conversations: 'keep' | 'delete' }): readonly string[];
}
