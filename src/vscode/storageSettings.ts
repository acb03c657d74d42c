import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import { t } from '../base/texts.ts';
import { settings } from '../manifest.ts';
import type { StoreSync } from '../storage/engine/engine.ts';
import { readSettings } from './settings.ts';

const reloadLabel = (): string => t('Reload Window');

/** How this window keeps what it stores, until it is loaded anew. */
export interface StorageInUse {
  /** Paths of the folder that is used, and of VS Code's own. */
  readonly folder: string;
  readonly usualFolder: string;
  readonly sync: StoreSync;
}

/** Says, when a setting of the storage changes, what becomes of what is stored, and offers to make it true here. */
export function explainStorageSettings(inUse: StorageInUse): Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    const message = change.affectsConfiguration(settings.storageFolder)
      ? folderMessage(inUse)
      : change.affectsConfiguration(settings.storageSync) && readSettings.storageSync() !== inUse.sync
        ? t('This window goes on asking the disk as before until it is reloaded.')
        : undefined;
    if (message !== undefined) void offerReload(message);
  });
}

function folderMessage({ folder, usualFolder }: StorageInUse): string | undefined {
  const value = vscode.workspace.getConfiguration().get(settings.storageFolder);
  const chosen = readSettings.storageFolder();
  const next = chosen === undefined ? usualFolder : vscode.Uri.file(chosen).fsPath;
  const isRefused = chosen === undefined && typeof value === 'string' && value !== '';
  const refusal = isRefused ? `${t('“{0}” is not the whole path of a folder and is not used.', value)} ` : '';
  if (next === folder) return isRefused ? t('{0}Chats stay in {1}.', refusal, folder) : undefined;
  return t(
    '{0}Once it is reloaded, this window keeps its chats in {1}. Those in {2} stay there: Export Chats and then Import Chats take them along.',
    refusal,
    next,
    folder,
  );
}

async function offerReload(message: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(message, reloadLabel());
  if (chosen === reloadLabel()) await vscode.commands.executeCommand('workbench.action.reloadWindow');
}
