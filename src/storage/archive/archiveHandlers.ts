import type { ArchiveRequests } from '../../protocol/archive.ts';
import { addAuditEntry, listAuditEntries } from '../auditRepository.ts';
import type { Engine } from '../engine/engine.ts';
import type { FileStore } from '../files/fileStore.ts';
import type { StoreSchema } from '../schema.ts';
import type { Aside, RequestHandlers, StoreAccess } from '../storeAccess.ts';
import type { ArchiveFiles } from './archiveFiles.ts';
import type { Backups } from './backups.ts';
import { clearData, retainDays } from './clear.ts';
import { exportChats } from './exportChats.ts';
import { importChats } from './importChats.ts';
import { Maintenance } from './maintenance.ts';
import { restoreBackup } from './restore.ts';

export interface ArchiveDependencies {
  readonly engine: () => Promise<Engine<StoreSchema>>;
  readonly files: FileStore;
  readonly archive: ArchiveFiles;
  readonly backups: Backups;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Answers what concerns keeping, giving out, taking in and deleting. */
export function archiveHandlers(
  access: StoreAccess,
  { engine, files, archive, backups, now }: ArchiveDependencies,
  aside: Aside | undefined,
): RequestHandlers<ArchiveRequests> {
  const maintenance = new Maintenance({ engine, access, files, backups, now });
  const freeSpace = async (): Promise<void> => {
    await (await engine()).maintain('forget');
  };
  return {
    'audit.add': (entry) => access.write(null, (scope) => addAuditEntry(scope, entry)),
    'audit.list': (page) => access.read((scope) => listAuditEntries(scope, page)),

    'backups.create': ({ file }) => backups.create('asked', file),
    'backups.list': () => backups.list(),
    'backups.restore': (restore) => restoreBackup({ engine, files, backups, now }, restore),

    'library.clear': (clear) => clearData({ access, files, backups, archive, freeSpace }, clear),
    'library.retain': (retain) => retainDays({ access, files, freeSpace }, retain),
    'library.export': (chats) => exportChats({ access, files, archive }, chats),
    'library.import': (chats) => importChats({ access, files, archive }, chats),

    'maintenance.run': (options) => maintenance.run(options),
    'maintenance.status': () => maintenance.status(),
    'maintenance.removeSetAside': async () => (await engine()).removeSetAside(),

    ...(aside !== undefined && {
      'backups.create': (backup) => aside('backups.create', backup),
      'backups.restore': (restore) => aside('backups.restore', restore),
      // A dry run is quick, and asked while somebody waits.
      'library.clear': (clear) =>
        clear.dryRun ? clearData({ access, files, backups, archive, freeSpace }, clear) : aside('library.clear', clear),
      'library.retain': (retain) =>
        retain.dryRun ? retainDays({ access, files, freeSpace }, retain) : aside('library.retain', retain),
      'maintenance.run': async (options) =>
        (await maintenance.nothingDue(options)) ?? (await aside('maintenance.run', options)),
    }),
  };
}
