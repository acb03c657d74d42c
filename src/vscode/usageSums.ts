import { groupBy } from '../base/groupBy.ts';
import type { Caller } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';
import {
  type UsageDays,
  type UsageDimension,
  type UsageSum,
  dearestFirst,
  totalOf,
  usageDimensions,
} from '../protocol/usage.ts';

export type SumsBy = Readonly<Record<UsageDimension, readonly UsageSum[]>>;

const DAY_MS = 86_400_000;

/**
 * What models were used for, summed up by everything, for a page that asks every few seconds: of the days before the
 * last one, of which there may be a hundred thousand uses, the sums are kept for as long as the uses stay as many.
 */
export class UsageSums {
  readonly #store: Caller<StoreContract>;
  #past: { readonly key: string; readonly sums: SumsBy } | undefined;

  constructor(store: Caller<StoreContract>) {
    this.#store = store;
  }

  /** As `modelUsage.sums` answers. */
  async read({ from, to }: UsageDays): Promise<SumsBy> {
    const past = { from, to: new Date(Date.parse(to) - DAY_MS).toISOString().slice(0, 10) };
    const count = await this.#store.call('modelUsage.count', past);
    const key = JSON.stringify([past, count]);
    if (this.#past?.key !== key) this.#past = { key, sums: await this.#read(past) };
    const before = this.#past.sums;
    const last = await this.#read({ from: to, to });
    return sumsBy((by) => {
      const sums = [...groupBy([...before[by], ...last[by]], ({ name }) => name)].map(([name, each]) =>
        totalOf(each, name),
      );
      return by === 'day' ? sums : sums.sort(dearestFirst);
    });
  }

  /** One after the other: what a chat writes meanwhile does not wait for all of them. */
  async #read(days: UsageDays): Promise<SumsBy> {
    const read = new Map<UsageDimension, readonly UsageSum[]>();
    for (const by of usageDimensions) read.set(by, await this.#store.call('modelUsage.sums', { ...days, by }));
    return sumsBy((by) => read.get(by) ?? []);
  }
}

function sumsBy(sums: (by: UsageDimension) => readonly UsageSum[]): SumsBy {
  return {
    day: sums('day'),
    model: sums('model'),
    provider: sums('provider'),
    workspace: sums('workspace'),
    persona: sums('persona'),
    purpose: sums('purpose'),
  };
}
