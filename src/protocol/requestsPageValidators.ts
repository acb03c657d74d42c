import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { requestPurposes } from './egress.ts';
import { checkedBy, idSchema } from './requestSchemas.ts';
import type { RequestsPageHostContract } from './requestsPage.ts';

const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Checks what the page about requests asks. It draws names of files, so it is not trusted. */
export const requestsPageValidators: Validators<RequestsPageHostContract> = {
  state: checkedBy(v.strictObject({ since: time })),
  list: checkedBy(
    v.strictObject({
      since: time,
      addresses: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(4_096))), v.maxLength(1_000))),
      purpose: v.exactOptional(v.picklist(requestPurposes)),
      before: v.exactOptional(v.strictObject({ at: time, id: idSchema })),
    }),
  ),
  runCommand: checkedBy(v.strictObject({ command: v.picklist(['switchLocalOnly', 'exportRequests', 'openSettings']) })),
};
