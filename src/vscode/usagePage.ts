import * as vscode from 'vscode';
import type { Disposable, DisposableStore } from '../base/disposable.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { type Caller, type Channel, type Handlers, RpcPeer } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { commands, pages, settings } from '../manifest.ts';
import { pricesDate } from '../models/builtInPrices.ts';
import type { StoreContract } from '../protocol/store.ts';
import { dayOf } from '../protocol/usage.ts';
import { allDays } from '../protocol/usageExport.ts';
import type {
  UsagePageCommand,
  UsagePageContract,
  UsagePageHostContract,
  UsagePageState,
} from '../protocol/usagePage.ts';
import { usagePageValidators } from '../protocol/usagePageValidators.ts';
import { PageTab, whileSeen } from './pageTab.ts';
import { readSettings } from './settings.ts';
import { UsageSums } from './usageSums.ts';

/** How often a page that is seen looks for what is new. */
const LOOK_MS = 5_000;

/** What is run for each, with its argument. */
const pageCommands: Readonly<Record<UsagePageCommand, readonly [command: string, argument?: string]>> = {
  exportUsage: [commands.exportUsage],
  openBudgets: ['workbench.action.openSettings', 'sextant.usage'],
  openPrices: ['workbench.action.openSettings', settings.prices],
  openTelemetry: ['workbench.action.openSettings', settings.telemetryOptIn],
};

/** The page about what models are used for and what that costs: a tab among the editors, one in a window. */
export class UsagePage implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #sums: UsageSums;
  readonly #flush: () => Promise<void>;
  readonly #log: Pick<Log, 'error'>;
  readonly tab: PageTab;

  /** `flush` writes down what is not yet. */
  constructor(
    extensionUri: vscode.Uri,
    store: Caller<StoreContract>,
    flush: () => Promise<void>,
    log: Pick<Log, 'error'>,
  ) {
    this.#store = store;
    this.#sums = new UsageSums(store);
    this.#flush = flush;
    this.#log = log;
    this.tab = new PageTab(extensionUri, {
      viewType: pages.usage,
      name: 'usagePage',
      title: t('Sextant Usage'),
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
      new RpcPeer<UsagePageHostContract, UsagePageContract>(channel, {
        handlers: this.#handlers(),
        validators: usagePageValidators,
        onInternalError: failuresOf('usage page', this.#log),
      }),
    );
    // Nobody is told of what is written down: it would wake every window at each completion.
    whileSeen(panel, parts, LOOK_MS, () => {
      peer.emit('changed', null);
    });
  }

  #handlers(): Handlers<UsagePageHostContract> {
    return {
      state: ({ days }) => this.#state(days),
      runCommand: async ({ command }) => {
        await vscode.commands.executeCommand(...pageCommands[command]);
      },
    };
  }

  async #state(days: number): Promise<UsagePageState> {
    await this.#flush();
    const now = new Date();
    const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1);
    const to = dayOf(now.getTime());
    const from = days === 0 ? allDays.from : dayOf(first.getTime());
    const by = await this.#sums.read({ from, to });
    const since = days === 0 ? 0 : first.getTime();
    return {
      from: days === 0 ? (by.day[0]?.name ?? to) : from,
      to,
      by,
      completions:
        readSettings.telemetryState() === 'on' ? await this.#store.call('usage.completions', { since }) : null,
      budgets: readSettings.budgets(),
      spent: await this.#store.call('modelUsage.spent', { day: to }),
      pricesDate,
    };
  }
}
