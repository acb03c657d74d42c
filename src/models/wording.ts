import { figure, t } from '../base/texts.ts';
import type { Endpoint } from './endpoint.ts';
import type { ModelErrorAction, ModelErrorKind } from './modelError.ts';

/** What is said of a failure. */
export type Described = readonly [kind: ModelErrorKind, actions: readonly ModelErrorAction[], message: string];

/** What a sentence has to know of an endpoint; key and headers only to keep them out of it. */
export type Place = Pick<
  Endpoint,
  'displayName' | 'baseUrl' | 'apiKey' | 'headers' | 'protocol' | 'canBeStarted' | 'remote'
>;

/** The sentence for a prompt that the model cannot take. */
export function tooLong(name: string, model: string, windowTokens: number | null): string {
  return windowTokens === null
    ? t(
        'The conversation and its context are longer than “{0}” at {1} can take. Start a new chat, ask with less context, or pick a model with a larger context window.',
        model,
        name,
      )
    : t(
        'The conversation and its context are longer than “{0}” at {1} can take of about {2} tokens. Start a new chat, ask with less context, or pick a model with a larger context window.',
        model,
        name,
        figure(windowTokens),
      );
}

/** Scheme, host and port of a place. */
export function origin(place: Place): string {
  return URL.canParse(place.baseUrl) ? new URL(place.baseUrl).origin : place.baseUrl;
}

/** The name or number of a place's host. */
export function hostname(place: Place): string {
  return URL.canParse(place.baseUrl) ? new URL(place.baseUrl).hostname : place.baseUrl;
}

/** In the largest unit that says enough: `45 seconds`, `12 minutes`, `3 hours`, `2 days`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const units: readonly [string, number][] = [
    ['second', 1],
    ['minute', 60],
    ['hour', 3600],
    ['day', 86_400],
  ];
  const [unit, size] = units.findLast(([, unitSeconds]) => seconds >= unitSeconds * 1.5) ?? ['second', 1];
  const count = Math.ceil(seconds / size);
  return figure(count, { style: 'unit', unit, unitDisplay: 'long' });
}
