import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { language, plural, t } from '../base/texts.ts';
import { settings } from '../manifest.ts';
import type { AuditAction, AuditEntry } from '../protocol/archive.ts';
import { auditCsv, auditEntryJson, auditJson } from '../protocol/auditText.ts';
import type { StoreContract } from '../protocol/store.ts';
import { suggestedFile } from './libraryCommands.ts';
import { sensitiveSettings } from './sensitiveSettings.ts';

const PAGE = 200;
const ALL_LIMIT = 100_000;

const ICONS: Readonly<Record<AuditAction, string>> = {
  'key stored': 'key',
  'key moved': 'key',
  'key deleted': 'key',
  'key command changed': 'terminal',
  'endpoint changed': 'link',
  'telemetry switched': 'graph',
  'local only switched': 'lock',
  'privacy setting changed': 'shield',
  'encryption switched': 'lock',
  'data exported': 'export',
  'data imported': 'cloud-download',
  'data purged': 'trash',
  'backup restored': 'history',
};

interface EntryItem extends vscode.QuickPickItem {
  readonly entry?: AuditEntry;
}

/** Writes down sensitive acts, and shows them. */
export class AuditLog implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #log: Log;
  readonly #subscriptions = new DisposableStore();

  constructor(store: Caller<StoreContract>, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#subscriptions.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        for (const [action, setting] of sensitiveSettings) {
          // Every window hears of it, and the first one writes it down.
          if (change.affectsConfiguration(setting)) void this.add(action, setting, summaryOf(setting), true);
        }
      }),
    );
  }

  /** A store that cannot write must not keep a key from being stored; the log says so then. */
  async add(action: AuditAction, subject: string, detail: AuditEntry['detail'] = {}, isShared = false): Promise<void> {
    try {
      await this.#store.call('audit.add', { action, subject, detail, isShared });
    } catch (error) {
      this.#log.error(`audit: “${action}: ${subject}” could not be written down: ${errorMessage(error)}`);
    }
  }

  /** The newest entries in a list that can be searched; one that is picked is shown in full. */
  async show(): Promise<void> {
    const entries = await this.#store.call('audit.list', { limit: PAGE });
    const items: EntryItem[] = entries.map((entry) => ({
      label: `$(${ICONS[entry.action]}) ${describeAct(entry.action)}`,
      description: entry.subject,
      detail: new Date(entry.at).toLocaleString(language()),
      entry,
    }));
    const all: EntryItem = { label: t('$(list-unordered) Open the whole log as a document') };
    if (items.length === 0) items.push({ label: t('Nothing has been written down yet') });
    const picked = await vscode.window.showQuickPick([all, ...items], {
      title: t('Audit Log'),
      placeHolder: t('Sensitive acts, newest first: keys, addresses, exports, deletions, restores'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked === all) await openDocument('csv', auditCsv(await this.#all()));
    else if (picked?.entry !== undefined) await openDocument('json', auditEntryJson(picked.entry));
  }

  /** Saves the whole log as JSON or CSV. */
  async export(): Promise<void> {
    const target = await vscode.window.showSaveDialog({
      title: t('Export the Audit Log'),
      defaultUri: suggestedFile(`sextant-audit-${new Date().toISOString().slice(0, 10)}.csv`),
      filters: { CSV: ['csv'], JSON: ['json'] },
    });
    if (target === undefined) return;
    const entries = await this.#all();
    const text = target.path.toLowerCase().endsWith('.json') ? auditJson(entries) : auditCsv(entries);
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    await this.add('data exported', `audit log to ${target.fsPath}`, { entries: entries.length });
    void vscode.window.showInformationMessage(
      plural(
        entries.length,
        '{0} entry of the audit log exported to {1}.',
        '{0} entries of the audit log exported to {1}.',
        vscode.workspace.asRelativePath(target),
      ),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #all(): Promise<AuditEntry[]> {
    const entries: AuditEntry[] = [];
    while (entries.length < ALL_LIMIT) {
      const before = entries.at(-1)?.id;
      const page = await this.#store.call(
        'audit.list',
        before === undefined ? { limit: PAGE } : { limit: PAGE, before },
      );
      entries.push(...page);
      if (page.length < PAGE) break;
    }
    return entries;
  }
}

/** What a setting is now: of addresses the server, of lists the list, of headers and commands the names alone, since all can hold what is secret. */
function summaryOf(setting: string): AuditEntry['detail'] {
  const value: unknown = vscode.workspace.getConfiguration().get(setting);
  if (setting === settings.telemetryAddress) return { server: serverOf(value) };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  if (setting !== settings.endpoints) return { providers: Object.keys(value) };
  const servers = Object.entries(value).map(([provider, address]: [string, unknown]) => [provider, serverOf(address)]);
  return { servers: Object.fromEntries(servers) as Readonly<Record<string, string>> };
}

function serverOf(address: unknown): string {
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).origin : 'no address';
}

async function openDocument(language: string, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document, { preview: true });
}

function describeAct(action: AuditAction): string {
  switch (action) {
    case 'key stored':
      return t('key stored');
    case 'key moved':
      return t('key moved');
    case 'key deleted':
      return t('key deleted');
    case 'key command changed':
      return t('key command changed');
    case 'endpoint changed':
      return t('endpoint changed');
    case 'telemetry switched':
      return t('telemetry switched');
    case 'local only switched':
      return t('local only switched');
    case 'privacy setting changed':
      return t('privacy setting changed');
    case 'encryption switched':
      return t('encryption switched');
    case 'data exported':
      return t('data exported');
    case 'data imported':
      return t('data imported');
    case 'data purged':
      return t('data purged');
    case 'backup restored':
      return t('backup restored');
  }
}
