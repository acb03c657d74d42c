import type { Kysely } from 'kysely';
import { type Event, Emitter } from '../base/emitter.ts';
import { SextantError, errorMessage } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Handlers } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { UNDO_MS } from '../protocol/library.ts';
import type { StoreContract } from '../protocol/store.ts';
import { accountHandlers } from './accountHandlers.ts';
import type { ArchiveFiles } from './archive/archiveFiles.ts';
import { archiveHandlers } from './archive/archiveHandlers.ts';
import { Backups } from './archive/backups.ts';
import { addAuditEntry } from './auditRepository.ts';
import type { Engine, StoreSync } from './engine/engine.ts';
import { openEngine } from './engine/openEngine.ts';
import type { StorePlatform } from './engine/platform.ts';
import { fileHandlers } from './fileHandlers.ts';
import type { FileFolder } from './files/fileFolder.ts';
import { FileStore } from './files/fileStore.ts';
import { historyHandlers } from './historyHandlers.ts';
import { keepUp } from './keepUp.ts';
import { libraryHandlers } from './libraryHandlers.ts';
import { personaHandlers } from './personaHandlers.ts';
import { storeMigrations } from './migrations/storeMigrations.ts';
import type { StoreSchema } from './schema.ts';
import { type Aside, GENERAL, type StoreAccess } from './storeAccess.ts';
import { type KeySource, StoreEncryption } from './storeEncryption.ts';
import { turnHandlers } from './turnHandlers.ts';
import { Upkeep } from './upkeep.ts';
import { ensureLocalUser, findLocalUser } from './userRepository.ts';

