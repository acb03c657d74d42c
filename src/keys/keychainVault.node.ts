import { SextantError, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { Keychain } from './keyVault.ts';

/** The part of keytar that is used. */
interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export interface KeychainOptions {
  /** What the entries are filed under. Tests use one of their own. */
  readonly service?: string;
  /** Time for one call, milliseconds: enough to type a password that the keychain may ask for. */
  readonly timeoutMs?: number;
}

const PROBE_ACCOUNT = 'probe';

/**
 * The keychain of the operating system: Keychain on macOS, Credential Manager on Windows, the Secret
 * Service on Linux. Its native part is loaded at the first call. A call that does not come back in time
 * fails, and until it does come back further ones fail at once.
 */
export function keychainVault({ service = 'Sextant', timeoutMs = 15_000 }: KeychainOptions = {}): Keychain {
  let loading: Promise<Keytar> | undefined;
  let hanging = 0;

  const call = async <T>(work: (keytar: Keytar) => Promise<T>): Promise<T> => {
    if (hanging > 0) throw unavailable(t('it does not answer; it may be waiting for you to unlock it'));
    let keytar: Keytar;
    try {
      keytar = await (loading ??= loadKeytar());
    } catch {
      throw unavailable(t('its library could not be loaded; on Linux it needs libsecret'));
    }
    const pending = work(keytar);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        hanging++;
        const isBack = (): void => {
          hanging--;
        };
        pending.then(isBack, isBack);
        reject(unavailable(t('it does not answer; it may be waiting for you to unlock it')));
      }, timeoutMs);
    });
    try {
      return await Promise.race([pending, timeout]);
    } catch (error) {
      throw error instanceof SextantError ? error : unavailable(errorMessage(error));
    } finally {
      clearTimeout(timer);
    }
  };

  const get = (account: string): Promise<string | null> => call((keytar) => keytar.getPassword(service, account));
  return {
    name: t('the OS keychain'),
    has: async (provider) => ((await get(provider)) ?? '') !== '',
    get,
    peek: get,
    set: (provider, key) => call((keytar) => keytar.setPassword(service, provider, key)),
    delete: (provider) => call((keytar) => keytar.deletePassword(service, provider)),
    async problem() {
      try {
        await get(PROBE_ACCOUNT);
        return null;
      } catch (error) {
        return errorMessage(error);
      }
    },
  };
}

async function loadKeytar(): Promise<Keytar> {
  const module = (await import('keytar')) as Keytar & { readonly default?: Keytar };
  return module.default ?? module;
}

function unavailable(reason: string): SextantError {
  return new SextantError('keychain', t('The OS keychain cannot be used: {0}.', reason.replace(/\.$/, '')));
}
