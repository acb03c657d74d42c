import type { Contract } from '../base/rpc.ts';
import type { RequestFilter, RequestSum, SentRequest } from './egress.ts';

/** What the page about requests draws, but the list of them. */
export interface RequestsPageState {
  /** For all purposes to all addresses, those that sent most first. */
  readonly sums: readonly (RequestSum & { readonly isLocal: boolean })[];
  /** True: nothing is sent beyond this machine. */
  readonly localOnly: boolean;
  /** How long requests stay in the ledger; 0 for ever. */
  readonly keepDays: number;
}

/** Commands that the page may ask VS Code to run. */
export type RequestsPageCommand = 'switchLocalOnly' | 'exportRequests' | 'openSettings';

/** What the extension host answers and says to the page about requests. */
export interface RequestsPageHostContract extends Contract {
  readonly requests: {
    /** Of what was sent at `since` or later, milliseconds since the epoch. */
    state(params: { since: number }): RequestsPageState;
    /** A page of the list, newest first; the next one is before the last of this. */
    list(params: RequestFilter & { before?: { at: number; id: string } }): SentRequest[];
    runCommand(params: { command: RequestsPageCommand }): void;
  };
  readonly events: {
    /** Something may be new. */
    changed: null;
  };
}

/** What the page about requests answers: nothing. It only asks. */
export interface RequestsPageContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: Record<never, never>;
}
