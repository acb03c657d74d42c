import { type Event, Emitter } from '../base/emitter.ts';
import { SextantError } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Handlers } from '../base/rpc.ts';
import type { StartTurn, StoreContract } from '../protocol/store.ts';
import { appendToAnswer, finishTurn, renewLease, setContext } from './answerRepository.ts';
import {
  deleteConversation,
  getConversation,
  listConversations,
  renameConversation,
} from './conversationRepository.ts';
import type { Engine, StoreSync } from './engine/engine.ts';
import { openEngine } from './engine/openEngine.ts';
import type { StorePlatform } from './engine/platform.ts';
import type { FileFolder } from './files/fileFolder.ts';
import { FileStore } from './files/fileStore.ts';
import { storeMigrations } from './migrations/storeMigrations.ts';
import {
  deleteProviderConfig,
  listProviderConfigs,
  listProviders,
  saveProvider,
  saveProviderConfig,
} from './providerRepository.ts';
import type { StoreSchema } from './schema.ts';
import type { Scope } from './scope.ts';
import { StoreKeys } from './seal/storeKeys.ts';
import { answerAgain, startTurn } from './turnRepository.ts';
import {
  ensureLocalUser,
  findLocalUser,
  getSetting,
  getUser,
  setActiveConversation,
  setPreferredModel,
  setSetting,
} from './userRepository.ts';

