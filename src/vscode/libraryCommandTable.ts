import { commands } from '../manifest.ts';
import type { ExportFormat } from '../protocol/archive.ts';
import type { AuditLog } from './auditLog.ts';
import type { LibraryCommands } from './libraryCommands.ts';
import type { MaintenanceSchedule } from './maintenanceSchedule.ts';

/** The commands that keep, give out, take in and delete what is stored. */
export type LibraryCommandId = (typeof commands)[
  | 'backUp'
  | 'restoreBackup'
  | 'exportChats'
  | 'importChats'
  | 'clearData'
  | 'showAuditLog'
  | 'exportAuditLog'
  | 'maintainStore'];

/** What each of them does. Errors go to whoever ran it. */
export function libraryCommandTable({
  library,
  audit,
  maintenance,
}: {
  readonly library: LibraryCommands;
  readonly audit: Pick<AuditLog, 'show' | 'export'>;
  readonly maintenance: Pick<MaintenanceSchedule, 'runNow'>;
}): Readonly<Record<LibraryCommandId, (argument: unknown) => unknown>> {
  return {
    [commands.backUp]: () => library.backUp(),
    [commands.restoreBackup]: () => library.restore(),
    [commands.exportChats]: (chats) => library.exportChats(asChats(chats)),
    [commands.importChats]: () => library.importChats(),
    [commands.clearData]: () => library.clear(),
    [commands.showAuditLog]: () => audit.show(),
    [commands.exportAuditLog]: () => audit.export(),
    [commands.maintainStore]: () => maintenance.runNow(),
  };
}

/** What a command was given that exports: from the palette nothing, from elsewhere perhaps the chats. */
function asChats(argument: unknown): { ids?: readonly string[]; format?: ExportFormat } {
  const { ids, format } = (argument ?? {}) as { ids?: unknown; format?: unknown };
  const isIds = Array.isArray(ids) && ids.every((id): id is string => typeof id === 'string');
  return {
    ...(isIds ? { ids } : {}),
    ...(format === 'json' || format === 'markdown' ? { format } : {}),
  };
}