/** What answers the contract's requests, and its events. */
export interface Store {
  readonly handlers: Handlers<StoreContract>;
  readonly files: FileStore;
  readonly onDidChange: Event<StoreContract['events']['changed']>;
  readonly onNotice: Event<StoreContract['events']['notice']>;
  readonly onDidLock: Event<StoreContract['events']['locked']>;
  /** The same as the request `close`. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly platform: StorePlatform;
  /** By default `always`. */
  readonly sync?: StoreSync | undefined;
  /** Where files are kept beside the database: the folder `files` in that of the platform. */
  readonly fileFolder: FileFolder;
  /** Where backups are kept, and how other files are read and written. */
  readonly archive: ArchiveFiles;
  /** Where the key is found of a store that is encrypted. */
  readonly keySource: KeySource;
  /** Answers what takes long; by default it is done here. */
  readonly aside?: Aside | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Opened {
  readonly engine: Engine<StoreSchema>;
  /** Who the local user of a database is: another one after a restore. */
  readonly findUser: (database: Kysely<StoreSchema>) => Promise<string>;
}

/**
 * The one door to what Sextant stores. The first request opens the folder, and creates it and the
 * local user where they are missing; when that fails the request is told why, and the next one tries
 * again. Errors as the contract says.
 */
export function openStore(options: StoreOptions): Store {
  const { platform, fileFolder, archive, keySource, sync = 'always', aside, now = Date.now } = options;
  const changed = new Emitter<StoreContract['events']['changed']>();
  const noticed = new Emitter<StoreContract['events']['notice']>();
  let opening: Promise<Opened> | undefined;
  let isClosed = false;
  const encryption = new StoreEncryption(keySource);
  const { keys } = encryption;
  encryption.onDidLock(({ reason }) => {
    if (reason === null) changed.fire({ conversationId: null });
  });
  const files = new FileStore({ folder: fileFolder, sha256: (bytes) => platform.sha256(bytes), keys });
  /** Files of the time before encryption was switched; tried again at the next opening when it fails. */
  const adoptFiles = (): void => {
    files.adopt('other mode').catch((error: unknown) => {
      noticed.fire({
        severity: 'warning',
        message: `Not every stored file is encrypted as it should be. ${errorMessage(error)}`,
      });
    });
  };

  const open = async (): Promise<Opened> => {
    const engine = await openEngine<StoreSchema>({ platform, keys, migrations: storeMigrations, sync });
    try {
      if (engine.notice !== null) noticed.fire({ severity: 'warning', message: engine.notice });
      engine.onNotice((notice) => {
        noticed.fire(notice);
      });
      engine.onDidChange(({ topics, origin }) => {
        // Another window may have begun to answer, or deleted something, and may not live to see to it.
        if (origin === 'elsewhere') upkeep.lookIn(UNDO_MS);
        // As when it has switched encryption.
        if (topics === 'everything') adoptFiles();
        for (const topic of topics === 'everything' ? [GENERAL] : topics) {
          changed.fire({ conversationId: topic === GENERAL ? null : topic });
        }
      });
      const user = localUser(engine);
      await openLocalUser(engine, now());
      upkeep.lookIn(0);
      adoptFiles();
      return { engine, findUser: user };
    } catch (error) {
      await engine.close();
      throw error;
    }
  };
  const opened = (): Promise<Opened> => {
    if (isClosed) throw new SextantError('closed', t('The store is closed.'));
    opening ??= encryption.unlocking(open).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await upkeep.close();
    const last = await opening?.catch(() => undefined);
    await last?.engine.close();
  };
  const access = storeAccess(opened, encryption, now);
  const upkeep = new Upkeep(() => keepUp(access, files));
  /** For work that does not go through `access`: the key is at hand from now on. */
  const unlocked = (): Promise<Engine<StoreSchema>> =>
    encryption.unlocking(async () => {
      const { engine } = await opened();
      await engine.read(() => Promise.resolve());
      return engine;
    });
  const archiveKeys = {
    current: () => keys.current,
    find: async (id: string) => keys.all.find((key) => key.id === id) ?? (await keySource.find(id)),
  };
  const backups = new Backups({ engine: unlocked, files, archive, keys: archiveKeys, now });
  const handlers = {
    ...accountHandlers(access),
    ...libraryHandlers(access, files, () => {
      upkeep.lookIn(UNDO_MS);
    }),
    ...personaHandlers(access, () => {
      upkeep.lookIn(UNDO_MS);
    }),
    ...turnHandlers(access, files),
    ...fileHandlers(access, files),
    ...historyHandlers(access, files),
    ...archiveHandlers(access, { engine: unlocked, files, archive, backups, now }, aside),
    ...encryption.handlers({
      engine: async () => (await opened()).engine,
      files,
      backups,
      writeDown: (subject) =>
        access.write(null, (scope) => addAuditEntry(scope, { action: 'encryption switched', subject, detail: {} })),
    }),
    status: async () => {
      const { engine } = await opened();
      return encryption.unlocking(() => engine.status());
    },
    checkIntegrity: async () => (await unlocked()).checkIntegrity(),
    close,
  };
  return {
    handlers,
    files,
    onDidChange: changed.event,
    onNotice: noticed.event,
    onDidLock: encryption.onDidLock,
    close,
  };
}

function storeAccess(
  opened: () => Promise<Opened>,
  encryption: Pick<StoreEncryption, 'unlocking'>,
  now: () => number,
): StoreAccess {
  return {
    read: async (work) => {
      const { engine, findUser } = await opened();
      return encryption.unlocking(() =>
        engine.read(async (database) => work({ database, userId: await findUser(database), nowMs: now() })),
      );
    },
    write: async (about, work) => {
      const { engine, findUser } = await opened();
      return encryption.unlocking(() =>
        engine.transaction(async (database, touch) => {
          const result = await work({ database, userId: await findUser(database), nowMs: now() });
          const topics = typeof about === 'function' ? about(result) : (about ?? []);
          for (const topic of typeof topics === 'string' ? [topics] : topics) touch(topic);
          return result;
        }),
      );
    },
  };
}

async function openLocalUser(engine: Engine<StoreSchema>, nowMs: number): Promise<void> {
  const newId = uuidV7(nowMs);
  if ((await engine.read(findLocalUser)) === undefined) {
    await engine.transaction((database) => ensureLocalUser(database, newId, nowMs));
  }
}

/** Looks for the local user once for each database that the engine goes on with. */
function localUser(engine: Engine<StoreSchema>): Opened['findUser'] {
  let known: string | undefined;
  engine.onDidChange(({ topics }) => {
    if (topics === 'everything') known = undefined;
  });
  return async (database) => {
    known ??= await findLocalUser(database);
    if (known === undefined) throw new SextantError('damaged', t('The store has no user. Restore a backup.'));
    return known;
  };
}
