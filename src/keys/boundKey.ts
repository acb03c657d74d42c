import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/**
 * A key as a vault keeps it: with the origin (`https://api.example.com`) that it was given for, where that is not its
 * provider's usual one. Whoever changes an address in the settings does not get the key along.
 */
export function bindKey(key: string, origin: string | null, usualOrigin: string | null): string {
  return origin === null || origin === usualOrigin ? key : `${key} ${origin}`;
}

/**
 * The key of what {@link bindKey} gave, to be sent to `origin`. One without an origin is for its provider's usual one,
 * or for any where a provider has none. Throws an error of code `model` that says what to do where it is for another.
 */
export function unbindKey(kept: string, origin: string, usualOrigin: string | null): string {
  // No key has a space in it.
  const [key = '', boundTo = usualOrigin] = kept.split(' ');
  if (boundTo === null || boundTo === origin) return key;
  throw new SextantError(
    'model',
    t(
      'The key that is stored was given for {0}, so it was not sent to {1}. Store the key for that address, or set the address back.',
      boundTo,
      origin,
    ),
    { data: { kind: 'auth', actions: ['set-key', 'edit-endpoint', 'pick-model'] } },
  );
}
