import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { settings } from '../manifest.ts';
import type { StoreContract, UsageEvent } from '../protocol/store.ts';
import { readSettings } from './settings.ts';

const EVERY_MS = 30_000;
const BATCH = 50;

/** Writes events of use to the store, as long as the setting says that the user wants it. */
export class UsageRecorder implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #log: Log;
  readonly #parts = new DisposableStore();
  #events: UsageEvent[] = [];
  /** What the store was told of the user's consent. */
  #told: boolean | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Caller<StoreContract>, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#parts.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settings.telemetryOptIn)) void this.#write([]);
      }),
    );
    this.#parts.add(vscode.env.onDidChangeTelemetryEnabled(() => void this.#write([])));
  }

  add(type: UsageEvent['type'], payload: UsageEvent['payload']): void {
    if (readSettings.telemetryState() !== 'on') return;
    this.#events.push({ type, payload, at: Date.now() });
    if (this.#events.length >= BATCH) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), EVERY_MS);
  }

  /** Writes what has come so far; forgets it where there is no consent any more. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) await this.#write(events);
  }

  async #write(events: readonly UsageEvent[]): Promise<void> {
    const optIn = readSettings.telemetryState() === 'on';
    try {
      if (optIn !== this.#told) await this.#store.call('user.setTelemetryOptIn', { optIn });
      this.#told = optIn;
      if (optIn && events.length > 0) await this.#store.call('usage.add', { events });
    } catch (error) {
      this.#log.warn(`usage: ${events.length} events were not written: ${errorMessage(error)}`);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }
}
