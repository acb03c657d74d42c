import * as vscode from 'vscode';
import type { Caller } from '../base/rpc.ts';
import { plural, t } from '../base/texts.ts';
import type { StoreContract } from '../protocol/store.ts';
import { allUses, usesToCsv, usesToJson } from '../protocol/usageExport.ts';
import type { AuditLog } from './auditLog.ts';
import { suggestedFile } from './libraryCommands.ts';

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
  const uses = await allUses(store);
  const isJson = target.path.toLowerCase().endsWith('.json');
  const text = isJson ? usesToJson(uses) : usesToCsv(uses);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await audit.add('data exported', `usage to ${target.fsPath}`, { uses: uses.length });
  void vscode.window.showInformationMessage(plural(uses.length, '{0} use was exported.', '{0} uses were exported.'));
}
