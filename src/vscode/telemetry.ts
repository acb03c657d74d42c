import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { plural, t } from '../base/texts.ts';
import type { WindowChats } from '../chat/windowChats.ts';
import type { Clock } from '../completion/clock.ts';
import { commands, settings } from '../manifest.ts';
import { modelFamily } from '../models/modelFamily.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import { logsAddress, otlpLogs } from '../privacy/otlpLogs.ts';
import { TelemetrySender } from '../privacy/telemetrySender.ts';
import type { Message, StoreContract } from '../protocol/store.ts';
import { ReadOnlyDocuments } from './readOnlyDocuments.ts';
import { type TelemetryState, readSettings, saveTelemetryOptIn } from './settings.ts';
import { UsageRecorder } from './usageRecorder.ts';

export type TelemetryCommandId = typeof commands.switchTelemetry | typeof commands.showTelemetry;

export interface TelemetryDependencies {
  readonly store: Caller<StoreContract>;
  readonly fetch: Fetch;
  readonly chats: Pick<WindowChats, 'onDidTell'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often it is looked whether events are old enough to be sent. */
const LOOK_MS = 600_000;

/** Events of use: recorded with consent alone, shown before they go, and sent only where the user says. */
export class Telemetry implements Disposable {
  readonly usage: UsageRecorder;
  readonly commands: Readonly<Record<TelemetryCommandId, () => unknown>>;
  readonly #dependencies: TelemetryDependencies;
  readonly #version: string;
  readonly #sender: TelemetrySender;
  readonly #parts = new DisposableStore();
  readonly #documents = this.#parts.add(new ReadOnlyDocuments('sextant-telemetry'));
  /** When each answer that is being written began. */
  readonly #running = new Map<string, number>();
  #wasOn = readSettings.telemetryState() === 'on';
  #callOff = (): void => undefined;

  constructor({ extension }: Pick<vscode.ExtensionContext, 'extension'>, dependencies: TelemetryDependencies) {
    const { store, fetch, chats, log } = dependencies;
    this.#dependencies = dependencies;
    const version = String((extension.packageJSON as { readonly version?: unknown }).version);
    this.#version = version;
    this.usage = this.#parts.add(new UsageRecorder(store, log));
    this.#sender = new TelemetrySender({ store, fetch, address: telemetryTarget, version, log });
    this.commands = {
      [commands.switchTelemetry]: () => this.#switch(),
      [commands.showTelemetry]: () => this.#show(),
    };
    this.#parts.add(
      chats.onDidTell(({ event }) => {
        if (event?.type === 'message' && event.message.role === 'assistant') this.#take(event.message);
      }),
    );
    this.#parts.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settings.telemetryOptIn)) this.#follow();
      }),
    );
    this.#lookLater();
  }

  dispose(): void {
    this.#callOff();
    this.#parts.dispose();
  }

  #lookLater(): void {
    this.#callOff = this.#dependencies.clock.after(LOOK_MS, () => {
      this.#lookLater();
      // Nobody's store is opened for nothing.
      if (telemetryTarget() !== undefined) void this.#sender.send();
    });
  }

  #take({ id, status, model, inputTokens, outputTokens }: Message): void {
    const now = this.#dependencies.clock.nowMs();
    if (status === 'running') this.#running.set(id, this.#running.get(id) ?? now);
    const begun = this.#running.get(id);
    if (status === 'running' || begun === undefined) return;
    this.#running.delete(id);
    this.usage.add('chatTurn', {
      model: model === null ? 'other' : modelFamily(model),
      outcome: status,
      latencyMs: Math.round(now - begun),
      ...(inputTokens === null ? {} : { inputTokens }),
      ...(outputTokens === null ? {} : { outputTokens }),
    });
  }

  async #switch(): Promise<void> {
    const state = readSettings.telemetryState();
    if (state === 'forbidden') {
      void vscode.window.showInformationMessage(describeTelemetry(state));
      return;
    }
    await saveTelemetryOptIn(state === 'off');
    const after = readSettings.telemetryState();
    if (after === 'off') return;
    const show = t('Show Telemetry');
    const chosen = await vscode.window.showInformationMessage(describeTelemetry(after), show);
    if (chosen === show) await this.#show();
  }

  /** All that waits to be sent, as it would be. */
  async #show(): Promise<void> {
    const { store } = this.#dependencies;
    await this.usage.flush();
    const events = await store.call('usage.waiting', { until: Date.now() });
    const recorded = await store.call('usage.count', null);
    const parts = [
      `# ${t('Telemetry')}`,
      describeTelemetry(readSettings.telemetryState()),
      plural(recorded, '{0} event of use is on this machine.', '{0} events of use are on this machine.'),
      ...(events.length === 0
        ? []
        : [t('This is what would be sent, byte for byte:'), `\`\`\`json\n${otlpLogs(events, this.#version)}\n\`\`\``]),
    ];
    await this.#documents.show(`${t('Telemetry')}.md`, `${parts.join('\n\n')}\n`);
  }

  #follow(): void {
    const isOn = readSettings.telemetryState() === 'on';
    const wasOn = this.#wasOn;
    this.#wasOn = isOn;
    // Every window hears of it; the one that the user is in asks.
    if (!wasOn || isOn || !vscode.window.state.focused) return;
    this.askToDelete().catch((error: unknown) => {
      this.#dependencies.log.error(`telemetry: ${errorMessage(error)}`);
    });
  }

  /** Asks whether the events that are on this machine shall go, where there are any. */
  async askToDelete(): Promise<void> {
    const { store } = this.#dependencies;
    const recorded = await store.call('usage.count', null);
    if (recorded === 0) return;
    const remove = t('Delete Them');
    const chosen = await vscode.window.showInformationMessage(
      plural(
        recorded,
        '{0} event of use is still on this machine. Delete it?',
        '{0} events of use are still on this machine. Delete them?',
      ),
      remove,
      t('Keep Them'),
    );
    if (chosen !== remove) return;
    await store.call('usage.purge', null);
  }
}

/** Where events of use may go now; undefined for nowhere. */
function telemetryTarget(): string | undefined {
  return readSettings.telemetryState() === 'on' ? readSettings.telemetryAddress() : undefined;
}

/** Whether events of use are recorded and sent, as sentences. */
export function describeTelemetry(state: TelemetryState): string {
  switch (state) {
    case 'off':
      return t('Telemetry is off: nothing is recorded and nothing is sent.');
    case 'forbidden':
      return t('Telemetry is off: your organisation’s policy forbids it. Nothing is recorded and nothing is sent.');
    case 'held':
      return t('Telemetry is on here, but off in VS Code: nothing is recorded and nothing is sent.');
    case 'on': {
      const address = readSettings.telemetryAddress();
      return address === undefined
        ? t('Telemetry is on: events of use are recorded on this machine. No address is set, so nothing is sent.')
        : t(
            'Telemetry is on: events of use are recorded on this machine, and a day later sent to {0}.',
            logsAddress(address),
          );
    }
  }
}
