import type { EgressRequests } from '../protocol/egress.ts';
import type { ResponseCacheRequests } from '../protocol/responseCache.ts';
import type { AccountRequests } from '../protocol/store.ts';
import type { TelemetryRequests } from '../protocol/telemetry.ts';
import type { ModelUsageRequests } from '../protocol/usage.ts';
import { forgetRequests, listRequests, saveRequests, sumRequests } from './egressRepository.ts';
import { countCompletions, countUses, recordUses, spentOn, sumUses, usesOfDay } from './modelUsageRepository.ts';
import {
  correctModel,
  deleteProviderConfig,
  listProviderConfigs,
  listProviders,
  saveProvider,
  saveProviderConfig,
} from './providerRepository.ts';
import { isKept, keepAnswer, serveKept } from './responseCacheRepository.ts';
import { claimEvents, countEvents, purgeEvents, unclaimEvents, waitingEvents } from './telemetryRepository.ts';
import { addUsageEvents, setTelemetryOptIn } from './usageRepository.ts';
import { GENERAL, type RequestHandlers, type StoreAccess } from './storeAccess.ts';
import { getSetting, getUser, setActiveConversation, setPreferredModel, setSetting } from './userRepository.ts';

/** Answers what concerns the user, the settings, the providers, what was sent to them and what is kept of their answers. */
export function accountHandlers({
  read,
  write,
}: StoreAccess): RequestHandlers<
  AccountRequests & EgressRequests & ModelUsageRequests & TelemetryRequests & ResponseCacheRequests
> {
  return {
    'user.get': () => read(getUser),
    'user.setPreferredModel': (change) => write(GENERAL, (scope) => setPreferredModel(scope, change)),
    'user.setActiveConversation': (change) => write(null, (scope) => setActiveConversation(scope, change)),
    'user.setTelemetryOptIn': (change) => write(null, (scope) => setTelemetryOptIn(scope, change)),
    'usage.add': ({ events }) => write(null, (scope) => addUsageEvents(scope, events)),
    'usage.waiting': (wanted) => read((scope) => waitingEvents(scope, wanted)),
    'usage.claim': (wanted) => write(null, (scope) => claimEvents(scope, wanted)),
    'usage.unclaim': (claim) => write(null, (scope) => unclaimEvents(scope, claim)),
    'usage.count': () => read(countEvents),
    'usage.purge': () => write(null, purgeEvents),

    'usage.completions': (wanted) => read((scope) => countCompletions(scope, wanted)),
    'modelUsage.record': ({ uses }) => write(null, (scope) => recordUses(scope, uses)),
    'modelUsage.sums': (wanted) => read((scope) => sumUses(scope, wanted)),
    'modelUsage.count': (wanted) => read((scope) => countUses(scope, wanted)),
    'modelUsage.spent': (wanted) => read((scope) => spentOn(scope, wanted)),
    'modelUsage.ofDay': (wanted) => read((scope) => usesOfDay(scope, wanted)),

    'egress.save': ({ requests }) => write(null, (scope) => saveRequests(scope, requests)),
    'egress.list': (wanted) => read((scope) => listRequests(scope, wanted)),
    'egress.sums': ({ since }) => read((scope) => sumRequests(scope, since)),
    'egress.forget': ({ before }) => write(null, (scope) => forgetRequests(scope, before)),

    'responseCache.find': async (wanted) =>
      (await read((scope) => isKept(scope, wanted))) ? write(null, (scope) => serveKept(scope, wanted)) : null,
    'responseCache.keep': (answer) => write(null, (scope) => keepAnswer(scope, answer)),

    'settings.get': (setting) => read((scope) => getSetting(scope, setting)),
    'settings.set': (setting) => write(GENERAL, (scope) => setSetting(scope, setting)),

    'providers.list': () => read(listProviders),
    'providers.save': (provider) => write(GENERAL, (scope) => saveProvider(scope, provider)),
    'providerConfigs.list': () => read(listProviderConfigs),
    'providerConfigs.save': (config) => write(GENERAL, (scope) => saveProviderConfig(scope, config)),
    'providerConfigs.correctModel': (correction) => write(GENERAL, (scope) => correctModel(scope, correction)),
    'providerConfigs.delete': (config) => write(GENERAL, (scope) => deleteProviderConfig(scope, config)),
  };
}
