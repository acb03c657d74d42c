import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import { abilitiesSchema } from './abilitiesSchema.ts';
import { refusalReasons } from './keyRefusal.ts';
import { requestPurposes } from './egress.ts';
import { type ProvidersPageHostContract, roles } from './providersPage.ts';
import { told } from './told.ts';

const text = v.string();
const count = v.number();
const flag = v.boolean();

const correction = {
  displayName: v.exactOptional(text),
  contextWindow: v.exactOptional(count),
  outputLimit: v.exactOptional(count),
  can: v.exactOptional(abilitiesSchema),
};

const price = v.nullable(
  v.looseObject({
    input: count,
    output: count,
    cachedInput: v.exactOptional(count),
    cacheWrite: v.exactOptional(count),
  }),
);

const roleModel = v.looseObject({
  ref: v.object({ provider: text, model: text }),
  displayName: text,
  provider: text,
});

const key = v.looseObject({
  kind: v.picklist(['keychain', 'fallback', 'sealed', 'command', 'environment']),
  place: text,
  lastUse: v.nullable(v.looseObject({ at: count, purpose: v.picklist(requestPurposes) })),
  several: v.array(
    v.looseObject({
      id: v.string(),
      rest: v.nullable(v.looseObject({ reason: v.picklist(refusalReasons), sinceMs: count, untilMs: count })),
    }),
  ),
});

const provider = v.looseObject({
  name: text,
  displayName: text,
  state: v.picklist(['asking', 'answers', 'ready', 'unreachable', 'problem', 'disabled', 'unset']),
  problem: v.nullable(text),
  isLocal: flag,
  address: v.nullable(text),
  takesKey: flag,
  key: v.nullable(key),
  models: v.array(
    v.looseObject({
      listed: v.looseObject({ id: text, ...correction, isNamedByUser: v.exactOptional(v.literal(true)) }),
      correction: v.looseObject(correction),
      price,
      ownPrice: price,
    }),
  ),
});

const role = v.looseObject({
  role: v.picklist(roles),
  model: v.nullable(roleModel),
  fallbacks: v.nullable(v.array(roleModel)),
});

const state = told(v.looseObject({ roles: v.array(role), providers: v.array(provider) }));

/** Checks what the page about providers is told. */
export const providersPageChecks: IncomingChecks<ProvidersPageHostContract> = {
  events: { state },
  results: { state },
};
