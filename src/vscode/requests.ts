import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { plural, t } from '../base/texts.ts';
import { commands, settings } from '../manifest.ts';
import { EgressGate } from '../privacy/egressGate.ts';
import { EgressLedger } from '../privacy/egressLedger.ts';
import type { SentRequest } from '../protocol/egress.ts';
import type { ListFormat } from '../protocol/listText.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { AuditLog } from './auditLog.ts';
import { suggestedFile } from './libraryCommands.ts';
import { RequestsPage } from './requestsPage.ts';
import { saveList } from './saveList.ts';
import { readSettings, saveLocalOnly } from './settings.ts';

export type RequestsCommandId =
  typeof commands.showRequests | typeof commands.exportRequests | typeof commands.switchLocalOnly;

const DAY_MS = 86_400_000;
const PAGE = 1_000;

/** All that Sextant sends: the way out, what is written down of it, and what shows that. */
export class Requests implements Disposable {
  readonly gate: EgressGate;
  readonly commands: Readonly<Record<RequestsCommandId, (argument: unknown) => unknown>>;
  readonly #store: Caller<StoreContract>;
  readonly #ledger: EgressLedger;
  readonly #audit: Pick<AuditLog, 'add'>;
  readonly #page: RequestsPage;
  readonly #parts = new DisposableStore();
  #hasForgotten = false;

  constructor(extensionUri: vscode.Uri, store: Caller<StoreContract>, audit: Pick<AuditLog, 'add'>, log: Log) {
    this.#store = store;
    this.#audit = audit;
    this.#ledger = new EgressLedger((requests) => this.#save(requests), log);
    // Read at each request: VS Code replaces its own `fetch` when it has learned of a proxy.
    this.gate = new EgressGate((address, init) => fetch(address, init), this.#ledger, readSettings.policies);
    this.#page = this.#parts.add(new RequestsPage(extensionUri, store, () => this.#ledger.flush(), log));
    this.commands = {
      [commands.showRequests]: () => {
        this.#page.tab.show();
      },
      [commands.exportRequests]: () => this.#export(),
      [commands.switchLocalOnly]: () => saveLocalOnly(!readSettings.localOnly()),
    };
    this.#parts.add(showLocalOnly());
  }

  /** Draws the page in a tab that VS Code has kept over a reload. */
  attachPage(panel: vscode.WebviewPanel): void {
    this.#page.tab.attach(panel);
  }

  /** Writes down what has been sent so far. */
  flush(): Promise<void> {
    return this.#ledger.flush();
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #save(requests: readonly SentRequest[]): Promise<void> {
    await this.#store.call('egress.save', { requests });
    if (this.#hasForgotten) return;
    this.#hasForgotten = true;
    const days = readSettings.keepRequestsDays();
    if (days > 0) await this.#store.call('egress.forget', { before: Date.now() - days * DAY_MS });
  }

  /** Saves the whole ledger as CSV or JSON. */
  async #export(): Promise<void> {
    const target = await vscode.window.showSaveDialog({
      title: t('Export the Requests That Were Sent'),
      defaultUri: suggestedFile(`sextant-requests-${new Date().toISOString().slice(0, 10)}.csv`),
      filters: { CSV: ['csv'], JSON: ['json'] },
    });
    if (target === undefined) return;
    await this.#ledger.flush();
    const requests = await saveList(target, this.#all(), requestFormat);
    await this.#audit.add('data exported', `requests to ${target.fsPath}`, { requests });
    void vscode.window.showInformationMessage(
      plural(requests, '{0} request was exported.', '{0} requests were exported.'),
    );
  }

  /** Newest first. */
  async *#all(): AsyncGenerator<readonly SentRequest[]> {
    let page: readonly SentRequest[];
    let last: SentRequest | undefined;
    do {
      const before = last === undefined ? {} : { before: { at: last.at, id: last.id } };
      page = await this.#store.call('egress.list', { since: 0, limit: PAGE, ...before });
      yield page;
      last = page.at(-1);
    } while (page.length === PAGE);
  }
}

/** Stands in the status bar for as long as nothing may be sent beyond this machine. */
function showLocalOnly(): Disposable {
  const parts = new DisposableStore();
  const item = parts.add(vscode.window.createStatusBarItem('sextant.localOnly', vscode.StatusBarAlignment.Right));
  item.name = t('Sextant: Local Only');
  item.text = t('$(lock) Local only');
  item.tooltip = t('Sextant sends nothing beyond this machine. Click to allow it again.');
  item.command = commands.switchLocalOnly;
  const draw = (): void => {
    if (readSettings.localOnly()) item.show();
    else item.hide();
  };
  draw();
  parts.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.localOnly)) draw();
    }),
  );
  return parts;
}

const requestFormat: ListFormat<SentRequest> = {
  head: ['time', 'purpose', 'address', 'model', 'bytes sent', 'bytes received', 'files'],
  cells: ({ at, purpose, address, model, bytesOut, bytesIn, files }) => [
    new Date(at).toISOString(),
    purpose,
    address,
    model ?? '',
    String(bytesOut),
    String(bytesIn),
    files.join('\n'),
  ],
  plain: ({ at, purpose, address, model, bytesOut, bytesIn, files }) => {
    return { time: new Date(at).toISOString(), purpose, address, model, bytesOut, bytesIn, files };
  },
};
