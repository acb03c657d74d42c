import { type Kysely, sql } from 'kysely';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { Backup, RestoreReport } from '../../protocol/archive.ts';
import { addAuditEntry } from '../auditRepository.ts';
import type { Engine } from '../engine/engine.ts';
import type { FileStore } from '../files/fileStore.ts';
import { isAnythingAnswered } from '../retentionRepository.ts';
import type { StoreSchema } from '../schema.ts';
import type { Scope } from '../scope.ts';
import type { Backups } from './backups.ts';
import { readContents } from './contents.ts';
import { maintenanceSetting } from './maintenanceRecord.ts';

export interface RestoreDependencies {
  readonly engine: () => Promise<Engine<StoreSchema>>;
  readonly files: Pick<FileStore, 'put'>;
  readonly backups: Backups;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Puts a backup in the place of all there is. It is verified to the last byte first, then what is there now is saved,
 * then the files come back, and last the database is swapped in one step: whoever is killed before that has lost
 * nothing, and after it everything is there. A dry run only verifies. Code `conflict` while a chat is being answered.
 */
export async function restoreBackup(
  { engine, files, backups, now }: RestoreDependencies,
  { file, dryRun }: { file: string; dryRun: boolean },
): Promise<RestoreReport> {
  const backup = await backups.verify(file);
  const replaced = await (await engine()).read(readContents);
  if (dryRun) return { backup, replaced: replaced.counts, safety: null };
  const present = await engine();
  await present.read((database) => requireSilence({ database, userId: replaced.userId, nowMs: now() }));
  const safety = await backups.create('safety', null);
  // Read again rather than kept: it may be large, and nothing of it is trusted before all of it was verified.
  let first: Uint8Array | undefined = await backups.content(file, async (bytes) => {
    await files.put(bytes);
  });
  const read = async (): Promise<Uint8Array> => {
    const database = first ?? (await backups.content(file));
    first = undefined;
    return database;
  };
  await present.replace(read, (next, before) => carryOver(next, before, { backup, safety, nowMs: now() }));
  // What is restored stays so; what is too many goes the next time.
  await backups.rotate().catch(() => 0);
  return { backup, replaced: replaced.counts, safety };
}

/** Writes into the restored database what must not go back in time with it. */
async function carryOver(
  next: Kysely<StoreSchema>,
  present: Kysely<StoreSchema>,
  { backup, safety, nowMs }: { backup: Backup; safety: Backup; nowMs: number },
): Promise<void> {
  const [{ userId }, { userId: presentId }] = [await readContents(next), await readContents(present)];
  await requireSilence({ database: present, userId: presentId, nowMs });
  const restored: Scope = { database: next, userId, nowMs };
  // The audit log only grows.
  const entries = await present.selectFrom('audit_log').selectAll().where('user_id', '=', presentId).execute();
  for (const entry of entries) {
    const row = { ...entry, user_id: userId };
    await next
      .insertInto('audit_log')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  const { createdAt, counts } = backup;
  const detail = { createdAt, counts, safety: safety.file };
  await addAuditEntry(restored, { action: 'backup restored', subject: backup.file, detail });
  // Consent is not restored: it is what the user says now.
  const consent = await present
    .selectFrom('users')
    .select('telemetry_opt_in')
    .where('id', '=', presentId)
    .executeTakeFirstOrThrow();
  await next.updateTable('users').set(consent).where('id', '=', userId).execute();
  // Nobody answers in it any more.
  await next
    .updateTable('conversations')
    .set({ run_lease_until: 0 })
    .where('status', '=', sql.lit('running'))
    .execute();
  await next.deleteFrom('counters').where('user_id', '=', userId).where('name', '=', 'history epoch').execute();
  await carrySetting(present, presentId, restored);
}

async function carrySetting(present: Kysely<StoreSchema>, presentId: string, restored: Scope): Promise<void> {
  const { database, userId } = restored;
  await database.deleteFrom('settings').where('user_id', '=', userId).where('key', '=', maintenanceSetting).execute();
  const row = await present
    .selectFrom('settings')
    .selectAll()
    .where('user_id', '=', presentId)
    .where('key', '=', maintenanceSetting)
    .executeTakeFirst();
  if (row !== undefined) {
    await database
      .insertInto('settings')
      .values({ ...row, user_id: userId })
      .execute();
  }
}

async function requireSilence(scope: Scope): Promise<void> {
  if (await isAnythingAnswered(scope)) {
    throw new SextantError('conflict', t('A chat is being answered. Stop it, or wait for its end, and restore then.'));
  }
}
