import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { chatContextValidators } from './chatContextValidators.ts';
import { chatHistoryValidators } from './chatHistoryValidators.ts';
import { queryLimit } from './chatHistory.ts';
import { chatSetupValidators } from './chatSetupValidators.ts';
import { chatWindowValidators } from './chatWindowValidators.ts';
import { type ChatHostContract, messagePage, viewCommands } from './chatView.ts';
import {
  checkedBy,
  filePathSchema as filePath,
  idSchema as id,
  lineSchema as line,
  nameSchema as name,
} from './requestSchemas.ts';

const TEXT_CHARACTERS = 2_097_152;

const text = v.pipe(v.string(), v.maxLength(TEXT_CHARACTERS));
const nothing = v.null();
const model = v.strictObject({ provider: name, model: name });
const viewCommand = v.picklist(viewCommands);

/** Checks what the chat view asks. The view draws model output and file content, so it is not trusted. */
export const chatHostValidators: Validators<ChatHostContract> = {
  snapshot: checkedBy(nothing),
  send: checkedBy(
    v.strictObject({
      clientMessageId: id,
      text,
      otherModels: v.exactOptional(v.pipe(v.array(model), v.maxLength(2))),
    }),
  ),
  stop: checkedBy(nothing),
  stopAnswer: checkedBy(v.strictObject({ messageId: id })),
  keepAnswer: checkedBy(v.strictObject({ messageId: id })),
  retry: checkedBy(v.strictObject({ messageId: id, model: v.exactOptional(model) })),
  changeQueued: checkedBy(v.strictObject({ id, text })),
  dropQueued: checkedBy(v.strictObject({ id })),
  askQueuedNow: checkedBy(v.strictObject({ id })),
  listMessages: checkedBy(
    v.strictObject({
      conversationId: id,
      lastId: id,
      limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(messagePage)),
    }),
  ),
  findInChat: checkedBy(
    v.strictObject({ conversationId: id, words: v.pipe(v.string(), v.minLength(1), v.maxLength(queryLimit)) }),
  ),
  copyChat: checkedBy(v.strictObject({ conversationId: id })),
  listBranches: checkedBy(nothing),
  deleteMessage: checkedBy(v.strictObject({ messageId: id })),
  takeOut: checkedBy(v.strictObject({ messageId: id })),
  setFeedback: checkedBy(v.strictObject({ messageId: id, feedback: v.nullable(v.picklist(['good', 'bad'])) })),
  editQuestion: checkedBy(v.strictObject({ messageId: id, clientMessageId: id, text })),
  continueAnswer: checkedBy(v.strictObject({ messageId: id })),
  showBranch: checkedBy(v.strictObject({ messageId: id })),
  newChat: checkedBy(nothing),
  openConversation: checkedBy(v.strictObject({ id, messageId: v.exactOptional(id) })),
  openElsewhere: checkedBy(v.strictObject({ id: v.nullable(id), place: v.picklist(['tab', 'window']) })),
  ...chatHistoryValidators,
  ...chatContextValidators,
  ...chatSetupValidators,
  ...chatWindowValidators,
  pickModel: checkedBy(model),
  lookForModels: checkedBy(nothing),
  acceptOffer: checkedBy(v.strictObject({ provider: name })),
  openPassage: checkedBy(
    v.strictObject({
      folder: filePath,
      path: filePath,
      startLine: line,
      endLine: line,
    }),
  ),
  openLink: checkedBy(
    v.strictObject({ url: v.pipe(v.string(), v.maxLength(4_096), v.url(), v.regex(/^https?:\/\//iu)) }),
  ),
  resolvePlaces: checkedBy(v.strictObject({ names: v.pipe(v.array(name), v.maxLength(50)) })),
  loadPicture: checkedBy(
    v.strictObject({ url: v.pipe(v.string(), v.maxLength(4_096), v.url(), v.regex(/^https:\/\//iu)) }),
  ),
  copy: checkedBy(v.strictObject({ text })),
  insertAtCursor: checkedBy(v.strictObject({ text })),
  applyCode: checkedBy(v.strictObject({ answer: text })),
  listEdits: checkedBy(v.strictObject({ messageId: id })),
  reviewEdit: checkedBy(v.strictObject({ messageId: id, path: filePath })),
  applyEdits: checkedBy(
    v.strictObject({ messageId: id, paths: v.pipe(v.array(filePath), v.minLength(1), v.maxLength(100)) }),
  ),
  discardEdit: checkedBy(v.strictObject({ messageId: id, path: filePath, isDiscarded: v.boolean() })),
  openAsNewFile: checkedBy(v.strictObject({ text, language: v.pipe(v.string(), v.maxLength(100)) })),
  runInTerminal: checkedBy(v.strictObject({ text })),
  runCommand: checkedBy(
    v.pipe(
      v.strictObject({ command: viewCommand, provider: v.optional(name) }),
      v.transform(({ command, provider }) => (provider === undefined ? { command } : { command, provider })),
    ),
  ),
};
