import type { Contract } from '../base/rpc.ts';
import type { TokenEncoding } from '../models/tokenEncoding.ts';
import type { DeepModelUse } from './deepModel.ts';

/** A folder of the workspace, as the index process sees it. */
export interface IndexFolder {
  /** Absolute path of the folder on this machine. */
  readonly path: string;
  /** Shown before a path when there is more than one folder. */
  readonly name: string;
  /** What the editor hides in it; nothing where it is not given. */
  readonly hidden?: readonly HiddenGlob[];
  /** Globs of files in it that are secret besides those that usually are; see `secretFilesWith`. */
  readonly secret?: readonly string[];
}

/** A line of VS Code's `files.exclude` that is switched on. */
export interface HiddenGlob {
  /** Relative to the folder. */
  readonly glob: string;
  /** Hides only what lies beside a file of this name, in which `$(basename)` stands for its own without the extension. */
  readonly when?: string;
}

/** A file or folder that is not in the index. */
export interface LeftOutFile {
  /** Absolute path of the workspace folder that holds it. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** A few words: secret, binary, minified, … */
  readonly reason: string;
}

/** A file that has to do with another. */
export interface RelatedFile {
  /** Absolute path of the workspace folder that holds both. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** In a few words each: `imported: parse, Reader`, `imports it`, `tests it`. */
  readonly reasons: readonly string[];
  /** Higher is nearer; comparable only within one answer. */
  readonly score: number;
}

/** What matters most in a folder: files, and what they define. */
export interface FolderMap {
  /** A path in a line, and below it the signatures, indented. */
  readonly text: string;
  /** Of the text, in OpenAI's o200k_base encoding. */
  readonly tokens: number;
  /** Most important first; definitions in order of line. */
  readonly files: readonly {
    /** Relative to the folder, with `/`. */
    readonly path: string;
    readonly definitions: readonly {
      /** Enclosing symbol and name, joined by a dot. */
      readonly symbol: string;
      readonly kind: string;
      /** Counted from 1. */
      readonly line: number;
      readonly signature: string;
    }[];
  }[];
}

/** A passage found by a search. */
export interface SearchHit {
  /** Absolute path of the workspace folder that holds it. */
  readonly folder: string;
  /** Path relative to the folder, with `/`. */
  readonly path: string;
  /** First line, counted from 1. */
  readonly startLine: number;
  /** Last line, inclusive. */
  readonly endLine: number;
  /** Enclosing symbol, outermost first, joined by a dot; empty where there is none. */
  readonly symbol: string;
  /** What the passage is: function, class, method, section, text, … */
  readonly kind: string;
  /** VS Code language identifier, or `plaintext`. */
  readonly language: string;
  /** Higher is better; comparable only within one answer. */
  readonly score: number;
  readonly text: string;
  /** How the symbol is declared, as one line without its body; the declaration may stand before the passage. */
  readonly signature?: string;
  /** What the comment on the symbol says first, as one line. */
  readonly comment?: string;
}

export type IndexPhase = 'none' | 'opening' | 'scanning' | 'indexing' | 'paused' | 'ready' | 'failed';

/** State of the index over all folders. */
export interface IndexStatus {
  readonly phase: IndexPhase;
  /** Files that are up to date in the index. */
  readonly filesDone: number;
  /** Files that belong into the index, as far as known. */
  readonly filesTotal: number;
  readonly chunks: number;
  /** Files that were left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** A sentence for the user when `phase` is `failed`, or when a limit was reached. */
  readonly message?: string;
}

/** What a file goes through on its way into the index, and what is done with all of them. */
export type WorkStage = 'listing' | 'reading' | 'parsing' | 'embedding' | 'storing' | 'saving' | 'graph';

/** What an index process has done since it was started, over all folders. */
export interface IndexWork {
  readonly filesRead: number;
  readonly bytesRead: number;
  /** Of those read, the ones that were not as they were before. */
  readonly filesParsed: number;
  /** Passages for which there was no vector from before. */
  readonly chunksEmbedded: number;
  /** Stages run beside each other: their sum is more than the time that has passed. */
  readonly milliseconds: Readonly<Record<WorkStage, number>>;
}

/** The state where there is no folder to index. */
export const noIndex: IndexStatus = { phase: 'none', filesDone: 0, filesTotal: 0, chunks: 0, skipped: {} };

/** The index in figures, for a page about it. */
export interface IndexOverview {
  readonly folders: readonly FolderOverview[];
  /** What makes the vectors. */
  readonly model: { readonly id: string; readonly dimensions: number };
  /** Null where the user has chosen none. */
  readonly chosenModel: ChosenModelState | null;
  readonly deepModel: DeepModelState;
  /** Resident memory of the process that holds the index. */
  readonly memoryBytes: number;
}

