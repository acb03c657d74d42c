import type { Held } from './held.ts';
import type { Contract, Flat } from '../base/rpc.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { ChatContextRequests, ComposerContext } from './chatContext.ts';
import type { ChatWindowRequests, WindowReport } from './chatWindow.ts';
import type { ChatHistoryRequests } from './chatHistory.ts';
import type { ChatSetupRequests, SetupState } from './chatSetup.ts';
import type { IndexStatus } from './contextIndex.ts';
import type { PassagePlace } from './searchView.ts';
import type { MessageNode, MessagePage } from './library.ts';
import type { Feedback, Message, QueuedQuestion, ShownConversation } from './store.ts';

/** The longest question that can be sent, in UTF-16 code units. */
export const questionLimit = 1_048_576;
/** So many of the newest messages of a chat are told with it, and no more are asked for at once. */
export const messagePage = 50;

/** A model that can be picked now. */
export interface ModelChoice {
  readonly ref: ModelRef;
  readonly displayName: string;
  /** Tokens; left out where that is not known. */
  readonly contextWindow?: number;
}

/** A provider with what can be picked of it, and what is in the way. */
export interface ProviderChoice {
  readonly provider: string;
  readonly displayName: string;
  readonly models: readonly ModelChoice[];
  /** A sentence when there are no models: no key, server not running. */
  readonly problem: string | null;
}

/** A local server that was found and that the user has not set up yet. */
export interface LocalServerOffer {
  readonly provider: string;
  readonly displayName: string;
  readonly address: string;
  /** It is not on this machine but on the computer that this container or WSL runs on. */
  readonly isOnHost?: boolean;
}

/** Everything the view needs to draw itself from nothing. */
export interface ChatSnapshot {
  readonly conversation: ShownConversation | null;
  readonly model: ModelRef;
  readonly providers: readonly ProviderChoice[];
  readonly offers: readonly LocalServerOffer[];
  readonly index: IndexStatus;
  readonly hasWorkspace: boolean;
  readonly notice: ChatNotice | null;
  readonly composer: ComposerContext;
  /** Null where nothing is sent, or it is not known yet. */
  readonly window: WindowReport | null;
  readonly setup: SetupState;
  /** Null once there was an answer. */
  readonly firstRun: FirstRun | null;
  /** The name of the tab that the page is in, which it keeps over a reload; null in the sidebar. */
  readonly tab: string | null;
}

/** What a new user reads besides, until the first answer. */
export interface FirstRun {
  /** Whether models are looked for on this machine: now, not any more, or never because the user has switched it off. */
  readonly search: 'running' | 'done' | 'off';
  /** The user trusts the folder that is open, or none is open. */
  readonly isTrusted: boolean;
  /** Why a server on the user’s own computer is not found, where VS Code works on another machine, as a sentence. */
  readonly remoteHint?: string;
}

/** A lasting notice over the chat: storage trouble, for example. */
export interface ChatNotice {
  readonly message: string;
  /** What helps. */
  readonly action: { readonly label: string; readonly command: ViewCommand } | null;
}

/** Commands that the view may ask VS Code to run. */
export const viewCommands = [
  'setUpProvider',
  'manageProviders',
  'setKey',
  'openEndpointSettings',
  'openBudgetSettings',
  'openParameterSettings',
  'openProxySettings',
  /** In a terminal, after its command was shown. */
  'startServer',
  'indexWorkspace',
  'pauseIndexing',
  'resumeIndexing',
  'openFolder',
  'manageTrust',
  'openSearchSetting',
  'showLog',
  'enterRecoveryCode',
] as const;
export type ViewCommand = (typeof viewCommands)[number];

/** What an answer’s changes of one file come to in that file as it is now. */
export interface FileEdit {
  /** As the answer names it. */
  readonly path: string;
  /** `done`: the file is so already. `in review`: its changes are in the editor, to be accepted or rejected. */
  readonly kind: 'change' | 'new' | 'done' | 'in review' | 'refused';
  /** Lines. */
  readonly added: number;
  readonly removed: number;
  /** Why it cannot be made, as a sentence; null where it can. */
  readonly message: string | null;
}

