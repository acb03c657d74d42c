import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { type ProvidersPageHostContract, providerActions } from './providersPage.ts';
import { checkedBy, nameSchema } from './requestSchemas.ts';

/** More than any model takes; what is larger is a slip. */
const tokens = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000_000));

const correction = v.strictObject({
  displayName: v.exactOptional(nameSchema),
  contextWindow: v.exactOptional(tokens),
  outputLimit: v.exactOptional(tokens),
  seesImages: v.exactOptional(v.boolean()),
});

/** Checks what the page about providers asks. It draws names that servers send, so it is not trusted. */
export const providersPageValidators: Validators<ProvidersPageHostContract> = {
  state: checkedBy(v.null()),
  add: checkedBy(v.null()),
  act: checkedBy(v.strictObject({ provider: nameSchema, action: v.picklist(providerActions) })),
  correctModel: checkedBy(
    v.strictObject({ provider: nameSchema, model: nameSchema, correction: v.nullable(correction) }),
  ),
};
