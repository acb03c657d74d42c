import type { Caller } from '../base/rpc.ts';
import { EgressGate } from '../privacy/egressGate.ts';
import { EgressLedger } from '../privacy/egressLedger.ts';
import { readPolicies } from '../privacy/policyFiles.node.ts';
import type { StoreContract } from '../protocol/store.ts';
import { type Surroundings, withStore } from './surroundings.ts';

/**
 * Opens the database and the way out for `work`: what it sends is in the ledger of that database, and is held to the
 * policies of this machine.
 */
export async function withGate<T>(
  surroundings: Surroundings,
  store: string | undefined,
  work: (gate: EgressGate, database: Caller<StoreContract>) => Promise<T>,
): Promise<T> {
  return await withStore(surroundings, store, async (database) => {
    const warn = (message: string): void => {
      surroundings.terminal.note(message);
    };
    const ledger = new EgressLedger((requests) => database.call('egress.save', { requests }), { warn });
    const gate = new EgressGate((address, init) => fetch(address, init), ledger, readPolicies);
    try {
      return await work(gate, database);
    } finally {
      await ledger.flush();
    }
  });
}
