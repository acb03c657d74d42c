import type { Contract } from '../base/rpc.ts';
import type { IndexOverview, IndexStatus, LeftOutFile } from './contextIndex.ts';

/** All that the index page draws but the list of what was left out. */
export interface IndexPageState {
  readonly status: IndexStatus;
  /** Null where there is no index to tell of, or it has not answered yet. */
  readonly overview: IndexOverview | null;
  readonly hasWorkspace: boolean;
  /** Names of folders that the index cannot read, since they are on no disk. */
  readonly virtualFolders: readonly string[];
  /** False where the workspace is indexed only when somebody asks for it. */
  readonly isAutomatic: boolean;
  /** How much of all cores indexing may use; see the setting of that name. */
  readonly cpuPercent: number;
  /** The model that helps the built-in one, as the setting names it, and why it does not answer; null without one. */
  readonly embedding: { readonly model: string; readonly problem: string | null } | null;
}

/** Commands that the page may ask VS Code to run. */
export type IndexPageCommand =
  | 'indexWorkspace'
  | 'pauseIndexing'
  | 'resumeIndexing'
  | 'rebuildIndex'
  | 'searchCode'
  | 'openFolder'
  | 'openSettings'
  | 'showLog'
  | 'chooseEmbeddingModel';

/** What the extension host answers and says to the index page. */
export interface IndexPageHostContract extends Contract {
  readonly requests: {
    state(params: null): IndexPageState;
    /** At most a few thousand, in order of path; see `leftOut` of the index. */
    leftOut(params: { text: string; reason?: string }): LeftOutFile[];
    /** Opens a file of the workspace. */
    openFile(params: { folder: string; path: string }): void;
    /** Shows the folder that keeps a workspace folder's index in the system's file browser. */
    revealStore(params: { folder: string }): void;
    /** Writes the setting, for all windows. */
    setCpuPercent(params: { percent: number }): void;
    runCommand(params: { command: IndexPageCommand }): void;
  };
  readonly events: {
    state: IndexPageState;
  };
}

/** What the index page answers: nothing. It only asks. */
export interface IndexPageContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: Record<never, never>;
}
