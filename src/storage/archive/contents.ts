import type { Kysely } from 'kysely';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { StoreCounts } from '../../protocol/archive.ts';
import type { StoreSchema } from '../schema.ts';
import { findLocalUser } from '../userRepository.ts';

/** What a database holds of the local user, and the files that it refers to. */
export interface Contents {
  readonly userId: string;
  readonly counts: StoreCounts;
  readonly files: readonly { readonly sha256: string; readonly size: number }[];
}

/** Code `invalid` for a database without a local user: the store never is without one. */
export async function readContents(database: Kysely<StoreSchema>): Promise<Contents> {
  const userId = await findLocalUser(database);
  if (userId === undefined) throw new SextantError('invalid', t('Its database belongs to nobody.'));
  const files = await database.selectFrom('files').select(['sha256', 'size']).orderBy('sha256').execute();
  const count = async (table: 'conversations' | 'messages' | 'folders' | 'attachments'): Promise<number> => {
    const counted = database
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('user_id', '=', userId);
    return (await counted.executeTakeFirstOrThrow()).count;
  };
  const counts = {
    conversations: await count('conversations'),
    messages: await count('messages'),
    folders: await count('folders'),
    attachments: await count('attachments'),
    files: files.length,
    fileBytes: files.reduce((sum, { size }) => sum + size, 0),
  };
  return { userId, counts, files };
}
