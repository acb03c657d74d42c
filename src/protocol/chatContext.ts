/** Something that goes along with the next question, as the composer shows it. */
export interface ContextChip {
  readonly id: string;
  readonly source: string;
  readonly label: string;
  readonly detail: string;
  /** A codicon’s name. */
  readonly icon: string;
  /** `failed` ones stay behind when the question is sent; `off` is the active file where the user does not want it. */
  readonly state: 'reading' | 'ready' | 'failed' | 'off';
  /** Null while it is not known. */
  readonly tokens: number | null;
  /** Why it cannot go along; a sentence. */
  readonly problem: string | null;
  readonly isPinned: boolean;
  /** The active file, which comes and goes by itself. */
  readonly isAutomatic: boolean;
}

/** Where something to attach can come from. */
export interface ContextSourceChoice {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: string;
  /** False: it is attached as it is, with nothing more to choose. */
  readonly isSearched: boolean;
}

/** Something that can be attached. */
export interface ContextChoice {
  readonly source: string;
  /** What its source knows it by. */
  readonly value: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: string;
}

/** A file of rules that was found. */
export interface RuleChoice {
  /** Relative to its workspace folder; with the folder’s name before it where there are several. */
  readonly id: string;
  readonly label: string;
  /** When it goes along, in a few words. */
  readonly when: string;
  readonly isOn: boolean;
  /** It goes along with the next question, as far as known now. */
  readonly applies: boolean;
  readonly tokens: number;
  /** Why it cannot be used; a sentence. */
  readonly problem: string | null;
}

/** A slash command. */
export interface PromptChoice {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  /** What is to be typed after it; empty where nothing is. */
  readonly argumentHint: string;
  /** Where it comes from: empty for a built-in one, else its file. */
  readonly origin: string;
}

/** All that the composer shows besides the text. */
export interface ComposerContext {
  readonly chips: readonly ContextChip[];
  readonly sources: readonly ContextSourceChoice[];
  readonly rules: readonly RuleChoice[];
  readonly prompts: readonly PromptChoice[];
}

/** Where nothing can be attached yet. */
export const noContext: ComposerContext = { chips: [], sources: [], rules: [], prompts: [] };

/** A file that was pasted or dropped may have so many bytes. */
export const droppedFileLimit = 10_000_000;

/** What the view asks about what goes along with questions. */
export interface ChatContextRequests {
  /** Best first. Without a source: files, folders and symbols. */
  findContext(params: { source: string | null; typed: string }): readonly ContextChoice[];
  attachContext(params: { source: string; value: string }): void;
  /** Files and folders of the workspace that were dropped. */
  attachUris(params: { uris: readonly string[] }): void;
  /** A file that was pasted or dropped from elsewhere. */
  attachFile(params: { name: string; mimeType: string; bytes: Uint8Array }): void;
  detachContext(params: { id: string }): void;
  pinContext(params: { id: string; isPinned: boolean }): void;
  openContext(params: { id: string }): void;
  /** Whether the active file goes along in the shown chat. */
  switchActiveFile(params: { isOn: boolean }): void;
  switchRule(params: { id: string; isOn: boolean }): void;
  openRule(params: { id: string }): void;
  /** Shows what was sent along with a question, or the passage that an answer rests on, as it was then. */
  openSent(params: { messageId: string; at: number }): void;
}
