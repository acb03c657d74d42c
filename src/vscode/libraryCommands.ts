import * as vscode from 'vscode';
import type { Caller } from '../base/rpc.ts';
import { language, plural, t } from '../base/texts.ts';
import type { Backup, ClearRequest, ClearedData, ExportFormat } from '../protocol/archive.ts';
import {
  describeBytes,
  describeChats,
  describeCleared,
  describeCounts,
  describeImport,
  describeTime,
} from '../protocol/archiveText.ts';
import type { StoreContract } from '../protocol/store.ts';
import { LocalFile } from './localFile.ts';

const FORMATS: readonly (vscode.QuickPickItem & { readonly format: ExportFormat; readonly extension: string })[] = [
  {
    get label() {
      return t('$(json) JSON');
    },
    get description() {
      return t('everything, with all branches and files; can be imported again');
    },
    format: 'json',
    extension: 'json',
  },
  {
    get label() {
      return t('$(markdown) Markdown');
    },
    get description() {
      return t('for reading: questions, answers, sources');
    },
    format: 'markdown',
    extension: 'md',
  },
];

const CLEARABLE: readonly (vscode.QuickPickItem & { readonly what: ClearedData })[] = [
  {
    get label() {
      return t('$(comment-discussion) History');
    },
    get description() {
      return t('chats, their files and folders');
    },
    what: 'history',
  },
  {
    get label() {
      return t('$(graph) Usage');
    },
    get description() {
      return t('events of use, and the record of what was sent where');
    },
    what: 'usage',
  },
  {
    get label() {
      return t('$(database) Cache');
    },
    get description() {
      return t('answers that are kept to be served again');
    },
    what: 'cache',
  },
  {
    get label() {
      return t('$(trash) Everything');
    },
    get description() {
      return t('all of these; keys and settings stay');
    },
    what: 'everything',
  },
];

/** The dialogs in which a user backs up, restores, exports, imports and clears what is stored. */
export class LibraryCommands {
  readonly #store: Caller<StoreContract>;
  /** A folder on a local disk for files on their way to or from another place. */
  readonly #temporaryFolder: vscode.Uri;

  constructor(store: Caller<StoreContract>, temporaryFolder: vscode.Uri) {
    this.#store = store;
    this.#temporaryFolder = temporaryFolder;
  }

