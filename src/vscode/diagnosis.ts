import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { commands } from '../manifest.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { readPolicies, ruledSecretFiles } from '../privacy/policyFiles.node.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';
import type { IndexStatus } from '../protocol/contextIndex.ts';
import {
  type Check,
  checkDatabase,
  checkIndex,
  checkKeys,
  checkLedger,
  checkPolicies,
  checkSecretFiles,
  renderCheck,
} from '../protocol/diagnosis.ts';
import type { StoreContract } from '../protocol/store.ts';
import { canBeSetUp } from './providerKeys.ts';
import { ReadOnlyDocuments } from './readOnlyDocuments.ts';
import { countOwnSecretGlobs } from './secretUris.ts';
import { readSettings } from './settings.ts';
import { TELEMETRY_KEY } from './telemetryKey.ts';

export type DiagnosisCommandId = typeof commands.diagnose;

export interface DiagnosisDependencies {
  readonly store: Caller<StoreContract>;
  readonly keys: Pick<KeyRing, 'describeVault' | 'keychainProblem' | 'list'>;
  readonly index: { readonly status: IndexStatus };
  /** Writes down what has been sent so far. */
  readonly flush: () => Promise<void>;
}

/** A report on everything that Sextant needs: a document made anew each time. */
export class Diagnosis implements Disposable {
  readonly commands: Readonly<Record<DiagnosisCommandId, () => unknown>>;
  readonly #context: Pick<vscode.ExtensionContext, 'extension'>;
  readonly #dependencies: DiagnosisDependencies;
  readonly #parts = new DisposableStore();
  readonly #documents = this.#parts.add(new ReadOnlyDocuments('sextant-diagnosis'));

  constructor(context: Pick<vscode.ExtensionContext, 'extension'>, dependencies: DiagnosisDependencies) {
    this.#context = context;
    this.#dependencies = dependencies;
    this.commands = {
      [commands.diagnose]: () => this.#diagnose(),
    };
  }

  dispose(): void {
    this.#parts.dispose();
  }

  /** In English, to be sent along with a report of a defect: without keys, and without the name of the home folder. */
  async #diagnose(): Promise<void> {
    const [keychain, keys, database] = await Promise.all([
      checked('keychain', () => this.#keychain()),
      checked('keys', () => this.#keys()),
      checked('database', () => this.#database()),
    ]);
    const secretFiles = checkSecretFiles({ ruled: ruledSecretFiles().length, own: countOwnSecretGlobs() });
    const policies = [...checkPolicies(readPolicies()), secretFiles];
    const checks = [this.#versions(), ...keychain, ...keys, ...database, this.#index(), ...surroundings(), ...policies];
    const home = process.env['HOME'] ?? process.env['USERPROFILE'] ?? '';
    const text = redactSecrets(checks.map(renderCheck).join(''));
    await this.#documents.show('Sextant Diagnosis.txt', home.length > 1 ? text.replaceAll(home, '~') : text);
  }

  #versions(): Check {
    const { version } = this.#context.extension.packageJSON as { readonly version?: unknown };
    const { appName, appHost, remoteName = 'none', uiKind } = vscode.env;
    const { platform, arch, versions } = process;
    const kind = uiKind === vscode.UIKind.Web ? 'in a browser' : 'on a desktop';
    const editor = `${appName} ${vscode.version} ${kind} (${appHost}), remote: ${remoteName}`;
    const detail = `Sextant ${String(version)}, ${editor}, Node ${versions.node}, ${platform} ${arch}`;
    return { name: 'versions', state: 'ok', detail };
  }

  async #keychain(): Promise<Check[]> {
    const { keys } = this.#dependencies;
    const problem = await keys.keychainProblem();
    const vault = await keys.describeVault();
    if (readPolicies().some(({ keychain }) => keychain === false))
      return [
        {
          name: 'keychain',
          state: problem === null ? 'ok' : 'warning',
          detail: problem ?? `A policy forbids it: new keys go to ${vault}.`,
        },
      ];
    return problem === null
      ? [{ name: 'keychain', state: 'ok', detail: 'The system’s keychain can be used.' }]
      : [{ name: 'keychain', state: 'warning', detail: `${problem} New keys go to ${vault}.` }];
  }

  async #keys(): Promise<Check[]> {
    const listed = [...canBeSetUp.map(({ name }) => name), TELEMETRY_KEY].map(async (name) => {
      const stored = await this.#dependencies.keys.list(name);
      return stored === null ? [] : [checkKeys(name, stored)];
    });
    return (await Promise.all(listed)).flat();
  }

  async #database(): Promise<Check[]> {
    const { store, flush } = this.#dependencies;
    await flush();
    const [status, integrity, maintenance, sums, events] = await Promise.all([
      store.call('status', null),
      store.call('checkIntegrity', null),
      store.call('maintenance.status', null),
      store.call('egress.sums', { since: 0 }),
      store.call('usage.count', null),
    ]);
    const sent = sums.map((sum) => ({ ...sum, isLocal: isLoopback(sum.address) }));
    const state = readSettings.telemetryState();
    return [
      ...checkDatabase(status, integrity, maintenance),
      checkLedger(sent),
      {
        name: 'telemetry',
        state: state === 'on' ? 'ok' : 'unused',
        detail: `Its state is: ${state}. ${events} events of use are on this machine.`,
      },
    ];
  }

  #index(): Check {
    const { status } = this.#dependencies.index;
    return checkIndex(status, `${status.filesDone} files in ${status.chunks} passages`);
  }
}

function surroundings(): Check[] {
  const configuration = vscode.workspace.getConfiguration('http');
  const proxy = configuration.get<string>('proxy', '') === '' ? 'none set' : 'set';
  const support = configuration.get<string>('proxySupport', '');
  const isStrict = configuration.get<boolean>('proxyStrictSSL', true);
  return [
    {
      name: 'proxy',
      state: isStrict ? 'ok' : 'warning',
      detail: `In VS Code’s settings: ${proxy}, support ${support}, certificates ${isStrict ? 'checked' : 'not checked'}.`,
    },
    {
      name: 'local only',
      state: readSettings.localOnly() ? 'ok' : 'unused',
      detail: readSettings.localOnly() ? 'On: nothing goes beyond this machine.' : 'Off.',
    },
    {
      name: 'trust',
      state: vscode.workspace.isTrusted ? 'ok' : 'warning',
      detail: vscode.workspace.isTrusted ? 'The workspace is trusted.' : 'The workspace is not trusted.',
    },
  ];
}

/** Runs a check; what it throws is its result. */
async function checked(name: string, check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (error) {
    return [{ name, state: 'failed', detail: errorMessage(error) }];
  }
}
