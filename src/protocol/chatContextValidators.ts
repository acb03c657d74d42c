import * as v from 'valibot';
import type { Contract, Flat, Validators } from '../base/rpc.ts';
import { type ChatContextRequests, droppedFileLimit } from './chatContext.ts';
import { checkedBy, filePathSchema, idSchema } from './requestSchemas.ts';
import { sentLimit } from './sentContext.ts';

interface ContextContract extends Contract {
  readonly requests: Flat<ChatContextRequests>;
}

const source = v.pipe(v.string(), v.regex(/^[a-zA-Z]{1,40}$/u));
const value = v.pipe(v.string(), v.maxLength(4_096));
const at = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(sentLimit));

/** Checks what the chat view asks about what goes along with questions. */
export const chatContextValidators: Validators<ContextContract> = {
  findContext: checkedBy(v.strictObject({ source: v.nullable(source), typed: v.pipe(v.string(), v.maxLength(1_000)) })),
  attachContext: checkedBy(v.strictObject({ source, value })),
  attachUris: checkedBy(v.strictObject({ uris: v.pipe(v.array(value), v.minLength(1), v.maxLength(sentLimit)) })),
  attachFile: checkedBy(
    v.strictObject({
      name: v.pipe(v.string(), v.maxLength(255)),
      mimeType: v.pipe(v.string(), v.maxLength(100)),
      bytes: v.pipe(
        v.instance(Uint8Array),
        v.check(({ length }) => length <= droppedFileLimit, 'The file is too large.'),
      ),
    }),
  ),
  detachContext: checkedBy(v.strictObject({ id: idSchema })),
  pinContext: checkedBy(v.strictObject({ id: idSchema, isPinned: v.boolean() })),
  openContext: checkedBy(v.strictObject({ id: idSchema })),
  switchActiveFile: checkedBy(v.strictObject({ isOn: v.boolean() })),
  switchRule: checkedBy(v.strictObject({ id: filePathSchema, isOn: v.boolean() })),
  openRule: checkedBy(v.strictObject({ id: filePathSchema })),
  openSent: checkedBy(v.strictObject({ messageId: idSchema, at })),
};
