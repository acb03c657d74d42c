import * as v from 'valibot';
import type { Contract, Flat, Validators } from '../base/rpc.ts';
import type { ChatWindowRequests } from './chatWindow.ts';
import { summaryLimit } from './messageSummary.ts';
import { checkedBy, idSchema as messageId } from './requestSchemas.ts';

export interface WindowContract extends Contract {
  readonly requests: Flat<ChatWindowRequests>;
}

/** Checks what the chat view asks about the window of the model. */
export const chatWindowValidators: Validators<WindowContract> = {
  compact: checkedBy(v.null()),
  changeSummary: checkedBy(v.strictObject({ messageId, text: v.pipe(v.string(), v.maxLength(summaryLimit)) })),
  useSummary: checkedBy(v.strictObject({ messageId, isUsed: v.boolean() })),
  refit: checkedBy(v.strictObject({ messageId, how: v.picklist(['compact', 'leave-out', 'send-part']) })),
};
