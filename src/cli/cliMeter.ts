import { errorMessage } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import type { Meter } from '../models/meterModel.ts';
import { priceAt } from '../models/modelPrice.ts';
import { usedBy } from '../models/modelUse.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { ModelUse } from '../protocol/usage.ts';
import type { Terminal } from './terminal.ts';

export interface MeterOptions {
  readonly database: Caller<StoreContract>;
  readonly terminal: Pick<Terminal, 'note'>;
  readonly workspaceUri: string | null;
  /** Where the provider is, when not at its usual address. */
  readonly baseUrl: string | undefined;
}

/**
 * Measures what `work` uses models for and writes it down, however `work` ends, beside what they were used for in VS
 * Code. Budgets are settings of VS Code: there it counts, here nothing is stopped.
 */
export async function withMeter<T>(
  { database, terminal, workspaceUri, baseUrl }: MeterOptions,
  work: (meter: Meter) => Promise<T>,
): Promise<T> {
  const uses: ModelUse[] = [];
  const meter: Meter = {
    admit: () => Promise.resolve(),
    record: (measurement) => {
      const { use, figures } = usedBy(measurement, priceAt(measurement.ref, baseUrl, {}), workspaceUri);
      uses.push(use);
      return figures;
    },
  };
  try {
    return await work(meter);
  } finally {
    if (uses.length > 0)
      await database.call('modelUsage.record', { uses }).catch((error: unknown) => {
        terminal.note(`What the model was used for could not be written down: ${errorMessage(error)}`);
      });
  }
}
