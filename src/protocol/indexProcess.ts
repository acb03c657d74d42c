import type { Contract, Flat } from '../base/rpc.ts';
import type { ContextIndexContract } from './contextIndex.ts';
import type { HistoryIndexContract } from './historyIndex.ts';

/** What the index process answers and says: of the workspace, and of the history. */
export interface IndexProcessContract extends Contract {
  readonly requests: Flat<ContextIndexContract['requests'] & HistoryIndexContract['requests']>;
  readonly events: Flat<ContextIndexContract['events'] & HistoryIndexContract['events']>;
}
