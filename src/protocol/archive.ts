/** The sensitive acts that are written down. */
export type AuditAction =
  | 'key stored'
  | 'key moved'
  | 'key deleted'
  | 'key command changed'
  | 'endpoint changed'
  | 'telemetry switched'
  | 'local only switched'
  | 'privacy setting changed'
  | 'encryption switched'
  | 'data exported'
  | 'data imported'
  | 'data purged'
  | 'backup restored';

/** What somebody did, and to what. Never a key, a prompt or a file's content. */
export interface AuditEntry {
  readonly id: string;
  readonly action: AuditAction;
  /** What it was done to, for people: a provider, a file, “everything”. */
  readonly subject: string;
  /** Further facts, as plain JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface NewAuditEntry extends Pick<AuditEntry, 'action' | 'subject' | 'detail'> {
  /** Several windows tell of the same act at the same time: it is written down once. */
  readonly isShared?: boolean;
}

/** How much there is, or how much a step concerns. */
export interface StoreCounts {
  readonly conversations: number;
  readonly messages: number;
  readonly folders: number;
  readonly attachments: number;
  /** Stored once each, however many attachments they are. */
  readonly files: number;
  /** Of those files. */
  readonly fileBytes: number;
}

/** `daily` ones are made and removed by Sextant itself, `safety` ones before a restore. */
export type BackupKind = 'asked' | 'daily' | 'safety';

/** A backup that can be restored, as its manifest describes it. */
export interface Backup {
  /** Absolute path. */
  readonly file: string;
  /** Of the archive. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly kind: BackupKind;
  readonly counts: StoreCounts;
  readonly isSealed: boolean;
  /** Files that could not be read when it was made, and so are not in it. */
  readonly missingFiles: number;
}

/** A file in the backup folder that is none that can be read, and why. */
export interface UnreadableBackup {
  readonly file: string;
  readonly bytes: number;
  readonly problem: string;
}

export interface BackupList {
  /** Newest first. */
  readonly backups: readonly Backup[];
  readonly unreadable: readonly UnreadableBackup[];
  /** Where they lie. */
  readonly directory: string;
}

export interface RestoreReport {
  readonly backup: Backup;
  /** What the backup takes the place of. */
  readonly replaced: StoreCounts;
  /** The safety backup; null in a dry run. */
  readonly safety: Backup | null;
}

/** Adds up what was, or in a dry run would be, deleted. */
export interface ClearedCounts {
  readonly conversations: number;
  readonly messages: number;
  readonly folders: number;
  readonly files: number;
  readonly fileBytes: number;
  readonly usageEvents: number;
  readonly sentRequests: number;
  readonly cachedAnswers: number;
  /** Of those in the backup folder. */
  readonly backups: number;
}

/** `history`: chats and folders. `usage`: events of use and the record of what was sent. `cache`: answers kept to be served again. */
export type ClearedData = 'history' | 'usage' | 'cache' | 'everything';

export interface ClearRequest {
  readonly what: ClearedData;
  /** Pinned chats and the folders that they are in stay. */
  readonly keepsPinned: boolean;
  /** Backups hold what was cleared: whether those in the backup folder go too. */
  readonly withBackups: boolean;
  /** Only counts. */
  readonly dryRun: boolean;
}

export type ExportFormat = 'json' | 'markdown';

export interface ExportReport {
  readonly file: string;
  readonly bytes: number;
  readonly conversations: number;
  readonly messages: number;
  /** Files that could not be read, and so are not in it. */
  readonly missingFiles: number;
}

export interface ImportReport {
  /** Chats that were not there. */
  readonly added: number;
  /** Chats that were there already, with all that the file has. */
  readonly unchanged: number;
  /** Chats that were there and got messages that only the file had. */
  readonly extended: number;
  /** Chats whose messages differ under the same ids: they came in as copies. */
  readonly copied: number;
  readonly messages: number;
  readonly folders: number;
}

export type MaintenanceStepName =
  'retention' | 'expired answers' | 'unused files' | 'integrity' | 'statistics' | 'free space' | 'backup';

/** One step and why it was, or was not, done. */
export interface MaintenanceStep {
  readonly name: MaintenanceStepName;
  readonly outcome: 'done' | 'not due' | 'put off' | 'failed';
  /** For people: what was done, or why not. */
  readonly reason: string;
}

export interface MaintenanceReport {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly steps: readonly MaintenanceStep[];
}

export interface MaintenanceStatus {
  /** The last one that ran to its end; null before the first. */
  readonly last: MaintenanceReport | null;
  /** The newest backup; null when there is none. */
  readonly lastBackup: Backup | null;
  readonly backups: number;
  /** Files in the backup folder that are none any more. */
  readonly unreadableBackups: number;
  /** Bytes of the database that no row uses. */
  readonly freeBytes: number;
  /** Stored files that nothing refers to. */
  readonly unusedFiles: number;
  readonly setAside: SetAsideFiles;
}

/** Damaged files that repairs of the database have kept. */
export interface SetAsideFiles {
  /** How many repairs they are from. */
  readonly sets: number;
  readonly bytes: number;
}

/** What the user has set about keeping; times and sizes are the store's business. */
export interface MaintenanceOptions {
  /** Days after its last message that an unpinned chat is kept; 0 for ever. */
  readonly retentionDays: number;
  readonly backsUp: boolean;
  /** `idle`: only what is due, and only while nobody works. `asked`: everything, now. */
  readonly occasion: 'idle' | 'asked';
}

/**
 * Keeping, giving out, taking in and deleting. Paths are absolute. Errors beside the store's own: `invalid` and
 * `damaged` for a file that is not what it should be, `outdated` for one of a newer version, `conflict` while a chat
 * is being answered.
 */
export interface ArchiveRequests {
  'audit.add'(params: NewAuditEntry): void;
  /** Newest first; `before` is the id of the last one of the page before. */
  'audit.list'(params: { limit: number; before?: string }): AuditEntry[];

  /** Writes and verifies a backup; into the backup folder where `file` is null. */
  'backups.create'(params: { file: string | null }): Backup;
  'backups.list'(params: null): BackupList;
  /** Verifies first; in a dry run that is all. */
  'backups.restore'(params: { file: string; dryRun: boolean }): RestoreReport;

  'library.clear'(params: ClearRequest): ClearedCounts;
  /** Deletes the unpinned chats whose last message is older. */
  'library.retain'(params: { days: number; dryRun: boolean }): ClearedCounts;
  /** Writes these chats, or all, to a file. */
  'library.export'(params: { ids: readonly string[] | null; format: ExportFormat; file: string }): ExportReport;
  /** Takes in a JSON export: what is there already is not doubled, and nothing is overwritten. */
  'library.import'(params: { file: string; dryRun: boolean }): ImportReport;

  'maintenance.run'(params: MaintenanceOptions): MaintenanceReport;
  'maintenance.status'(params: null): MaintenanceStatus;
  /** Tells what was removed. */
  'maintenance.removeSetAside'(params: null): SetAsideFiles;
}
