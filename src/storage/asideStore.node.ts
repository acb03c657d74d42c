import { Service, type StartedService } from '../base/service.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { Aside } from './storeAccess.ts';

/**
 * Answers requests that take long in a thread of their own, which opens the folder as another window would and ends
 * with the request: meanwhile the store's thread answers all others.
 */
export function asideStore(start: () => StartedService): Aside {
  return (request, parameters) => {
    const store = new Service<StoreContract>('store', start);
    return store.call(request, parameters).finally(async () => {
      await store.call('close', null).catch(() => undefined);
      store.dispose();
    });
  };
}
