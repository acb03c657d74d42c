import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/**
 * A key as a vault keeps it: with the origin (`https://api.example.com`) that it was given for, where that is not its
 * provider's usual one. Whoever changes an address in the settings does not get the key along.
 */
export function bindKey(key: string, origin: string | null, usualOrigin: string | null): string {
  return origin === null || origin === usualOrigin ? key : `${key} ${origin}`;
}

/** What a vault keeps of a provider: what {@link bindKey} gave for each key, a line each. No key has a space in it. */
export function keptAs(bound: readonly string[]): string {
  return bound.join('\n');
}

export function keysIn(kept: string): readonly string[] {
  return kept.split('\n').filter((line) => line !== '');
}

/** The key alone. */
export function withoutOrigin(bound: string): string {
  return bound.split(' ', 1)[0] ?? '';
}

/**
 * Those keys of what a vault has kept that may be sent to `origin`. One without an origin is for its provider's usual
 * one, or for any where a provider has none. Throws an error of code `model` that says what to do where all are for
 * others.
 */
export function keysFor(origin: string, kept: string, usualOrigin: string | null): readonly string[] {
  const bound = keysIn(kept);
  const boundTo = (each: string): string => each.split(' ')[1] ?? usualOrigin ?? origin;
  const usable = bound.filter((each) => boundTo(each) === origin);
  if (usable.length > 0) return usable.map(withoutOrigin);
  throw new SextantError(
    'model',
    t(
      'The key that is stored was given for {0}, so it was not sent to {1}. Store the key for that address, or set the address back.',
      boundTo(bound[0] ?? ''),
      origin,
    ),
    { data: { kind: 'auth', actions: ['set-key', 'edit-endpoint', 'pick-model'] } },
  );
}
