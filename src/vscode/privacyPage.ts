import * as vscode from 'vscode';
import type { Disposable, DisposableStore } from '../base/disposable.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { type Caller, type Channel, RpcPeer } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { commands, pages, settings } from '../manifest.ts';
import { builtInProvider } from '../models/registry.ts';
import { readPolicies } from '../privacy/policyFiles.node.ts';
import { type PrivacyFacts, REPORTED_DAYS, privacySections } from '../privacy/privacySections.ts';
import type { IndexStatus } from '../protocol/contextIndex.ts';
import type { PrivacyAction, PrivacyPageContract, PrivacyPageHostContract } from '../protocol/privacyPage.ts';
import { privacyPageValidators } from '../protocol/privacyPageValidators.ts';
import type { StoreContract } from '../protocol/store.ts';
import { PageTab, whileSeen } from './pageTab.ts';
import { countOwnSecretGlobs } from './secretUris.ts';
import { readSettings } from './settings.ts';
import { describeTelemetry } from './telemetry.ts';

export interface PrivacyPageDependencies {
  /** Of the database, the index and the backups. */
  readonly folder: string;
  readonly store: Caller<StoreContract>;
  readonly models: Pick<ModelDirectory, 'known' | 'load'>;
  readonly keys: Pick<KeyRing, 'describeVault' | 'locate'>;
  readonly index: { readonly status: IndexStatus };
  /** Writes down what has been sent so far. */
  readonly flush: () => Promise<void>;
  /** Asks, and deletes the events of use. */
  readonly deleteTelemetry: () => Promise<void>;
}

const DAY_MS = 86_400_000;
/** How often a page that is seen looks for what is new. */
const LOOK_MS = 5_000;

/** What is run for each, with its argument. */
const actionCommands: Readonly<
  Record<Exclude<PrivacyAction, 'deleteTelemetry'>, readonly [command: string, argument?: string]>
> = {
  switchLocalOnly: [commands.switchLocalOnly],
  showRequests: [commands.showRequests],
  exportRequests: [commands.exportRequests],
  manageProviders: [commands.manageProviders],
  showAuditLog: [commands.showAuditLog],
  showLeftOut: [commands.showLeftOut],
  openSecretFiles: ['workbench.action.openSettings', settings.secretFiles],
  switchTelemetry: [commands.switchTelemetry],
  showTelemetry: [commands.showTelemetry],
  encryptStore: [commands.encryptStore],
  stopEncryptingStore: [commands.stopEncryptingStore],
  openRetention: ['workbench.action.openSettings', settings.retentionDays],
  clearData: [commands.clearData],
  openSettings: ['workbench.action.openSettings', 'sextant.privacy'],
  diagnose: [commands.diagnose],
};

/** The page about privacy: a tab among the editors, one in a window, live while it is seen. */
export class PrivacyPage implements Disposable {
  readonly #dependencies: PrivacyPageDependencies;
  readonly #log: Pick<Log, 'error'>;
  readonly tab: PageTab;

  constructor(extensionUri: vscode.Uri, dependencies: PrivacyPageDependencies, log: Pick<Log, 'error'>) {
    this.#dependencies = dependencies;
    this.#log = log;
    this.tab = new PageTab(extensionUri, {
      viewType: pages.privacy,
      name: 'privacyPage',
      title: t('Sextant Privacy'),
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
      new RpcPeer<PrivacyPageHostContract, PrivacyPageContract>(channel, {
        handlers: {
          state: async () => privacySections(await this.#facts()),
          act: ({ action }) => this.#act(action),
        },
        validators: privacyPageValidators,
        onInternalError: failuresOf('privacy page', this.#log),
      }),
    );
    whileSeen(panel, parts, LOOK_MS, () => {
      peer.emit('changed', null);
    });
  }

  async #act(action: PrivacyAction): Promise<void> {
    if (action === 'deleteTelemetry') await this.#dependencies.deleteTelemetry();
    else await vscode.commands.executeCommand(...actionCommands[action]);
  }

  async #facts(): Promise<PrivacyFacts> {
    const { folder, store, models, keys, index, flush } = this.#dependencies;
    await Promise.all([flush(), models.load()]);
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
    const providers = models
      .known()
      .filter(({ state }) => state === 'set up')
      .map(async ({ name, displayName }) => ({
        name: displayName,
        address: readSettings.endpoints()[name] ?? builtInProvider(name)?.baseUrl ?? '',
        key: (await keys.locate(name))?.name ?? null,
      }));
    const [today, sums, status, usageEvents, vault] = await Promise.all([
      store.call('egress.sums', { since: midnight }),
      store.call('egress.sums', { since: now.getTime() - REPORTED_DAYS * DAY_MS }),
      store.call('status', null),
      store.call('usage.count', null),
      keys.describeVault(),
    ]);
    const state = readSettings.telemetryState();
    const policies = readPolicies();
    const isRuled = policies.some(({ localOnly }) => localOnly === true);
    return {
      localOnly: isRuled ? 'ruled' : readSettings.localOnly() ? 'on' : 'off',
      today,
      sums,
      keepRequestsDays: readSettings.keepRequestsDays(),
      retentionDays: readSettings.retentionDays(),
      folder,
      isEncrypted: status.keyId !== null,
      providers: await Promise.all(providers),
      vault,
      telemetry: { state, sentence: describeTelemetry(state) },
      usageEvents,
      secretFiles: index.status.skipped['secret'] ?? 0,
      secretGlobs: countOwnSecretGlobs(),
      policies,
    };
  }
}
