import * as vscode from 'vscode';
import type { Disposable, DisposableStore } from '../base/disposable.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { type Caller, type Channel, type Handlers, RpcPeer } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { commands, pages } from '../manifest.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import type { RequestsPageCommand, RequestsPageContract, RequestsPageHostContract } from '../protocol/requestsPage.ts';
import { requestsPageValidators } from '../protocol/requestsPageValidators.ts';
import type { StoreContract } from '../protocol/store.ts';
import { PageTab, whileSeen } from './pageTab.ts';
import { readSettings } from './settings.ts';

const PAGE = 100;
/** How often a page that is seen looks for what is new. */
const LOOK_MS = 2_000;

/** What is run for each, with its argument. */
const pageCommands: Readonly<Record<RequestsPageCommand, readonly [command: string, argument?: string]>> = {
  switchLocalOnly: [commands.switchLocalOnly],
  exportRequests: [commands.exportRequests],
  openSettings: ['workbench.action.openSettings', 'sextant.privacy'],
};

/** The page about what was sent: a tab among the editors, one in a window, live while it is seen. */
export class RequestsPage implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #flush: () => Promise<void>;
  readonly #log: Log;
  readonly tab: PageTab;

  /** `flush` writes down what is not yet. */
  constructor(extensionUri: vscode.Uri, store: Caller<StoreContract>, flush: () => Promise<void>, log: Log) {
    this.#store = store;
    this.#flush = flush;
    this.#log = log;
    this.tab = new PageTab(extensionUri, {
      viewType: pages.requests,
      name: 'requestsPage',
      title: t('Sextant Requests'),
      connect: (channel, panel, parts) => {
        this.#connect(channel, panel, parts);
      },
    });
  }

  dispose(): void {
    this.tab.dispose();
  }

  #connect(channel: Channel, panel: vscode.WebviewPanel, parts: DisposableStore): void {
    const peer = parts.add(
      new RpcPeer<RequestsPageHostContract, RequestsPageContract>(channel, {
        handlers: this.#handlers(),
        validators: requestsPageValidators,
        onInternalError: failuresOf('requests page', this.#log),
      }),
    );
    // Nobody is told of what is written down: it would wake every window at each completion.
    whileSeen(panel, parts, LOOK_MS, () => {
      peer.emit('changed', null);
    });
  }

  #handlers(): Handlers<RequestsPageHostContract> {
    return {
      state: async ({ since }) => {
        await this.#flush();
        const sums = await this.#store.call('egress.sums', { since });
        return {
          sums: sums.map((sum) => ({ ...sum, isLocal: isLoopback(sum.address) })),
          localOnly: readSettings.localOnly(),
          keepDays: readSettings.keepRequestsDays(),
        };
      },
      list: (wanted) => this.#store.call('egress.list', { ...wanted, limit: PAGE }),
      runCommand: async ({ command }) => {
        await vscode.commands.executeCommand(...pageCommands[command]);
      },
    };
  }
}
