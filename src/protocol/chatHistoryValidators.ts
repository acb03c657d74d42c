import * as v from 'valibot';
import type { Contract, Flat, Validators } from '../base/rpc.ts';
import { type ChatHistoryRequests, chatsLimit, nameLimit, pageLimit, queryLimit } from './chatHistory.ts';
import { checkedBy, idSchema, nameSchema } from './requestSchemas.ts';

interface HistoryContract extends Contract {
  readonly requests: Flat<ChatHistoryRequests>;
}

const ids = v.pipe(v.array(idSchema), v.minLength(1), v.maxLength(chatsLimit));
const parentId = v.nullable(idSchema);
const typedName = v.pipe(v.string(), v.minLength(1), v.maxLength(nameLimit));
const timeMs = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const folder = { id: idSchema, name: typedName };
const common = {
  folderId: v.exactOptional(v.nullable(idSchema)),
  isArchived: v.exactOptional(v.boolean()),
  isThisWorkspace: v.exactOptional(v.boolean()),
};

/** Checks what the chat view asks about past chats. */
export const chatHistoryValidators: Validators<HistoryContract> = {
  listConversations: checkedBy(
    v.strictObject({
      before: v.exactOptional(timeMs),
      limit: v.pipe(count, v.minValue(1), v.maxValue(pageLimit)),
      filter: v.strictObject({ ...common, isPinned: v.exactOptional(v.boolean()) }),
    }),
  ),
  updateConversations: checkedBy(
    v.strictObject({
      ids,
      changes: v.strictObject({
        title: v.exactOptional(typedName),
        isPinned: v.exactOptional(v.boolean()),
        isArchived: v.exactOptional(v.boolean()),
        folderId: v.exactOptional(v.nullable(idSchema)),
      }),
    }),
  ),
  deleteConversations: checkedBy(v.strictObject({ ids })),
  undeleteConversations: checkedBy(v.strictObject({ ids })),
  holdDeletedConversations: checkedBy(v.strictObject({ ids })),
  exportConversations: checkedBy(v.strictObject({ ids, format: v.picklist(['markdown', 'json']) })),
  searchHistory: checkedBy(
    v.strictObject({
      query: v.pipe(v.string(), v.maxLength(queryLimit)),
      filter: v.strictObject({
        ...common,
        conversationId: v.exactOptional(idSchema),
        model: v.exactOptional(v.strictObject({ provider: nameSchema, model: nameSchema })),
        role: v.exactOptional(v.picklist(['user', 'assistant'])),
        from: v.exactOptional(timeMs),
        to: v.exactOptional(timeMs),
      }),
      offset: count,
      isDeep: v.boolean(),
    }),
  ),
  listFolders: checkedBy(v.null()),
  createFolder: checkedBy(v.strictObject({ ...folder, parentId })),
  renameFolder: checkedBy(v.strictObject(folder)),
  moveFolder: checkedBy(v.strictObject({ id: idSchema, parentId, before: parentId })),
  deleteFolder: checkedBy(v.strictObject({ id: idSchema, conversations: v.picklist(['keep', 'delete']) })),
};