/** What answers the contract's requests, and its events. */
export interface Store {
  readonly handlers: Handlers<StoreContract>;
  readonly files: FileStore;
  readonly onDidChange: Event<StoreContract['events']['changed']>;
  readonly onNotice: Event<StoreContract['events']['notice']>;
  /** The same as the request `close`. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly platform: StorePlatform;
  /** By default `always`. */
  readonly sync?: StoreSync | undefined;
  /** Where files are kept beside the database: the folder `files` in that of the platform. */
  readonly fileFolder: FileFolder;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Opened {
  readonly engine: Engine<StoreSchema>;
  readonly userId: string;
}

/** The id of the conversation that a transaction changes, or how its result tells; null when nobody need know. */
type About<T> = string | null | ((result: T) => string);

/** A page of conversations is never larger. */
const PAGE_LIMIT = 1_000;
/** A longer text is no message that anybody wrote or a model answered. */
const TEXT_LIMIT = 64_000_000;
/** The topic of what belongs to no one conversation. */
const GENERAL = '';

/**
 * The one door to what Sextant stores. The first request opens the folder, and creates it and the
 * local user where they are missing; when that fails the request is told why, and the next one tries
 * again. Errors as the contract says.
 */
export function openStore({ platform, fileFolder, sync = 'always', now = Date.now }: StoreOptions): Store {
  const changed = new Emitter<StoreContract['events']['changed']>();
  const noticed = new Emitter<StoreContract['events']['notice']>();
  let opening: Promise<Opened> | undefined;
  let isClosed = false;
  const files = new FileStore({ folder: fileFolder, sha256: (bytes) => platform.sha256(bytes), keys: new StoreKeys() });

  const open = async (): Promise<Opened> => {
    const engine = await openEngine<StoreSchema>({ platform, migrations: storeMigrations, sync });
    try {
      if (engine.notice !== null) noticed.fire({ severity: 'warning', message: engine.notice });
      engine.onNotice((notice) => {
        noticed.fire(notice);
      });
      engine.onDidChange(({ topics }) => {
        for (const topic of topics === 'everything' ? [GENERAL] : topics) {
          changed.fire({ conversationId: topic === GENERAL ? null : topic });
        }
      });
      return { engine, userId: await openLocalUser(engine, now()) };
    } catch (error) {
      await engine.close();
      throw error;
    }
  };
  const opened = (): Promise<Opened> => {
    if (isClosed) throw new SextantError('closed', 'The store is closed.');
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    const last = await opening?.catch(() => undefined);
    await last?.engine.close();
  };
  const handlers = storeHandlers(opened, close, now);
  return { handlers, files, onDidChange: changed.event, onNotice: noticed.event, close };
}

async function openLocalUser(engine: Engine<StoreSchema>, nowMs: number): Promise<string> {
  const known = await engine.read(findLocalUser);
  const newId = uuidV7(nowMs);
  return known ?? engine.transaction((database) => ensureLocalUser(database, newId, nowMs));
}

function storeHandlers(
  opened: () => Promise<Opened>,
  close: () => Promise<void>,
  now: () => number,
): Handlers<StoreContract> {
  const read = async <T>(work: (scope: Scope) => Promise<T>): Promise<T> => {
    const { engine, userId } = await opened();
    return engine.read((database) => work({ database, userId, nowMs: now() }));
  };
  const write = async <T>(about: About<T>, work: (scope: Scope) => Promise<T>): Promise<T> => {
    const { engine, userId } = await opened();
    return engine.transaction(async (database, touch) => {
      const result = await work({ database, userId, nowMs: now() });
      if (about !== null) touch(typeof about === 'string' ? about : about(result));
      return result;
    });
  };
  /** For work that gives the conversation's id, which is none of the caller's business. */
  const writeMessage = async (work: (scope: Scope) => Promise<string>): Promise<void> => {
    await write((conversationId) => conversationId, work);
  };
  return {
    'user.get': () => read(getUser),
    'user.setPreferredModel': (change) => write(GENERAL, (scope) => setPreferredModel(scope, change)),
    'user.setActiveConversation': (change) => write(GENERAL, (scope) => setActiveConversation(scope, change)),

    'settings.get': (setting) => read((scope) => getSetting(scope, setting)),
    'settings.set': (setting) => write(GENERAL, (scope) => setSetting(scope, setting)),

    'providers.list': () => read(listProviders),
    'providers.save': (provider) => write(GENERAL, (scope) => saveProvider(scope, provider)),
    'providerConfigs.list': () => read(listProviderConfigs),
    'providerConfigs.save': (config) => write(GENERAL, (scope) => saveProviderConfig(scope, config)),
    'providerConfigs.delete': (config) => write(GENERAL, (scope) => deleteProviderConfig(scope, config)),

    'conversations.list': (page) => read((scope) => listConversations(scope, checkPage(page))),
    'conversations.get': (conversation) => read((scope) => getConversation(scope, conversation)),
    'conversations.rename': ({ id, title }) =>
      write(id, (scope) => renameConversation(scope, { id, title: checkTitle(title) })),
    'conversations.delete': (conversation) =>
      write(conversation.id, (scope) => deleteConversation(scope, conversation)),

    'turns.start': (turn) => write(turn.conversationId, (scope) => startTurn(scope, checkTurn(turn))),
    'turns.answerAgain': (again) =>
      write(
        ({ conversationId }) => conversationId,
        (scope) => answerAgain(scope, again),
      ),
    'turns.setContext': (change) => writeMessage((scope) => setContext(scope, change)),
    'turns.append': (piece) => writeMessage((scope) => appendToAnswer(scope, piece)),
    'turns.renewLease': (lease) => write(null, (scope) => renewLease(scope, lease)),
    'turns.finish': (end) => writeMessage((scope) => finishTurn(scope, end)),

    status: async () => (await opened()).engine.status(),
    close,
  };
}

function checkPage({ limit, ...rest }: { limit: number; before?: number }): { limit: number; before?: number } {
  return { ...rest, limit: Math.min(Math.max(1, Math.trunc(limit)), PAGE_LIMIT) };
}

function checkTurn(turn: StartTurn): StartTurn {
  if (turn.text.length > TEXT_LIMIT) {
    throw new SextantError('invalid', 'This message is too long to be stored. Attach it as a file.');
  }
  return { ...turn, title: checkTitle(turn.title) };
}

function checkTitle(title: string): string {
  const trimmed = title.trim();
  if (trimmed === '') throw new SextantError('invalid', 'A conversation needs a title.');
  return trimmed;
}
