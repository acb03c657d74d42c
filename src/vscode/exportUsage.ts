import * as vscode from 'vscode';
import type { Caller } from '../base/rpc.ts';
import { plural, t } from '../base/texts.ts';
import type { StoreContract } from '../protocol/store.ts';
import { allUses, useFormat } from '../protocol/usageExport.ts';
import type { AuditLog } from './auditLog.ts';
import { suggestedFile } from './libraryCommands.ts';
import { saveList } from './saveList.ts';

/** Saves all uses of models as CSV or JSON, where the user says. */
export async function exportUsage(
  store: Caller<StoreContract>,
  flush: () => Promise<void>,
  audit: Pick<AuditLog, 'add'>,
): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: t('Export the Use of Models'),
    defaultUri: suggestedFile(`sextant-usage-${new Date().toISOString().slice(0, 10)}.csv`),
    filters: { CSV: ['csv'], JSON: ['json'] },
  });
  if (target === undefined) return;
  await flush();
  const uses = await saveList(target, allUses(store), useFormat);
  await audit.add('data exported', `usage to ${target.fsPath}`, { uses });
  void vscode.window.showInformationMessage(plural(uses, '{0} use was exported.', '{0} uses were exported.'));
}
