import type { Attachment } from '../protocol/library.ts';
import type { Scope } from './scope.ts';

/** The files on one message or on all of a conversation, by the message's id, oldest first. */
export async function attachmentsOf(
  { database, userId }: Scope,
  of: { readonly messageId: string } | { readonly conversationId: string },
): Promise<Map<string, Attachment[]>> {
  const rows = await database
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
        ? where('messages.id', '=', of.messageId)
        : where('messages.conversation_id', '=', of.conversationId),
    )
    .where('messages.user_id', '=', userId)
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
