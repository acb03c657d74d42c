import type { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { SextantError, errorMessage } from '../base/errors.ts';
import { type HttpProvider, httpProviders } from '../chat/modelSources.ts';
import type { MaintenanceStatus } from '../protocol/archive.ts';
import { plural } from '../base/texts.ts';
import { describeBytes, describeMaintenance } from '../protocol/archiveText.ts';
import type { IndexStatus } from '../protocol/contextIndex.ts';
import { type CliModels, cliModels } from './cliModels.ts';
import { dataDirectories } from './dataDirectory.ts';
import { type CliKeys, openKeys } from './cliKeys.ts';
import { type StoreOption, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withIndex, withStore } from './surroundings.ts';

/** What was looked at. `unused` is what is not set up: nothing is wrong with it. */
interface Check {
  readonly name: string;
  readonly state: 'ok' | 'unused' | 'warning' | 'failed';
  readonly detail: string;
}

interface DoctorOptions extends StoreOption {
  readonly json?: true;
  readonly removeDamaged?: true;
}

const ENDPOINT_TIMEOUT_MS = 5_000;
const MARKS = { ok: '✔', unused: '·', warning: '!', failed: '✖' } as const;

/** `sextant doctor [FOLDER]` */
export function addDoctorCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('doctor')
    .summary('look whether everything that Sextant needs works')
    .description(
      'Looks at the versions, the keychain, the database and its upkeep, the index of FOLDER and the providers. Servers on this ' +
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
      else surroundings.terminal.print(checks.map(render).join(''));
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
  const keys = openKeys(process.env);
  const models = cliModels({}, keys);
  const groups = await Promise.all([
    Promise.resolve(versions()),
    checked('keychain', () => keychain(keys)),
    checked('database', () => database(store, surroundings)),
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

async function database(store: string | undefined, surroundings: Surroundings): Promise<Check[]> {
  const [status, integrity, maintenance] = await withStore(surroundings, store, (worker) =>
    Promise.all([
      worker.call('status', null, surroundings.signal),
      worker.call('checkIntegrity', null, surroundings.signal),
      worker.call('maintenance.status', null, surroundings.signal),
    ]),
  );
  const { directory, sqliteVersion, schemaVersion, generation, notice } = status;
  const size = `${status.snapshotBytes + status.logBytes} bytes`;
  const encryption = status.keyId === null ? 'not encrypted' : 'encrypted';
  const versions = `SQLite ${sqliteVersion}, schema ${schemaVersion}, generation ${generation}`;
  const detail = `${versions}, ${size}, ${encryption}, in ${directory}`;
  return [
    {
      name: 'database',
      state: integrity === 'ok' ? 'ok' : 'failed',
      detail: integrity === 'ok' ? detail : `${detail}: ${integrity}`,
    },
    ...(notice === null ? [] : [{ name: 'database', state: 'warning', detail: notice } as const]),
    upkeep(maintenance),
  ];
}

function upkeep(status: MaintenanceStatus): Check {
  const hasFailed = status.last?.steps.some(({ outcome }) => outcome === 'failed') === true;
  const isUnused = status.last === null && status.lastBackup === null;
  return {
    name: 'upkeep',
    state: hasFailed || status.unreadableBackups > 0 ? 'warning' : isUnused ? 'unused' : 'ok',
    detail: describeMaintenance(status).join(' '),
  };
}

async function indexState(folder: string, store: string | undefined, surroundings: Surroundings): Promise<Check> {
  const status = await withIndex(surroundings, { folder, store }, (index) => index.status());
  const place = dataDirectories(store).index;
  const counts = `${status.filesDone} files in ${status.chunks} passages, in ${place}`;
  return { name: 'index', ...describePhase(status, counts) };
}

function describePhase({ phase, chunks, message }: IndexStatus, counts: string): Pick<Check, 'state' | 'detail'> {
  switch (phase) {
    case 'failed':
      return { state: 'failed', detail: message ?? 'It cannot be opened.' };
    case 'none':
      return { state: 'unused', detail: 'There is none of this folder yet.' };
    case 'opening':
    case 'scanning':
    case 'indexing':
    case 'paused':
      return { state: 'warning', detail: `It is not complete: ${counts}` };
    case 'ready':
      return chunks === 0
        ? { state: 'unused', detail: 'There is none of this folder yet.' }
        : { state: 'ok', detail: counts };
  }
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

function render({ name, state, detail }: Check): string {
  return `${MARKS[state]} ${name.padEnd(18)} ${detail}\n`;
}
