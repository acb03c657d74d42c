import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { plural, t } from '../base/texts.ts';
import type { Clock } from '../completion/clock.ts';
import { settings } from '../manifest.ts';
import { describeCleared } from '../protocol/archiveText.ts';
import type { StoreContract } from '../protocol/store.ts';
import { readSettings } from './settings.ts';

/** The store's setting that holds the days that somebody has agreed to. */
export const AGREED_DAYS = 'history.agreedRetentionDays';
/** Who types 30 has typed 3 before. */
const SETTLE_MS = 1500;

const deleteLabel = (): string => t('Delete Them');
const keepLabel = (): string => t('Keep All Chats');

/** Lets chats be deleted by their age only once somebody was told how many that are, and agreed. */
export class Retention implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #log: Log;
  readonly #subscriptions = new DisposableStore();
  /** The days that were asked about last in this window. */
  #asked = 0;
  #callOff = (): void => undefined;

  constructor(store: Caller<StoreContract>, log: Log, clock: Clock) {
    this.#store = store;
    this.#log = log;
    this.#subscriptions.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration(settings.retentionDays)) return;
        this.#asked = 0;
        this.#callOff();
        this.#callOff = clock.after(SETTLE_MS, () => void this.#settle());
      }),
    );
  }

  /** Days after which chats may be deleted; 0 for never, which it is until somebody has agreed. Asks where it must. */
  async agreedDays(): Promise<number> {
    const days = readSettings.retentionDays();
    // An organisation's rule is not the user's to agree to.
    if (readSettings.isRetentionRuled()) return days;
    const agreed = await this.#store.call('settings.get', { key: AGREED_DAYS });
    if (agreed === days) return days;
    // Who wants to keep more than before need not be asked, and who keeps all is asked the next time.
    if (days === 0 || (typeof agreed === 'number' && agreed > 0 && agreed < days)) {
      if (agreed !== null) await this.#agree(days);
      return days;
    }
    void this.#ask(days).catch((error: unknown) => {
      this.#log.error(`retention: ${errorMessage(error)}`);
    });
    return 0;
  }

  dispose(): void {
    this.#callOff();
    this.#subscriptions.dispose();
  }

  async #settle(): Promise<void> {
    try {
      await this.agreedDays();
    } catch (error) {
      this.#log.warn(`retention: ${errorMessage(error)}`);
    }
  }

  /** In one window, and once. */
  async #ask(days: number): Promise<void> {
    if (this.#asked === days || !vscode.window.state.focused) return;
    this.#asked = days;
    const counts = await this.#store.call('library.retain', { days, dryRun: true });
    if (counts.conversations === 0) {
      await this.#agree(days);
      return;
    }
    const age = plural(days, '{0} day', '{0} days');
    const chosen = await vscode.window.showWarningMessage(
      t(
        'Chats without a message for {0} will be deleted for good: {1} now, others when they get that old. Pinned chats stay. Nothing is deleted until you agree.',
        age,
        describeCleared(counts),
      ),
      deleteLabel(),
      keepLabel(),
    );
    if (chosen === keepLabel())
      await vscode.workspace.getConfiguration().update(settings.retentionDays, undefined, true);
    if (chosen !== deleteLabel() || readSettings.retentionDays() !== days) return;
    await this.#agree(days);
    const deleted = await this.#store.call('library.retain', { days, dryRun: false });
    void vscode.window.showInformationMessage(t('Deleted: {0}.', describeCleared(deleted)));
  }

  async #agree(days: number): Promise<void> {
    await this.#store.call('settings.set', { key: AGREED_DAYS, value: days });
  }
}