/** What the view asks about the chat that is shown, and about all around it. */
interface ChatRequests {
  snapshot(params: null): ChatSnapshot;
  /** Resolves when the turn is stored, or queued while an answer is written; what follows comes as events. */
  send(params: { clientMessageId: string; text: string; otherModels?: readonly ModelRef[] }): {
    conversationId: string;
  };
  stop(params: null): void;
  /** Stops one of several answers that are compared. */
  stopAnswer(params: { messageId: string }): void;
  /** Goes on with one of the answers that are compared. */
  keepAnswer(params: { messageId: string }): void;
  /** Answers the question of this answer again as a new branch, by the picked model or this one. */
  retry(params: { messageId: string; model?: ModelRef }): void;
  /** Asks a shown question in other words, as a branch beside it. */
  editQuestion(params: { messageId: string; clientMessageId: string; text: string }): void;
  /** Goes on with a shown answer that was cut short. */
  continueAnswer(params: { messageId: string }): void;
  /** Changes, drops or asks now a question that waits; asking it now stops the answer that is being written. */
  changeQueued(params: { id: string; text: string }): void;
  dropQueued(params: { id: string }): void;
  askQueuedNow(params: { id: string }): void;
  /** Messages of a conversation that is shown or was a moment ago: as `messages.page` of the store. */
  listMessages(params: MessagePage): readonly Message[];
  /** Ids of the messages of the branch that is shown which have these words, whatever their case, oldest first. */
  findInChat(params: { conversationId: string; words: string }): readonly string[];
  /** All of the branch that is shown, as Markdown, to the clipboard. */
  copyChat(params: { conversationId: string }): void;
  /** Every message of the shown conversation, oldest first. */
  listBranches(params: null): readonly MessageNode[];
  /** With all that follows it; the question of an only answer goes along. */
  deleteMessage(params: { messageId: string }): void;
  /** What follows it is not shown any more either; both stay, as another version. */
  takeOut(params: { messageId: string }): void;
  setFeedback(params: { messageId: string; feedback: Feedback | null }): void;
  /** Shows the branch that a message of the shown conversation is in. */
  showBranch(params: { messageId: string }): void;
  newChat(params: null): void;
  /** Shows the branch that `messageId` is in, where that is given. */
  openConversation(params: { id: string; messageId?: string }): void;
  /** Shows a conversation, or with null a new chat, in a tab among the editors or in a window of its own. */
  openElsewhere(params: { id: string | null; place: 'tab' | 'window' }): void;
  pickModel(params: ModelRef): void;
  /** Asks every provider for its models again, and looks for servers on this machine. */
  lookForModels(params: null): void;
  /** Sets up the offered server and makes it pickable. */
  acceptOffer(params: { provider: string }): void;
  openPassage(params: { folder: string; path: string; startLine: number; endLine: number }): void;
  /** `https:` and `http:` addresses only. VS Code asks the user. */
  openLink(params: { url: string }): void;
  /** Which passages of the workspace names in an answer stand for: paths with lines, symbols. At most 50. */
  resolvePlaces(params: { names: readonly string[] }): readonly (PassagePlace | null)[];
  /** The picture at an `https:` address as a `data:` URL: asked for by a click, and by the host alone. */
  loadPicture(params: { url: string }): { data: string };
  copy(params: { text: string }): void;
  insertAtCursor(params: { text: string }): void;
  /** Shows what a code block comes to in its file. `answer` is the block with its fence and what stands right above it. */
  applyCode(params: { answer: string }): void;
  /** What the changes in an answer come to now, file by file. */
  listEdits(params: { messageId: string }): readonly FileEdit[];
  /** Shows the changes of one file in its editor, each to accept or to reject. */
  reviewEdit(params: { messageId: string; path: string }): void;
  /** Makes the changes of these files, all or none, as one step that can be undone. */
  applyEdits(params: { messageId: string; paths: readonly string[] }): void;
  discardEdit(params: { messageId: string; path: string; isDiscarded: boolean }): void;
  openAsNewFile(params: { text: string; language: string }): void;
  /** Asks the user, who reads what would be run, and runs it in a terminal then. */
  runInTerminal(params: { text: string }): void;
  runCommand(params: { command: ViewCommand; provider?: string }): void;
}

/** What the extension host answers and says to the view. */
export interface ChatHostContract extends Contract {
  readonly requests: Flat<
    ChatHistoryRequests & ChatContextRequests & ChatSetupRequests & ChatWindowRequests & ChatRequests
  >;
  readonly events: {
    /** Another conversation is shown, or the one shown has changed other than by the events below. */
    conversation: { conversation: ShownConversation | null };
    /** Past chats or folders have changed, here or in another window: what is shown of them is to be asked for again. */
    conversations: Readonly<Record<never, never>>;
    /** The chat that was shown is no longer there: a sentence that says why. */
    gone: { message: string };
    /** A message of the shown conversation is new or has changed as a whole. */
    message: { message: Message };
    /** What waits in a conversation is other than it was. */
    queue: { conversationId: string; queue: readonly QueuedQuestion[] };
    /** Pieces for the end of a message, and the lengths of `content` and `reasoning` before them, to find gaps. */
    delta: { messageId: string; offset: number; text: string; reasoningOffset: number; reasoning: string };
    /** A request for an answer waits before it goes out; null: no longer. Nobody who comes later is told. */
    held: { messageId: string; held: Held | null };
    models: { model: ModelRef; providers: readonly ProviderChoice[]; offers: readonly LocalServerOffer[] };
    index: { status: IndexStatus; hasWorkspace: boolean };
    notice: { notice: ChatNotice | null };
    setup: { setup: SetupState };
    /** What {@link ChatRequests.listEdits} has told may have changed: files were edited. */
    edits: Readonly<Record<never, never>>;
    firstRun: { firstRun: FirstRun | null };
    /** What goes along with the next question, or can, has changed. */
    composer: { composer: ComposerContext };
    /** How full the model's window is has changed. */
    window: { report: WindowReport | null };
    /** Puts text into the input (from a command) and focuses it; `hasWaited` until the page was drawn, and may come late. */
    draft: { text: string | null; hasWaited: boolean };
  };
}

/** What the view answers: nothing. It only asks. */
export interface ChatViewContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: {
    /** The view has drawn itself and its input can be used. */
    ready: null;
    /** The page has got or lost the focus, which VS Code itself tells nobody of. */
    focus: { isFocused: boolean };
  };
}
