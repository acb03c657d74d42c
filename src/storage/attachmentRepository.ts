import type { Attachment } from '../protocol/library.ts';
import { ownConversation } from './owned.ts';
import type { Scope } from './scope.ts';

/** The files on one message or on all of a conversation, by the message's id, oldest first. */
export async function attachmentsOf(
  scope: Scope,
  of: { readonly messageId: string } | { readonly conversationId: string },
): Promise<Map<string, Attachment[]>> {
  const rows = await scope.database
    .selectFrom('messages')
    .innerJoin('attachments', 'attachments.message_id', 'messages.id')
    .select([
      'attachments.id',
      'attachments.message_id',
      'attachments.sha256',
      'attachments.name',
      'attachments.mime_type',
      'attachments.size',
    ])
    .where((where) =>
      'messageId' in of
        ? where.and([where('messages.id', '=', of.messageId), where('messages.user_id', '=', scope.userId)])
        : where('messages.conversation_id', '=', ownConversation(scope, of.conversationId)),
    )
    .where('attachments.role', '=', 'attachment')
    .execute();
  const found = new Map<string, Attachment[]>();
  for (const { message_id: messageId, mime_type: mimeType, ...row } of rows.toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )) {
    const known = found.get(messageId);
    if (known === undefined) found.set(messageId, [{ ...row, mimeType }]);
    else known.push({ ...row, mimeType });
  }
  return found;
}
