import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { StoreKeys } from '../seal/storeKeys.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { LiveGeneration } from './liveGeneration.ts';
import { LogEngine } from './logEngine.ts';
import { openGeneration } from './openGeneration.ts';
import type { StorePlatform } from './platform.ts';
import { loadSqlite, sqliteVersion } from './sqlDatabase.ts';

/** Opens a folder as a database; see {@link Engine}. */
export async function openEngine<Schema>(options: EngineOptions): Promise<Engine<Schema>> {
  const { platform, migrations, keys = new StoreKeys(), sync = 'always' } = options;
  const sqlite = await loadSqlite(() => platform.readSqlite());
  const context = { platform, keys, migrations, sqlite, sqliteVersion: sqliteVersion(sqlite) };
  platform.files.ensureFolder();
  refuseNetworkDisk(platform);
  const live = new LiveGeneration(context, await openGeneration(context), sync === 'always');
  const engine = new LogEngine<Schema>(context, live, sync);
  engine.finishSealing();
  return engine;
}

function refuseNetworkDisk(platform: StorePlatform): void {
  const name = platform.networkDisk();
  if (name === undefined) return;
  throw new SextantError(
    'unsupported',
    t(
      "Sextant's storage folder {0} is on a network disk ({1}), which can lose what was written to it. Choose a folder on a disk of this machine: in VS Code with the setting sextant.storage.folder, on the command line with --store.",
      platform.directory,
      name,
    ),
  );
}