/** How far an embedding model that was chosen beside the built-in one is. */
export interface ChosenModelState {
  readonly id: string;
  /** Numbers in its vectors; 0 until it has answered. */
  readonly dimensions: number;
  /** Passages that have a vector. */
  readonly done: number;
  /** What the vectors take in the memory of the index process. */
  readonly memoryBytes: number;
}

/**
 * What the deep model is at: `off` where it may not work; `missing` in an edition without one; `waiting` for the built-in
 * table, which comes first; `battery` until the machine is plugged in; `failed` until it is tried again; `complete`
 * while nothing lacks its vector.
 */
export type DeepModelPhase = 'off' | 'missing' | 'waiting' | 'working' | 'battery' | 'failed' | 'complete';

/** How far the deep model is, which embeds behind the built-in table. */
export interface DeepModelState extends ChosenModelState {
  readonly phase: DeepModelPhase;
  /** Why it failed, as a sentence; null unless it has. */
  readonly problem: string | null;
  /** Passages that are to have a vector. */
  readonly wanted: number;
  /** Of its process; null while none runs. */
  readonly process: DeepModelUse | null;
}

/** A passage that lacks a vector of the chosen model. */
export interface PassageToEmbed {
  /** Names the text: equal texts have equal names. */
  readonly hash: string;
  /** Of the file, relative to its folder. */
  readonly path: string;
  /** With its path before it, and without what looks like a key. */
  readonly text: string;
}

/** The index of one folder in figures. */
export interface FolderOverview {
  /** Absolute path. */
  readonly folder: string;
  readonly name: string;
  readonly status: IndexStatus;
  /** False for a window that reads what another one indexes. */
  readonly isOwner: boolean;
  /** Of the indexed files together. */
  readonly bytes: number;
  /** Most files first. */
  readonly languages: readonly { readonly language: string; readonly files: number; readonly bytes: number }[];
  /** Most chunks first. */
  readonly kinds: readonly { readonly kind: string; readonly chunks: number }[];
  /** Where the index is kept, an absolute path, and what it takes there. */
  readonly storeDirectory: string;
  readonly diskBytes: number;
  /** When the index last changed, milliseconds since the epoch; null where it never did. */
  readonly changedAtMs: number | null;
  /** The graph of vectors: what is in it and what is still compared beside it; null where all are compared. */
  readonly graph: { readonly inside: number; readonly outside: number } | null;
}

/** What a search is kept to: a passage must fit each list that is given and is not empty. */
export interface SearchFilter {
  /**
   * Globs: `src/**`, `*.{ts,tsx}`, `docs`. One with a slash is relative to a workspace folder, one without
   * means a name at any depth; a folder stands for all that is in it. What one with `!` before it means is left out.
   */
  readonly paths?: readonly string[];
  /** VS Code's language identifiers. */
  readonly languages?: readonly string[];
  /** As in {@link SearchHit.kind}. */
  readonly kinds?: readonly string[];
}

export interface SearchRequest {
  readonly query: string;
  /** The query as a vector of the model that was chosen; without it the built-in ones are asked alone. */
  readonly vector?: Float32Array;
  /** The id of that model: with another one’s vectors it has nothing to do. */
  readonly model?: string;
  /** `long`: rather a second later than without the deep model. By default who asks is told by `refined` that asking again is worth it. */
  readonly patience?: 'short' | 'long';
  readonly limit: number;
  readonly filter?: SearchFilter;
  /** `files`: the best passage of each file, in the order of the files. By default each passage stands for itself. */
  readonly rank?: 'chunks' | 'files';
}

/** Texts whose tokens are asked for. */
export interface TextsToCount {
  readonly texts: readonly string[];
  readonly encoding?: TokenEncoding;
}

/** What can be found by its name. */
export type FoundNameKind = 'file' | 'folder' | 'symbol';

/** A file, folder or symbol whose name fits what was typed. */
export interface NameHit {
  readonly kind: FoundNameKind;
  /** Absolute path of the workspace folder that holds it. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** As in {@link SearchHit}; empty but for a symbol. */
  readonly symbol: string;
  /** As `kind` in {@link SearchHit}. */
  readonly symbolKind: string;
  /** Counted from 1; 0 but for a symbol. */
  readonly startLine: number;
  readonly endLine: number;
  /** Higher is better; comparable only within one answer. */
  readonly score: number;
}

/** Code to find the like of. */
export interface SimilarRequest {
  /** Absolute path of the file it stands in, which need not be in the index. */
  readonly path: string;
  /** Counted from 1. */
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
  readonly text: string;
  readonly limit: number;
}

/** A model's answer, and the text of the file that it is to change. */
export interface EditToResolve {
  readonly answer: string;
  /** Tells the language, and which parts of the answer are meant. */
  readonly path: string;
  readonly text: string;
}

