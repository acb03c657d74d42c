import type { Selectable } from 'kysely';
import { SextantError } from '../base/errors.ts';
import type { Folder } from '../protocol/library.ts';
import { deleteConversations } from './deletionRepository.ts';
import { ownFolder } from './owned.ts';
import type { FolderRow } from './schema.ts';
import type { Scope } from './scope.ts';

type KnownFolder = Pick<Selectable<FolderRow>, 'id' | 'name' | 'parent_id' | 'sort_order'>;

/** Deeper trees are nobody's, and SQLite follows a chain of rows only so far. */
const DEPTH_LIMIT = 20;

/** Each after the folder it is in, in their order. */
export async function listFolders(scope: Scope): Promise<Folder[]> {
  const folders = await readFolders(scope);
  const counts = await scope.database
    .selectFrom('conversations')
    .select(['folder_id', (select) => select.fn.countAll<number>().as('count')])
    .where('user_id', '=', scope.userId)
    .where('deleted_at', 'is', null)
    .where('is_archived', '=', 0)
    .groupBy('folder_id')
    .execute();
  const countOf = new Map(counts.map(({ folder_id, count }) => [folder_id, count]));
  return inOrder(folders, null).map((folder) => ({
    id: folder.id,
    name: folder.name,
    parentId: folder.parent_id,
    sortOrder: folder.sort_order,
    conversationCount: countOf.get(folder.id) ?? 0,
  }));
}

/** The last one in its parent; one that is there already stays as it is. */
export async function createFolder(
  scope: Scope,
  { id, name, parentId }: { id: string; name: string; parentId: string | null },
): Promise<void> {
  const { database, userId, nowMs } = scope;
  const folders = await readFolders(scope);
  if (folders.some((folder) => folder.id === id)) return;
  if (parentId !== null) requireFolder(folders, parentId);
  refuseDepth(depthOf(folders, parentId) + 1);
  const last = folders.filter((folder) => folder.parent_id === parentId).at(-1);
  await database
    .insertInto('folders')
    .values({
      id,
      user_id: userId,
      name,
      parent_id: parentId,
      sort_order: (last?.sort_order ?? -1) + 1,
      created_at: nowMs,
    })
    .execute();
}

export async function renameFolder(
  { database, userId }: Scope,
  { id, name }: { id: string; name: string },
): Promise<void> {
  const [renamed] = await database
    .updateTable('folders')
    .set({ name })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .execute();
  if (renamed?.numUpdatedRows !== 1n) throw folderGone();
}

/** Into another parent or another place; refused where it would be inside itself. */
export async function moveFolder(
  scope: Scope,
  { id, parentId, before }: { id: string; parentId: string | null; before: string | null },
): Promise<void> {
  const folders = await readFolders(scope);
  const moved = requireFolder(folders, id);
  const inside = inOrder(folders, id);
  if (parentId === id || inside.some((folder) => folder.id === parentId)) {
    throw new SextantError('invalid', 'A folder cannot be moved into itself.');
  }
  if (parentId !== null) requireFolder(folders, parentId);
  const height = Math.max(...[moved, ...inside].map((folder) => depthOf(folders, folder.id))) - depthOf(folders, id);
  refuseDepth(depthOf(folders, parentId) + 1 + height);
  const siblings = folders.filter((folder) => folder.parent_id === parentId && folder.id !== id);
  const at = before === null ? siblings.length : siblings.findIndex((folder) => folder.id === before);
  if (at === -1) throw new SextantError('not-found', 'The folder to stand before is no longer there.');
  await place(scope, siblings.toSpliced(at, 0, moved), parentId);
}

/**
 * With the folders in it; gives the ids of the conversations that were deleted along. Where there are some, the
 * folders stay out of sight until those are removed for good: they come back with them.
 */
export async function deleteFolder(
  scope: Scope,
  { id, conversations }: { id: string; conversations: 'keep' | 'delete' },
): Promise<string[]> {
  const folders = await readFolders(scope);
  const { parent_id: parentId } = requireFolder(folders, id);
  const gone = [id, ...inOrder(folders, id).map((folder) => folder.id)];
  const deleted: string[] = [];
  for (const folderId of gone) {
    if (conversations === 'delete') deleted.push(...(await conversationsIn(scope, folderId)));
    // Those that were deleted before would come back to where nothing is.
    await scope.database
      .updateTable('conversations')
      .set({ folder_id: parentId })
      .where('folder_id', '=', ownFolder(scope, folderId))
      .$if(conversations === 'delete', (query) => query.where('deleted_at', 'is not', null))
      .execute();
  }
  await deleteConversations(scope, { ids: deleted });
  for (const folderId of gone.reverse()) {
    if (deleted.length > 0) {
      await scope.database
        .updateTable('folders')
        .set({ deleted_at: scope.nowMs })
        .where('id', '=', folderId)
        .where('user_id', '=', scope.userId)
        .execute();
    } else {
      await scope.database
        .deleteFrom('folders')
        .where('id', '=', folderId)
        .where('user_id', '=', scope.userId)
        .execute();
    }
  }
  return deleted;
}

/** Code `not-found` unless it is a folder of the user's. */
export async function checkFolder({ database, userId }: Scope, id: string): Promise<void> {
  const folder = await database
    .selectFrom('folders')
    .select('id')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (folder === undefined) throw folderGone();
}

/** By parent, and in the order of each. */
function readFolders({ database, userId }: Scope): Promise<KnownFolder[]> {
  return database
    .selectFrom('folders')
    .select(['id', 'name', 'parent_id', 'sort_order'])
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .orderBy('parent_id')
    .orderBy('sort_order')
    .execute();
}

async function conversationsIn(scope: Scope, folderId: string): Promise<string[]> {
  const rows = await scope.database
    .selectFrom('conversations')
    .select('id')
    .where('folder_id', '=', ownFolder(scope, folderId))
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

/** Gives the folders of one parent their order; writes only what changes. */
async function place({ database, userId }: Scope, siblings: readonly KnownFolder[], parentId: string | null) {
  for (const [order, folder] of siblings.entries()) {
    if (folder.sort_order === order && folder.parent_id === parentId) continue;
    await database
      .updateTable('folders')
      .set({ parent_id: parentId, sort_order: order })
      .where('id', '=', folder.id)
      .where('user_id', '=', userId)
      .execute();
  }
}

/** Everything inside `parentId`, each after its own parent. */
function inOrder(folders: readonly KnownFolder[], parentId: string | null): KnownFolder[] {
  return folders
    .filter((folder) => folder.parent_id === parentId)
    .flatMap((folder) => [folder, ...inOrder(folders, folder.id)]);
}

/** 0 for the top, where no folder is. */
function depthOf(folders: readonly KnownFolder[], id: string | null): number {
  let depth = 0;
  for (let at = id; at !== null; depth++) at = requireFolder(folders, at).parent_id;
  return depth;
}

function refuseDepth(depth: number): void {
  if (depth > DEPTH_LIMIT) throw new SextantError('invalid', `Folders can be nested ${DEPTH_LIMIT} deep, no deeper.`);
}

function requireFolder(folders: readonly KnownFolder[], id: string): KnownFolder {
  const folder = folders.find((known) => known.id === id);
  if (folder === undefined) throw folderGone();
  return folder;
}

function folderGone(): SextantError {
  return new SextantError('not-found', 'This folder is gone: it was deleted, perhaps in another window.');
}
