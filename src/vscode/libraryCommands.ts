import * as vscode from 'vscode';
import type { Caller } from '../base/rpc.ts';
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
    label: '$(json) JSON',
    description: 'everything, with all branches and files; can be imported again',
    format: 'json',
    extension: 'json',
  },
  {
    label: '$(markdown) Markdown',
    description: 'for reading: questions, answers, sources',
    format: 'markdown',
    extension: 'md',
  },
];

const CLEARABLE: readonly (vscode.QuickPickItem & { readonly what: ClearedData })[] = [
  { label: '$(comment-discussion) History', description: 'chats, their files and folders', what: 'history' },
  { label: '$(graph) Usage', description: 'events of use, and the record of what was sent where', what: 'usage' },
  { label: '$(database) Cache', description: 'answers that are kept to be served again', what: 'cache' },
  { label: '$(trash) Everything', description: 'all of these; keys and settings stay', what: 'everything' },
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
    const backup = await withProgress('Writing and verifying a backup…', () =>
      this.#store.call('backups.create', { file: null }),
    );
    const lacks = backup.missingFiles === 0 ? '' : ` ${backup.missingFiles} files could not be read and are not in it.`;
    const chosen = await vscode.window.showInformationMessage(
      `A backup of ${describeCounts(backup.counts)} was written and verified.${lacks}`,
      'Show File',
    );
    if (chosen !== undefined) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(backup.file));
  }

  /** Lets the user choose a backup, says what it would replace, and restores it. */
  async restore(): Promise<void> {
    const file = await this.#pickBackup();
    if (file === undefined) return;
    try {
      const { backup, replaced } = await withProgress('Verifying the backup…', () =>
        this.#store.call('backups.restore', { file: file.path, dryRun: true }),
      );
      const restore = 'Restore';
      const chosen = await vscode.window.showWarningMessage(
        `Restore the backup of ${when(backup)}?`,
        {
          modal: true,
          detail:
            `It holds ${describeCounts(backup.counts)}. It takes the place of all that is there now: ` +
            `${describeCounts(replaced)}. That is saved in another backup first.`,
        },
        restore,
      );
      if (chosen !== restore) return;
      await withProgress('Restoring…', () => this.#store.call('backups.restore', { file: file.path, dryRun: false }));
      void vscode.window.showInformationMessage(
        `The backup of ${when(backup)} is restored: ${describeCounts(backup.counts)}.`,
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
      (await vscode.window.showQuickPick(FORMATS, { title: 'Export Chats', placeHolder: 'In which format?' }));
    if (format === undefined) return;
    const name = `sextant-chats-${new Date().toISOString().slice(0, 10)}.${format.extension}`;
    const target = await vscode.window.showSaveDialog({
      title: ids === null ? 'Export All Chats' : 'Export Chats',
      defaultUri: suggestedFile(name),
      filters: { [format.format === 'json' ? 'JSON' : 'Markdown']: [format.extension] },
    });
    if (target === undefined) return;
    const file = LocalFile.toWrite(target, this.#temporaryFolder);
    try {
      const report = await withProgress('Exporting chats…', async () => {
        const written = await this.#store.call('library.export', { ids, format: format.format, file: file.path });
        await file.deliver();
        return written;
      });
      const lacks =
        report.missingFiles === 0 ? '' : ` ${report.missingFiles} files could not be read and are not in it.`;
      const chosen = await vscode.window.showInformationMessage(
        `${describeChats(report)} exported to ${vscode.workspace.asRelativePath(target)} (${describeBytes(report.bytes)}).${lacks}`,
        'Open',
      );
      if (chosen !== undefined) await vscode.window.showTextDocument(target);
    } finally {
      await file.discard();
    }
  }

  async importChats(): Promise<void> {
    const [picked] =
      (await vscode.window.showOpenDialog({
        title: 'Import Chats',
        openLabel: 'Import',
        filters: { 'Chats exported as JSON': ['json'] },
      })) ?? [];
    if (picked === undefined) return;
    const file = await LocalFile.toRead(picked, this.#temporaryFolder);
    try {
      const report = await withProgress('Importing chats…', () =>
        this.#store.call('library.import', { file: file.path, dryRun: false }),
      );
      void vscode.window.showInformationMessage(`Import: ${describeImport(report)}.`);
    } finally {
      await file.discard();
    }
  }

  /** Asks what is to be deleted, counts it, asks again, and deletes it. */
  async clear(): Promise<void> {
    const picked = await vscode.window.showQuickPick(CLEARABLE, {
      title: 'Clear…',
      placeHolder: 'What is to be deleted?',
    });
    if (picked === undefined) return;
    const request = await this.#chooseExtent(picked.what);
    if (request === undefined) return;
    const counts = await this.#store.call('library.clear', { ...request, dryRun: true });
    const described = describeCleared(counts);
    if (described === 'nothing') {
      void vscode.window.showInformationMessage('There is nothing to delete.');
      return;
    }
    const remove = 'Delete for Good';
    const kept = request.withBackups ? '' : ' Backups are not touched: they hold it until they are deleted.';
    const chosen = await vscode.window.showWarningMessage(
      'Delete this for good?',
      { modal: true, detail: `It will be deleted: ${described}. This cannot be undone.${kept}` },
      remove,
    );
    if (chosen !== remove) return;
    const cleared = await withProgress('Deleting, and giving the disk space back…', () =>
      this.#store.call('library.clear', { ...request, dryRun: false }),
    );
    void vscode.window.showInformationMessage(`Deleted: ${describeCleared(cleared)}.`);
  }

  async #chooseExtent(what: ClearedData): Promise<ClearRequest | undefined> {
    const plain = { what, keepsPinned: false, withBackups: false, dryRun: true };
    if (what !== 'history' && what !== 'everything') return plain;
    const pinned = { label: '$(pinned) Keep pinned chats', picked: true, option: 'pinned' };
    const { backups } = await this.#store.call('backups.list', null);
    const items = [
      pinned,
      ...(backups.length === 0
        ? []
        : [
            {
              label: '$(archive) Delete the backups too',
              description: `${backups.length}`,
              picked: false,
              option: 'backups',
            },
          ]),
    ];
    const chosen = await vscode.window.showQuickPick(items, {
      title: 'Clear…',
      placeHolder: 'What about these? Press Enter to go on',
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
        description: 'cannot be read',
        detail: problem,
        file,
      })),
      { label: '$(folder-opened) Choose a File…', description: 'a backup that lies elsewhere', file: null },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Restore a Backup',
      placeHolder: backups.length === 0 ? 'There are no backups yet' : 'Which one? What is there now is saved first',
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    if (picked.file !== null) return LocalFile.toRead(vscode.Uri.file(picked.file), this.#temporaryFolder);
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: 'Restore a Backup',
        openLabel: 'Verify',
        filters: { Backups: ['gz', 'sealed'] },
      })) ?? [];
    return chosen === undefined ? undefined : LocalFile.toRead(chosen, this.#temporaryFolder);
  }
}

const KINDS = { asked: 'made by hand', daily: 'automatic', safety: 'from before a restore' } as const;

function when({ createdAt }: Backup): string {
  const date = new Date(createdAt);
  return Number.isNaN(date.getTime()) ? describeTime(0) : date.toLocaleString(vscode.env.language);
}

/** In the workspace, else wherever VS Code begins. */
export function suggestedFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder === undefined ? vscode.Uri.file(name) : vscode.Uri.joinPath(folder, name);
}

function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  return Promise.resolve(vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, work));
}