/** The edits that an answer comes to, rising; or a sentence that says why there are none. */
export type ResolvedEdit =
  | {
      readonly kind: 'edits';
      readonly edits: readonly { readonly start: number; readonly end: number; readonly newText: string }[];
    }
  | { readonly kind: 'nothing to do' | 'refused'; readonly message: string };

/** What the index process answers and says. */
export interface ContextIndexContract extends Contract {
  readonly requests: {
    /** Opens the index of these folders under `storeDirectory` and brings it up to date. Replaces the folders before. */
    open(params: {
      folders: readonly IndexFolder[];
      storeDirectory: string;
      /** False: open what is there, index nothing until `rebuild` or `update` is asked for. */
      autoIndex: boolean;
    }): void;
    status(params: null): IndexStatus;
    /** Best first; passages that touch are one, and what several files say alike is there once. Searches what is there while indexing goes on. */
    search(params: SearchRequest): SearchHit[];
    /** Passages like some code, best first; never one that shares a line with it. */
    similar(params: SimilarRequest): SearchHit[];
    /** What is in the index by a few letters of its name, best first, at most `limit` of each kind. */
    names(params: { typed: string; kinds: readonly FoundNameKind[]; limit: number }): NameHit[];
    /** The files that have to do with one, an absolute path, nearest first; none for one that is not in the index. */
    related(params: { path: string; limit: number }): RelatedFile[];
    /** A map of a folder (its absolute path) in at most so many tokens. Throws `not-found` for one that is not open. */
    map(params: { folder: string; tokens: number }): FolderMap;
    /** Finds what changed in the folders and indexes it; resolves when it is done. Throws `conflict` while another window indexes one. */
    update(params: null): IndexStatus;
    /** Throws the index away and builds it anew; resolves when it is done. Throws as `update`. */
    rebuild(params: null): IndexStatus;
    /** How much of the processor indexing may take, in percent of all cores together; 100 at first. */
    limitCpu(params: { percent: number }): void;
    /** Somebody types: for a moment indexing takes a quarter of that. What was just saved does not wait. */
    userActive(params: null): void;
    pause(params: null): void;
    resume(params: null): void;
    /** Files or folders that were created, changed, renamed or deleted: absolute paths. Idempotent. */
    pathsChanged(params: { paths: readonly string[] }): void;
    /** The files that are open in editors, absolute paths: they are indexed first. Replaces those told before. */
    filesOpen(params: { paths: readonly string[] }): void;
    /** The index in figures. */
    overview(params: null): IndexOverview;
    /**
     * What was left out and why, at most `limit` of it, in order of path; what git or .sextantignore leaves out is not
     * in it. With `text` only paths that contain it, whatever their case; with `reason` only what has that reason.
     */
    leftOut(params: { limit: number; text?: string; reason?: string }): LeftOutFile[];
    /**
     * Of files (absolute paths): whether they belong into the index, whatever it has read by now. False for what is
     * secret, ignored, hidden or outside of the folders.
     */
    mayRead(params: { paths: readonly string[] }): boolean[];
    /**
     * From now on an embedding model with this id helps the built-in one, as far as vectors of it are there; null for
     * the built-in one alone. Vectors are kept by id and text, so that nothing is embedded twice.
     */
    useModel(params: { id: string | null }): void;
    /**
     * Whether the deep model may embed what is indexed, and search use it, which it may not at first. It rests while
     * another model helps the built-in one.
     */
    allowDeepModel(params: { isAllowed: boolean }): void;
    /** Passages that lack a vector of that model, at most `limit`; none of folders that another window indexes. */
    missingVectors(params: { limit: number }): PassageToEmbed[];
    /** Vectors of the model with this id, by hash, all of one length; a zero vector where the model has none for the text. */
    takeVectors(params: { id: string; vectors: ReadonlyMap<string, Float32Array> }): void;
    /** Tokens of each text in an encoding of OpenAI's, o200k_base by default. */
    countTokens(params: TextsToCount): number[];
    /** What was done so far, and how long it took. */
    work(params: null): IndexWork;
    /** What an answer comes to in a text; offsets as VS Code counts them. Of no index: it is here because it takes long. */
    resolveEdit(params: EditToResolve): ResolvedEdit;
    /** Saves and closes; the process ends by itself afterwards. */
    close(params: null): void;
  };
  readonly events: {
    status: IndexStatus;
    /** What the deep model is at may have changed, see the overview. */
    deepModelChanged: null;
    /** A question that was searched without the deep model a moment ago can be searched with it now. */
    refined: null;
    log: { level: 'debug' | 'info' | 'warn' | 'error'; message: string };
  };
}
