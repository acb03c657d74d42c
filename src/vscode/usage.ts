import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { commands } from '../manifest.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { AnswerFigures, Measurement, Meter } from '../models/meterModel.ts';
import { modelError } from '../models/modelError.ts';
import { type ModelPrice, priceAt } from '../models/modelPrice.ts';
import { usedBy } from '../models/modelUse.ts';
import type { StoreContract } from '../protocol/store.ts';
import { type ModelUse, dayOf } from '../protocol/usage.ts';
import { money } from '../protocol/usageText.ts';
import type { AuditLog } from './auditLog.ts';
import { type UsedUp, type Warned, dueWarnings, mostUsed } from './budget.ts';
import { exportUsage } from './exportUsage.ts';
import { readSettings } from './settings.ts';
import { UsagePage } from './usagePage.ts';

export type UsageCommandId = typeof commands.showUsage | typeof commands.exportUsage;

export interface UsageDependencies {
  readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalState'>;
  readonly store: Caller<StoreContract>;
  readonly audit: Pick<AuditLog, 'add'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** What a model’s provider lists as its price. */
  readonly listedPrice: (ref: ModelRef) => ModelPrice | undefined;
}

/** What is over within this time is written together. */
const TOGETHER_MS = 1_000;
/** What a store that does not write has waiting for it. */
const MOST_WAITING = 10_000;
/** What was warned of, by budget: the day or month. */
const WARNED = 'sextant.usage.warned';

/** What models are used for and what that costs: the meter, the budgets, and what shows them. */
export class Usage implements Disposable, Meter {
  readonly commands: Readonly<Record<UsageCommandId, (argument: unknown) => unknown>>;
  readonly #dependencies: UsageDependencies;
  readonly #page: UsagePage;
  readonly #parts = new DisposableStore();
  readonly #workspaceUri = vscode.workspace.workspaceFolders?.[0]?.uri.toString() ?? null;
  #waiting: ModelUse[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(dependencies: UsageDependencies) {
    this.#dependencies = dependencies;
    const { context, store, audit, log } = dependencies;
    const flush = (): Promise<void> => this.flush();
    this.#page = this.#parts.add(new UsagePage(context.extensionUri, store, flush, log));
    this.commands = {
      [commands.showUsage]: () => {
        this.#page.tab.show();
      },
      [commands.exportUsage]: () => exportUsage(store, flush, audit),
    };
  }

  /** Draws the page in a tab that VS Code has kept over a reload. */
  attachPage(panel: vscode.WebviewPanel): void {
    this.#page.tab.attach(panel);
  }

  /** The one place where a budget stops what would cost something. What costs nothing goes on. */
  async admit(ref: ModelRef): Promise<void> {
    const budgets = readSettings.budgets();
    if (!budgets.stops || (budgets.day === 0 && budgets.month === 0) || this.#isFree(ref)) return;
    await this.flush();
    const spent = await this.#dependencies.store.call('modelUsage.spent', { day: dayOf(Date.now()) });
    const [used] = mostUsed(spent, budgets);
    if (used === undefined || used.share < 1) return;
    throw modelError({ kind: 'refused', actions: ['change-budget', 'pick-model', 'use-offline'] }, usedUp(used));
  }

  record(measurement: Measurement): AnswerFigures {
    const { use, figures } = usedBy(measurement, this.#price(measurement.ref), this.#workspaceUri);
    this.#waiting.push(use);
    this.#timer ??= setTimeout(() => void this.flush(), TOGETHER_MS);
    return figures;
  }

  /** Writes down what has been used so far. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  async #write(): Promise<void> {
    const uses = this.#waiting;
    if (uses.length === 0) return;
    const { store, log } = this.#dependencies;
    this.#waiting = [];
    try {
      await store.call('modelUsage.record', { uses });
      if (uses.some(({ costMicrousd }) => costMicrousd !== null && costMicrousd > 0)) await this.#warn();
    } catch (error) {
      // Whoever records one twice changes nothing.
      this.#waiting = [...uses, ...this.#waiting].slice(-MOST_WAITING);
      log.warn(`usage: ${uses.length} uses are not written down yet: ${errorMessage(error)}`);
    }
  }

  /** Once for each day and month, whichever window comes to it first. */
  async #warn(): Promise<void> {
    const budgets = readSettings.budgets();
    const day = dayOf(Date.now());
    const { context, store } = this.#dependencies;
    const spent = await store.call('modelUsage.spent', { day });
    const before = (): Warned => context.globalState.get<Warned>(WARNED) ?? {};
    for (const { used, isUsedUp, warned } of dueWarnings(mostUsed(spent, budgets), day, before())) {
      await context.globalState.update(WARNED, { ...before(), ...warned });
      void this.#say(isUsedUp && budgets.stops ? usedUp(used) : spentSoFar(used));
    }
  }

  async #say(sentence: string): Promise<void> {
    const show = t('Show Usage');
    const change = t('Change Budget');
    const chosen = await vscode.window.showWarningMessage(sentence, show, change);
    if (chosen === show) this.#page.tab.show();
    if (chosen === change) await vscode.commands.executeCommand('workbench.action.openSettings', 'sextant.usage');
  }

  #price(ref: ModelRef): ModelPrice | null {
    const address = readSettings.endpoints()[ref.provider];
    return priceAt(ref, address, readSettings.prices(), this.#dependencies.listedPrice(ref));
  }

  #isFree(ref: ModelRef): boolean {
    const price = this.#price(ref);
    return ref.provider === 'vscode' || (price !== null && price.input === 0 && price.output === 0);
  }
}

function usedUp({ period, spentMicrousd, budgetMicrousd }: UsedUp): string {
  const [spent, budget] = [money(spentMicrousd), money(budgetMicrousd)];
  return period === 'day'
    ? t(
        'Today’s budget is used up: {0} of {1}. Nothing more is sent to models that cost money. Raise the budget, or choose a model of this machine’s.',
        spent,
        budget,
      )
    : t(
        'This month’s budget is used up: {0} of {1}. Nothing more is sent to models that cost money. Raise the budget, or choose a model of this machine’s.',
        spent,
        budget,
      );
}

function spentSoFar({ period, spentMicrousd, budgetMicrousd }: UsedUp): string {
  const [spent, budget] = [money(spentMicrousd), money(budgetMicrousd)];
  return period === 'day'
    ? t('Models have cost {0} today; your budget is {1}.', spent, budget)
    : t('Models have cost {0} this month; your budget is {1}.', spent, budget);
}
