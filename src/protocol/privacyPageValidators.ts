import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { type PrivacyPageHostContract, privacyActions } from './privacyPage.ts';
import { checkedBy } from './requestSchemas.ts';

/** Checks what the page about privacy asks. */
export const privacyPageValidators: Validators<PrivacyPageHostContract> = {
  state: checkedBy(v.null()),
  act: checkedBy(v.strictObject({ action: v.picklist(privacyActions) })),
};
