import type { Contract } from '../base/rpc.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { MessageRole } from './store.ts';

/** What of the history is searched; what is left out does not narrow it. */
export interface HistoryFilter {
  readonly workspaceUri?: string;
  /** With the folders inside it; null: the conversations in no folder. */
  readonly folderId?: string | null;
  readonly conversationId?: string;
  /** False leaves archived conversations out, true everything else. */
  readonly isArchived?: boolean;
  readonly role?: MessageRole;
  /** The model that has written the message. */
  readonly model?: ModelRef;
  /** First moment that counts, in milliseconds since the epoch. */
  readonly from?: number;
  /** First moment that does not count any more. */
  readonly to?: number;
}

/**
 * A question to the history. All words must be there, the last one only as far as it is typed; `"words
 * in quotes"` stand next to each other; `-word` and `-"words"` must not be there; `word*` is a beginning.
 */
export interface HistoryRequest {
  readonly query: string;
  readonly filter: HistoryFilter;
  /** Hits to leave out at the beginning. */
  readonly offset: number;
  /** At most {@link HISTORY_PAGE}. */
  readonly limit: number;
  /** Waits for the deep model, which reads the best hits and may find another order. */
  readonly isDeep?: boolean;
}

/** Hits that are given at a time. */
export const HISTORY_PAGE = 50;

/** A message that was found. */
export interface HistoryHit {
  readonly conversationId: string;
  readonly messageId: string;
  /** Of the conversation. */
  readonly title: string;
  readonly role: MessageRole;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly workspaceUri: string | null;
  /** A line of the message around its best place, with … where it was cut. */
  readonly snippet: string;
  /** What was found in the snippet: UTF-16 offsets, end exclusive, in order, apart from each other. */
  readonly highlights: readonly (readonly [start: number, end: number])[];
  /** True where it was found by its meaning alone: words of the question are missing in it. */
  readonly isRelated: boolean;
  /** Higher is better; comparable only within one answer. */
  readonly score: number;
}

export interface HistoryResults {
  readonly hits: readonly HistoryHit[];
  /** Hits on all pages. */
  readonly total: number;
  /** True where the same question, asked with `isDeep`, may have a better order. */
  readonly canDeepen: boolean;
  /** What of the history was searched. */
  readonly status: HistoryStatus;
}

/** How far the search has come with the history. */
export interface HistoryStatus {
  /** `building` while older messages are missing that the first time, or a rebuild, has not come to yet. */
  readonly phase: 'opening' | 'building' | 'ready' | 'failed';
  /** Messages that can be found. */
  readonly messages: number;
  /** Changes that are still to be taken, about. */
  readonly missing: number;
  /** A sentence for the user when `phase` is `failed`. */
  readonly message?: string;
}

/** A final message, as the history index takes it. */
export interface HistoryMessage {
  readonly messageId: string;
  readonly conversationId: string;
  readonly role: MessageRole;
  readonly model: ModelRef | null;
  readonly createdAt: number;
  readonly text: string;
}

/** What changed in the store's messages, in order: what stands in `messages` replaces what was there before it. */
export interface HistoryChanges {
  /** Another one means that the store was replaced: whatever was taken before is void. */
  readonly epoch: string;
  /** The changes follow this revision, which is 0 where they begin anew for a reader that is far behind … */
  readonly after: number;
  /** … up to this one, inclusive. */
  readonly revision: number;
  /** The newest revision that there is. */
  readonly latest: number;
  readonly messages: readonly HistoryMessage[];
  /** Ids of messages that are gone. */
  readonly removed: readonly string[];
}

/** Conversations by id: these alone, or all but these. */
export interface ConversationSet {
  readonly kind: 'only' | 'except';
  readonly ids: readonly string[];
}

/** A message that the index has found, before the store has told what it is. */
export interface HistoryMatch {
  readonly messageId: string;
  /** Where its passage begins that is nearest in meaning; 0 where none is near. */
  readonly startOffset: number;
  readonly isRelated: boolean;
  readonly score: number;
}

/** UTF-16 units of a message that the deep model is given, and more than it reads. */
export const PASSAGE_LENGTH = 800;

/** What the store answers for the history search; a part of its contract. */
export interface HistoryRequests {
  /** What follows the revision `after` of a history: about `limit` changes, fewer where they are long. */
  'history.changes'(params: { epoch: string | null; after: number; limit: number }): HistoryChanges;
  /** The conversations that a filter means; those that were deleted are never among them. */
  'history.conversations'(params: HistoryFilter): ConversationSet;
  /** Tells what was found, in the order of `matches`; messages that are gone are left out. */
  'history.describe'(params: { query: string; matches: readonly HistoryMatch[] }): HistoryHit[];
  /** What stands in each message from its `startOffset` on, by its id; what is gone is left out. */
  'history.passages'(params: { matches: readonly HistoryMatch[] }): ReadonlyMap<string, string>;
}

/** Where the index stands. */
export interface HistoryIndexState {
  /** False where another window's process keeps the index up: this one reads what that one publishes. */
  readonly isOwner: boolean;
  /** Null while it is empty. */
  readonly epoch: string | null;
  /** What it has taken, up to here. */
  readonly revision: number;
  readonly messages: number;
  /** A sentence for the user where it cannot be kept. */
  readonly failure?: string;
}

/** A question to the index, with its filter resolved. */
export interface HistoryIndexSearch extends Pick<HistoryRequest, 'query' | 'offset' | 'limit'> {
  readonly conversations: ConversationSet;
  readonly filter: Pick<HistoryFilter, 'role' | 'model' | 'from' | 'to'>;
}

/** Matches of a search, best first, and their passages by message. */
export interface HistoryDeepening {
  readonly query: string;
  readonly matches: readonly HistoryMatch[];
  readonly passages: ReadonlyMap<string, string>;
}

/** What the index process answers for the history search, beside what it answers for the workspace. */
export interface HistoryIndexContract extends Contract {
  readonly requests: {
    /**
     * Opens the index in this folder, which is its own. Comes before all else; again changes nothing. With the
     * secret of a store key all is sealed with it; what was kept otherwise before is made anew.
     */
    'history.open'(params: { directory: string; secret: Uint8Array | null }): void;
    'history.state'(params: null): HistoryIndexState;
    /**
     * Takes changes and tells where it stands then, which is where the next ones begin. What does not
     * begin there, or comes while another process owns the index, changes nothing.
     */
    'history.apply'(params: HistoryChanges): HistoryIndexState;
    'history.search'(params: HistoryIndexSearch): { matches: HistoryMatch[]; total: number; canDeepen: boolean };
    /**
     * The matches of a search in the order that they have once the deep model has read the passages of the best of
     * them; as they were where it may not, or dies of it.
     */
    'history.deepen'(params: HistoryDeepening): HistoryMatch[];
    /** Forgets everything, to be given it again from the beginning. */
    'history.reset'(params: null): HistoryIndexState;
  };
  readonly events: {
    /** It stands elsewhere, or has another owner. */
    'history.changed': HistoryIndexState;
  };
}
