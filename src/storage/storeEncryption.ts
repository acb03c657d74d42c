import { Emitter, type Event } from '../base/emitter.ts';
import { SextantError, errorCode, errorMessage } from '../base/errors.ts';
import type { EncryptionRequests, StoreContract } from '../protocol/store.ts';
import type { Backups } from './archive/backups.ts';
import type { Engine } from './engine/engine.ts';
import type { FileStore } from './files/fileStore.ts';
import { lockedError } from './seal/lockedError.ts';
import type { StoreKey } from './seal/seal.ts';
import { StoreKeys } from './seal/storeKeys.ts';
import type { RequestHandlers } from './storeAccess.ts';

/** How the store comes by its key, and by one that it is to be encrypted with. */
export interface KeySource {
  /** Null when nobody knows the key of this id. */
  find(keyId: string): Promise<StoreKey | null>;
  /** Code `invalid` when these bytes are no key. */
  open(secret: Uint8Array): StoreKey;
}

interface SealedEngine extends Pick<Engine<unknown>, 'seal'> {
  read(work: () => Promise<void>): Promise<void>;
}

interface EncryptedParts {
  readonly engine: () => Promise<SealedEngine>;
  readonly files: Pick<FileStore, 'adopt'>;
  readonly backups: Pick<Backups, 'adopt'>;
  /** For the audit log. */
  readonly writeDown: (subject: string) => Promise<void>;
}

/** Keys that are missing, one after the other: of the newest generation, and of one that a repair goes back to. */
const ATTEMPTS = 3;

/** Fetches the key when it is needed, and switches encryption on and off. */
export class StoreEncryption {
  readonly keys = new StoreKeys();
  readonly #source: KeySource;
  readonly #locked = new Emitter<StoreContract['events']['locked']>();
  readonly onDidLock: Event<StoreContract['events']['locked']> = this.#locked.event;
  #isLocked = false;

  constructor(source: KeySource) {
    this.#source = source;
  }

  /** Does the work, and again with the key when it fails for want of that. */
  async unlocking<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await work();
        this.#tell(null);
        return result;
      } catch (error) {
        const keyId = lockingKeyId(error);
        const key = keyId === undefined || attempt === ATTEMPTS ? null : await this.#find(keyId);
        if (keyId !== undefined && key === null) this.#tell(errorMessage(error));
        if (key === null) throw error;
        this.keys.add(key);
      }
    }
  }

  handlers({ engine, files, backups, writeDown }: EncryptedParts): RequestHandlers<EncryptionRequests> {
    const seal = async (key: StoreKey | null): Promise<{ left: number }> => {
      await (await engine()).seal(key);
      const left = await files.adopt('all');
      await backups.adopt();
      await writeDown(`the stored chats, ${key === null ? 'off' : 'on'}`);
      return { left };
    };
    return {
      'encryption.get': async () => {
        try {
          const opened = await engine();
          await this.unlocking(() => opened.read(() => Promise.resolve()));
        } catch (error) {
          const keyId = lockingKeyId(error);
          if (keyId === undefined) throw error;
          return { state: 'locked', keyId };
        }
        const { current } = this.keys;
        return current === null ? { state: 'off' } : { state: 'on', keyId: current.id };
      },
      'encryption.turnOn': ({ secret }) => seal(this.#source.open(secret)),
      'encryption.turnOff': () => this.unlocking(() => seal(null)),
    };
  }

  async #find(keyId: string): Promise<StoreKey | null> {
    try {
      return await this.#source.find(keyId);
    } catch (error) {
      const locked = lockedError(keyId, errorMessage(error));
      this.#tell(locked.message);
      throw locked;
    }
  }

  #tell(reason: string | null): void {
    const isLocked = reason !== null;
    if (isLocked !== this.#isLocked) this.#locked.fire({ reason });
    this.#isLocked = isLocked;
  }
}

function lockingKeyId(error: unknown): string | undefined {
  if (errorCode(error) !== 'locked' || !(error instanceof SextantError)) return undefined;
  const { keyId } = error.data;
  return typeof keyId === 'string' ? keyId : undefined;
}