  async backUp(): Promise<void> {
    const backup = await withProgress(t('Writing and verifying a backup…'), () =>
      this.#store.call('backups.create', { file: null }),
    );
    const lacks =
      backup.missingFiles === 0
        ? ''
        : ` ${plural(backup.missingFiles, '{0} file could not be read and is not in it.', '{0} files could not be read and are not in it.')}`;
    const chosen = await vscode.window.showInformationMessage(
      t('A backup of {0} was written and verified.{1}', describeCounts(backup.counts), lacks),
      t('Show File'),
    );
    if (chosen !== undefined) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(backup.file));
  }

  /** Lets the user choose a backup, says what it would replace, and restores it. */
  async restore(): Promise<void> {
    const file = await this.#pickBackup();
    if (file === undefined) return;
    try {
      const { backup, replaced } = await withProgress(t('Verifying the backup…'), () =>
        this.#store.call('backups.restore', { file: file.path, dryRun: true }),
      );
      const restore = t('Restore');
      const chosen = await vscode.window.showWarningMessage(
        t('Restore the backup of {0}?', when(backup)),
        {
          modal: true,
          detail: t(
            'It holds {0}. It takes the place of all that is there now: {1}. That is saved in another backup first.',
            describeCounts(backup.counts),
            describeCounts(replaced),
          ),
        },
        restore,
      );
      if (chosen !== restore) return;
      await withProgress(t('Restoring…'), () =>
        this.#store.call('backups.restore', { file: file.path, dryRun: false }),
      );
      void vscode.window.showInformationMessage(
        t('The backup of {0} is restored: {1}.', when(backup), describeCounts(backup.counts)),
      );
    } finally {
      await file.discard();
    }
  }

  /** Exports these chats, or all; asks for what is not said. */
  async exportChats(choice: { ids?: readonly string[]; format?: ExportFormat } = {}): Promise<void> {
    const ids = choice.ids ?? null;
    const format =
      FORMATS.find((each) => each.format === choice.format) ??
      (await vscode.window.showQuickPick(FORMATS, { title: t('Export Chats'), placeHolder: t('In which format?') }));
    if (format === undefined) return;
    const name = `sextant-chats-${new Date().toISOString().slice(0, 10)}.${format.extension}`;
    const target = await vscode.window.showSaveDialog({
      title: ids === null ? t('Export All Chats') : t('Export Chats'),
      defaultUri: suggestedFile(name),
      filters: { [format.format === 'json' ? 'JSON' : 'Markdown']: [format.extension] },
    });
    if (target === undefined) return;
    const file = LocalFile.toWrite(target, this.#temporaryFolder);
    try {
      const report = await withProgress(t('Exporting chats…'), async () => {
        const written = await this.#store.call('library.export', { ids, format: format.format, file: file.path });
        await file.deliver();
        return written;
      });
      const lacks =
        report.missingFiles === 0
          ? ''
          : ` ${plural(report.missingFiles, '{0} file could not be read and is not in it.', '{0} files could not be read and are not in it.')}`;
      const chosen = await vscode.window.showInformationMessage(
        t(
          '{0} exported to {1} ({2}).{3}',
          describeChats(report),
          vscode.workspace.asRelativePath(target),
          describeBytes(report.bytes),
          lacks,
        ),
        t('Open'),
      );
      if (chosen !== undefined) await vscode.window.showTextDocument(target);
    } finally {
      await file.discard();
    }
  }

  async importChats(): Promise<void> {
    const [picked] =
      (await vscode.window.showOpenDialog({
        title: t('Import Chats'),
        openLabel: t('Import'),
        filters: { [t('Chats exported as JSON')]: ['json'] },
      })) ?? [];
    if (picked === undefined) return;
    const file = await LocalFile.toRead(picked, this.#temporaryFolder);
    try {
      const report = await withProgress(t('Importing chats…'), () =>
        this.#store.call('library.import', { file: file.path, dryRun: false }),
      );
      void vscode.window.showInformationMessage(t('Import: {0}.', describeImport(report)));
    } finally {
      await file.discard();
    }
  }

  /** Asks what is to be deleted, counts it, asks again, and deletes it. */
  async clear(): Promise<void> {
    const picked = await vscode.window.showQuickPick(CLEARABLE, {
      title: t('Clear…'),
      placeHolder: t('What is to be deleted?'),
    });
    if (picked === undefined) return;
    const request = await this.#chooseExtent(picked.what);
    if (request === undefined) return;
    const counts = await this.#store.call('library.clear', { ...request, dryRun: true });
    const described = describeCleared(counts);
    if (described === t('nothing')) {
      void vscode.window.showInformationMessage(t('There is nothing to delete.'));
      return;
    }
    const remove = t('Delete for Good');
    const kept = request.withBackups ? '' : ` ${t('Backups are not touched: they hold it until they are deleted.')}`;
    const chosen = await vscode.window.showWarningMessage(
      t('Delete this for good?'),
      { modal: true, detail: t('It will be deleted: {0}. This cannot be undone.{1}', described, kept) },
      remove,
    );
    if (chosen !== remove) return;
    const cleared = await withProgress(t('Deleting, and giving the disk space back…'), () =>
      this.#store.call('library.clear', { ...request, dryRun: false }),
    );
    void vscode.window.showInformationMessage(t('Deleted: {0}.', describeCleared(cleared)));
  }

  async #chooseExtent(what: ClearedData): Promise<ClearRequest | undefined> {
    const plain = { what, keepsPinned: false, withBackups: false, dryRun: true };
    if (what !== 'history' && what !== 'everything') return plain;
    const pinned = { label: t('$(pinned) Keep pinned chats'), picked: true, option: 'pinned' };
    const { backups } = await this.#store.call('backups.list', null);
    const items = [
      pinned,
      ...(backups.length === 0
        ? []
        : [
            {
              label: t('$(archive) Delete the backups too'),
              description: `${backups.length}`,
              picked: false,
              option: 'backups',
            },
          ]),
    ];
    const chosen = await vscode.window.showQuickPick(items, {
      title: t('Clear…'),
      placeHolder: t('What about these? Press Enter to go on'),
      canPickMany: true,
    });
    if (chosen === undefined) return undefined;
    const has = (option: string): boolean => chosen.some((item) => item.option === option);
    return { ...plain, keepsPinned: has('pinned'), withBackups: has('backups') };
  }

  async #pickBackup(): Promise<LocalFile | undefined> {
    const { backups, unreadable, directory } = await this.#store.call('backups.list', null);
    const items: (vscode.QuickPickItem & { file: string | null })[] = [
      ...backups.map((backup) => ({
        label: `$(archive) ${when(backup)}`,
        description: [KINDS[backup.kind], describeBytes(backup.bytes), ...(backup.isSealed ? ['encrypted'] : [])].join(
          ' · ',
        ),
        detail: describeCounts(backup.counts),
        file: backup.file,
      })),
      ...unreadable.map(({ file, problem }) => ({
        label: `$(warning) ${file.slice(directory.length + 1)}`,
        description: t('cannot be read'),
        detail: problem,
        file,
      })),
      { label: t('$(folder-opened) Choose a File…'), description: t('a backup that lies elsewhere'), file: null },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: t('Restore a Backup'),
      placeHolder:
        backups.length === 0 ? t('There are no backups yet') : t('Which one? What is there now is saved first'),
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    if (picked.file !== null) return LocalFile.toRead(vscode.Uri.file(picked.file), this.#temporaryFolder);
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: t('Restore a Backup'),
        openLabel: t('Verify'),
        filters: { Backups: ['gz', 'sealed'] },
      })) ?? [];
    return chosen === undefined ? undefined : LocalFile.toRead(chosen, this.#temporaryFolder);
  }
}

const KINDS = {
  get asked() {
    return t('made by hand');
  },
  daily: 'automatic',
  get safety() {
    return t('from before a restore');
  },
} as const;

function when({ createdAt }: Backup): string {
  const date = new Date(createdAt);
  return Number.isNaN(date.getTime()) ? describeTime(0) : date.toLocaleString(language());
}

/** In the workspace, else wherever VS Code begins. */
export function suggestedFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder === undefined ? vscode.Uri.file(name) : vscode.Uri.joinPath(folder, name);
}

function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  return Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, work));
}
