import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Service } from '../base/service.ts';
import { t } from '../base/texts.ts';
import type { Clock } from '../completion/clock.ts';
import type { MaintenanceReport } from '../protocol/archive.ts';
import { describeMaintenance } from '../protocol/archiveText.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { Retention } from './retention.ts';
import { readSettings } from './settings.ts';

/** How often it is looked whether something is due. */
const LOOK_MS = 300_000;
/** So long nothing may have been written in any window: the user does something else. */
const IDLE_MS = 120_000;

const removeDamagedLabel = (): string => t('Remove Damaged Files');

/** Has the store maintained while nobody uses it, and when the user asks. */
export class MaintenanceSchedule implements Disposable {
  readonly #store: Pick<Service<StoreContract>, 'call' | 'on' | 'isRunning'>;
  readonly #log: Log;
  readonly #subscriptions = new DisposableStore();
  readonly #clock: Clock;
  readonly #retention: Pick<Retention, 'agreedDays'>;
  #writtenAtMs: number;
  #callOff = (): void => undefined;

  constructor(
    store: Pick<Service<StoreContract>, 'call' | 'on' | 'isRunning'>,
    log: Log,
    clock: Clock,
    retention: Pick<Retention, 'agreedDays'>,
  ) {
    this.#store = store;
    this.#log = log;
    this.#clock = clock;
    this.#retention = retention;
    this.#writtenAtMs = clock.nowMs();
    this.#lookLater();
    this.#subscriptions.add(
      store.on('changed', () => {
        this.#writtenAtMs = clock.nowMs();
      }),
    );
  }

  /** Does everything now, and tells what was done. */
  async runNow(): Promise<void> {
    const title = t('Maintaining the store…');
    const report = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      this.#run('asked'),
    );
    this.#write(report);
    const failed = report.steps.filter(({ outcome }) => outcome === 'failed');
    if (failed.length > 0) {
      void vscode.window.showErrorMessage(
        failed.map(({ name, reason }) => t('Maintenance, {0}: {1}', name, reason)).join(' '),
      );
      return;
    }
    const status = await this.#store.call('maintenance.status', null);
    const message = [t('The store is in order.'), ...describeMaintenance(status)].join(' ');
    if (status.setAside.sets === 0) void vscode.window.showInformationMessage(message);
    else void this.#offerToRemove(message);
  }

  async #offerToRemove(message: string): Promise<void> {
    if ((await vscode.window.showInformationMessage(message, removeDamagedLabel())) !== removeDamagedLabel()) return;
    try {
      await this.#store.call('maintenance.removeSetAside', null);
    } catch (error) {
      void vscode.window.showErrorMessage(errorMessage(error));
    }
  }

  dispose(): void {
    this.#callOff();
    this.#subscriptions.dispose();
  }

  #lookLater(): void {
    this.#callOff = this.#clock.after(LOOK_MS, () => {
      this.#lookLater();
      void this.#look();
    });
  }

  /** A store that nobody has opened yet has nothing new in it. */
  async #look(): Promise<void> {
    if (!this.#store.isRunning || this.#clock.nowMs() - this.#writtenAtMs < IDLE_MS) return;
    try {
      this.#write(await this.#run('idle'));
    } catch (error) {
      this.#log.warn(`maintenance: ${errorMessage(error)}`);
    }
  }

  async #run(occasion: 'idle' | 'asked'): Promise<MaintenanceReport> {
    const options = { retentionDays: await this.#retention.agreedDays(), backsUp: readSettings.backsUpAutomatically() };
    return this.#store.call('maintenance.run', { ...options, occasion });
  }

  #write({ steps }: MaintenanceReport): void {
    for (const { name, outcome, reason } of steps) {
      if (outcome === 'failed') this.#log.error(`maintenance: ${name} failed: ${reason}`);
      else if (outcome === 'done') this.#log.info(`maintenance: ${name}: ${reason}`);
    }
  }
}
