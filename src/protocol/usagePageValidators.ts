import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { checkedBy } from './requestSchemas.ts';
import { type UsagePageHostContract, usagePageCommands } from './usagePage.ts';

/** Checks what the page about the use of models asks. It draws names that others have given, so it is not trusted. */
export const usagePageValidators: Validators<UsagePageHostContract> = {
  state: checkedBy(v.strictObject({ days: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(36_500)) })),
  runCommand: checkedBy(v.strictObject({ command: v.picklist(usagePageCommands) })),
};
