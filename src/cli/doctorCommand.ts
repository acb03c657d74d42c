import type { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { SextantError, errorMessage } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import { type HttpProvider, httpProviders } from '../chat/modelSources.ts';
import type { EgressGate } from '../privacy/egressGate.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { readPolicies, ruledSecretFiles } from '../privacy/policyFiles.node.ts';
import { plural } from '../base/texts.ts';
import { describeBytes } from '../protocol/archiveText.ts';
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
import { withGate } from './cliGate.ts';
import { type CliModels, cliModels } from './cliModels.ts';
import { dataDirectories } from './dataDirectory.ts';
import { type CliKeys, openKeys } from './cliKeys.ts';
import { type StoreOption, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withIndex, withStore } from './surroundings.ts';

interface DoctorOptions extends StoreOption {
  readonly json?: true;
  readonly removeDamaged?: true;
}

const ENDPOINT_TIMEOUT_MS = 5_000;

/** `sextant doctor [FOLDER]` */
export function addDoctorCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('doctor')
    .summary('look whether everything that Sextant needs works')
    .description(
      'Looks at the versions, the keychain, how many keys it has, the database, its upkeep and what it has of sent requests, the policies, the index of FOLDER and the providers. Servers on this ' +
        'machine are asked for their models, and so is each provider that there is a key for; nobody else is contacted.',
    )
    .argument('[FOLDER]', 'the folder whose index to look at', notEmpty, '.')
    .option('--json', 'print one object with all checks')
    .option('--remove-damaged', 'first remove the damaged files that repairs of the database have kept')
    .addOption(storeOption())
    .action(async (folder: string, { json, store, removeDamaged }: DoctorOptions) => {
      if (removeDamaged === true) await removeSetAside(store, surroundings);
      const checks = await examine(folder, store, surroundings);
      const isWell = checks.every(({ state }) => state !== 'failed');
      if (json === true) surroundings.terminal.printJson({ ok: isWell, checks });
      else surroundings.terminal.print(checks.map(renderCheck).join(''));
      if (!isWell) throw new SextantError('internal', 'Something that Sextant needs does not work; see above.');
    });
}

async function removeSetAside(store: string | undefined, surroundings: Surroundings): Promise<void> {
  const { sets, bytes } = await withStore(surroundings, store, (worker) =>
    worker.call('maintenance.removeSetAside', null, surroundings.signal),
  );
  surroundings.terminal.note(
    `Damaged files of ${plural(sets, '{0} repair', '{0} repairs')} were removed, ${describeBytes(bytes)}.`,
  );
}

async function examine(folder: string, store: string | undefined, surroundings: Surroundings): Promise<Check[]> {
  return await withGate(surroundings, store, (gate, opened) => examineWith(folder, store, surroundings, gate, opened));
}

async function examineWith(
  folder: string,
  store: string | undefined,
  surroundings: Surroundings,
  gate: Pick<EgressGate, 'fetch'>,
  opened: Caller<StoreContract>,
): Promise<Check[]> {
  const keys = openKeys(process.env);
  const models = cliModels({}, keys, gate.fetch);
  const groups = await Promise.all([
    Promise.resolve(versions()),
    checked('keychain', () => keychain(keys)),
    checked('keys', () => storedKeys(keys)),
    checked('database', () => database(opened, surroundings.signal)),
    Promise.resolve(checkPolicies(readPolicies())),
    Promise.resolve([checkSecretFiles({ ruled: ruledSecretFiles().length })]),
    checked('index', () => indexState(folder, store, surroundings)),
    ...httpProviders.map((provider) => endpoint(provider, models, keys, surroundings.signal)),
  ]);
  return groups.flat();
}

function versions(): Check[] {
  const { platform, arch, versions: engine } = process;
  return [
    {
      name: 'versions',
      state: 'ok',
      detail: `Sextant ${packageJson.version}, Node ${engine.node}, ${platform} ${arch}`,
    },
  ];
}

async function keychain(keys: CliKeys): Promise<Check> {
  const problem = await keys.keychainProblem();
  if (problem === null) return { name: 'keychain', state: 'ok', detail: 'The system’s keychain can be used.' };
  return { name: 'keychain', state: 'warning', detail: `${problem} Keys are read from environment variables alone.` };
}

async function storedKeys(keys: CliKeys): Promise<Check[]> {
  const listed = await Promise.all(
    httpProviders.map(async ({ name }) => {
      const stored = await keys.list(name);
      return stored.length === 0 ? [] : [checkKeys(name, stored)];
    }),
  );
  return listed.flat();
}

async function database(store: Caller<StoreContract>, signal: AbortSignal): Promise<Check[]> {
  const [status, integrity, maintenance, sums] = await Promise.all([
    store.call('status', null, signal),
    store.call('checkIntegrity', null, signal),
    store.call('maintenance.status', null, signal),
    store.call('egress.sums', { since: 0 }, signal),
  ]);
  const sent = sums.map((sum) => ({ ...sum, isLocal: isLoopback(sum.address) }));
  return [...checkDatabase(status, integrity, maintenance), checkLedger(sent)];
}

async function indexState(folder: string, store: string | undefined, surroundings: Surroundings): Promise<Check> {
  const status = await withIndex(surroundings, { folder, store }, (index) => index.status());
  const place = dataDirectories(store).index;
  return checkIndex(status, `${status.filesDone} files in ${status.chunks} passages, in ${place}`);
}

async function endpoint(
  { name, isLocal, baseUrl }: HttpProvider,
  models: CliModels,
  keys: CliKeys,
  stop: AbortSignal,
): Promise<Check[]> {
  if (baseUrl === null) return [{ name, state: 'unused', detail: 'It has no usual address.' }];
  try {
    if (!isLocal && (await keys.read(name, new URL(baseUrl).origin)) === null)
      return [{ name, state: 'unused', detail: 'There is no key.' }];
    const found = await models.source(name).list(AbortSignal.any([stop, AbortSignal.timeout(ENDPOINT_TIMEOUT_MS)]));
    return [{ name, state: 'ok', detail: `It answers and offers ${found.length} models.` }];
  } catch (error) {
    return [{ name, state: isLocal ? 'unused' : 'warning', detail: errorMessage(error) }];
  }
}

/** Runs a check; what it throws is its result. */
async function checked(name: string, check: () => Promise<Check | Check[]>): Promise<Check[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [{ name, state: 'failed', detail: errorMessage(error) }];
  }
}
