import * as v from 'valibot';
import { SextantError } from '../base/errors.ts';
import type { Validators } from '../base/rpc.ts';
import type { ChatHostContract } from './chatView.ts';

const TEXT_CHARACTERS = 2_097_152;

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/u));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const text = v.pipe(v.string(), v.maxLength(TEXT_CHARACTERS));
const line = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const nothing = v.null();
const viewCommand = v.picklist([
  'setUpProvider',
  'setKey',
  'openEndpointSettings',
  'indexWorkspace',
  'pauseIndexing',
  'resumeIndexing',
  'openFolder',
  'showLog',
]);

/** Checks what the chat view asks. The view draws model output and file content, so it is not trusted. */
export const chatHostValidators: Validators<ChatHostContract> = {
  snapshot: check(nothing),
  send: check(v.strictObject({ clientMessageId: id, text })),
  stop: check(nothing),
  retry: check(v.strictObject({ messageId: id })),
  newChat: check(nothing),
  openConversation: check(v.strictObject({ id })),
  deleteConversation: check(v.strictObject({ id })),
  listConversations: check(v.strictObject({ before: v.pipe(v.number(), v.safeInteger()) })),
  pickModel: check(v.strictObject({ provider: name, model: name })),
  acceptOffer: check(v.strictObject({ provider: name })),
  openPassage: check(
    v.strictObject({
      folder: v.pipe(v.string(), v.maxLength(4_096)),
      path: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)),
      startLine: line,
      endLine: line,
    }),
  ),
  openLink: check(v.strictObject({ url: v.pipe(v.string(), v.maxLength(4_096), v.url(), v.regex(/^https?:\/\//iu)) })),
  copy: check(v.strictObject({ text })),
  insertAtCursor: check(v.strictObject({ text })),
  runCommand: check(
    v.pipe(
      v.strictObject({ command: viewCommand, provider: v.optional(name) }),
      v.transform(({ command, provider }) => (provider === undefined ? { command } : { command, provider })),
    ),
  ),
};

function check<Output>(schema: v.GenericSchema<unknown, Output>): (params: unknown) => Output {
  return (params) => {
    const result = v.safeParse(schema, params);
    if (result.success) return result.output;
    throw new SextantError('invalid', `The chat view sent a request that is not valid: ${result.issues[0].message}`);
  };
}
