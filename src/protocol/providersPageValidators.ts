import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { abilitiesSchema } from './abilitiesSchema.ts';
import { type ProvidersPageHostContract, keyActions, providerActions, roles } from './providersPage.ts';
import { checkedBy, nameSchema } from './requestSchemas.ts';

/** More than any model takes; what is larger is a slip. */
const tokens = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000_000));

const correction = v.strictObject({
  displayName: v.exactOptional(nameSchema),
  contextWindow: v.exactOptional(tokens),
  outputLimit: v.exactOptional(tokens),
  can: v.exactOptional(abilitiesSchema),
});

/** Dollars for a million tokens; no model is as dear. */
const dollars = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1_000_000));

const price = v.strictObject({
  input: dollars,
  output: dollars,
  cachedInput: v.exactOptional(dollars),
  cacheWrite: v.exactOptional(dollars),
});

const role = v.picklist(roles);
const model = v.strictObject({ provider: nameSchema, model: nameSchema });

/** Checks what the page about providers asks. It draws names that servers send, so it is not trusted. */
export const providersPageValidators: Validators<ProvidersPageHostContract> = {
  state: checkedBy(v.null()),
  add: checkedBy(v.null()),
  act: checkedBy(v.strictObject({ provider: nameSchema, action: v.picklist(providerActions) })),
  actOnKey: checkedBy(v.strictObject({ provider: nameSchema, key: nameSchema, action: v.picklist(keyActions) })),
  correctModel: checkedBy(
    v.strictObject({
      provider: nameSchema,
      model: nameSchema,
      correction: v.nullable(correction),
      price: v.nullable(price),
    }),
  ),
  pickRole: checkedBy(v.strictObject({ role })),
  addFallback: checkedBy(v.strictObject({ role })),
  setFallbacks: checkedBy(v.strictObject({ role, models: v.pipe(v.array(model), v.maxLength(20)) })),
};
