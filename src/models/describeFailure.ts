import type { SextantError } from '../base/errors.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { describeNetwork } from './describeNetwork.ts';
import { describeStatus } from './describeStatus.ts';
import { type Failure, limitSaid } from './failure.ts';
import { type ModelErrorAction, type ModelErrorDetails, modelError } from './modelError.ts';
import { type Described, type Place, duration, origin, tooLong } from './wording.ts';

/**
 * The model error for a failure: cause and way out in sentences, with the provider's own words where
 * they help. `hasShown` says that a part of the answer stands above the error. Keys are never in it,
 * neither is the failure's own error object, which may hold the whole request.
 */
export function describeFailure(failure: Failure, place: Place, model: string, hasShown: boolean): SextantError {
  const [kind, actions, message] = describe(failure, place, model, hasShown);
  const retryAfterMs = failure.type === 'status' ? failure.retryAfterMs : null;
  const contextWindow = kind === 'too-large' ? windowOf(failure) : null;
  const details: ModelErrorDetails = {
    kind,
    actions,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(contextWindow === null ? {} : { contextWindow }),
  };
  return modelError(details, message);
}

function windowOf(failure: Failure): number | null {
  if (failure.type === 'too-long') return failure.contextWindow;
  return failure.type === 'status' ? limitSaid(failure.said) : null;
}

function describe(failure: Failure, place: Place, model: string, hasShown: boolean): Described {
  const name = place.displayName;
  switch (failure.type) {
    case 'status':
      return describeStatus(failure, place, model, hasShown);
    case 'network':
      return hasShown ? cut(name) : describeNetwork(failure.code, place);
    case 'timeout':
      return describeTimeout(failure, place, model);
    case 'incomplete':
      return hasShown
        ? cut(name)
        : [
            'bad-response',
            ['retry', 'edit-endpoint', 'pick-model'],
            `${name} ended its answer before it began. Try again, or check the address ${place.baseUrl}.`,
          ];
    case 'empty':
      return [
        'bad-response',
        ['retry', 'pick-model', 'use-offline'],
        `${name} answered with nothing at all. Try again, or pick another model than “${model}”.`,
      ];
    case 'withheld':
      return [
        'refused',
        ['pick-model'],
        `The content filter of ${name} withheld the answer. Ask in other words, or pick another model than “${model}”.`,
      ];
    case 'web-page':
      return [
        'bad-response',
        ['edit-endpoint', 'retry'],
        `${place.baseUrl} answered with a web page instead of a model's answer. Check the address of ${name}; a proxy or a sign-in page may also stand in the way.`,
      ];
    case 'redirect':
      return ['bad-response', ['edit-endpoint'], describeRedirect(failure.location, place)];
    case 'unreadable':
      return [
        'bad-response',
        ['retry', 'edit-endpoint', 'pick-model'],
        `${name} sent something that is not an answer in its own format${hasShown ? '; what came before it is above' : ''}. Try again, or check that ${place.baseUrl} speaks the right protocol.`,
      ];
    case 'oversized':
      return [
        'bad-response',
        ['edit-endpoint', 'pick-model'],
        `${name} sent more than ${String(failure.limitBytes / 1024 / 1024)} MB for one answer, and was stopped. Check the address ${place.baseUrl}.`,
      ];
    case 'too-long':
      return [
        'too-large',
        ['pick-model'],
        tooLong(name, model, ` of about ${failure.contextWindow.toLocaleString('en')} tokens`),
      ];
    case 'bad-header':
      return [
        'auth',
        ['edit-endpoint', 'set-key'],
        `The header “${failure.header}” for ${name} has a name or a value that cannot be sent. Check the headers in the settings, or store the key again.`,
      ];
    case 'no-key':
      return [
        'auth',
        ['set-key', 'pick-model', 'use-offline'],
        `${name} needs a key, and none is stored. Store one with “Sextant: Store an API Key”.`,
      ];
    case 'local-only':
      return [
        'refused',
        ['pick-model', 'use-offline'],
        `“Local only” is on, so nothing was sent to ${name} at ${origin(place)}. Pick a model that runs on this machine, or turn “Local only” off.`,
      ];
  }
}

function describeRedirect(location: string | null, place: Place): string {
  let target: string | null = null;
  if (location !== null && URL.canParse(location, place.baseUrl)) target = new URL(location, place.baseUrl).origin;
  const where = target === null ? 'elsewhere' : `to ${target}`;
  return `${place.baseUrl} sends its visitors ${where}. Your key is not sent along: check the address of ${place.displayName}, and enter the new one if you trust it.`;
}

function describeTimeout(failure: Extract<Failure, { type: 'timeout' }>, place: Place, model: string): Described {
  const after = duration(failure.afterMs);
  const name = place.displayName;
  const actions: ModelErrorAction[] = ['retry', 'pick-model', 'use-offline'];
  switch (failure.phase) {
    case 'connect':
      return [
        'network',
        [...actions, 'edit-endpoint'],
        `${name} at ${origin(place)} did not answer within ${after}. Check that it is running and not busy${isLoopback(place.baseUrl) ? '; a smaller model loads faster' : ''}, or try again.`,
      ];
    case 'first-token':
      return [
        'network',
        actions,
        `${name} accepted the question, but sent nothing for ${after}. Try again, or pick another model than “${model}”.`,
      ];
    case 'stall':
      return [
        'network',
        actions,
        `${name} stopped in the middle of its answer and sent nothing more for ${after}. What came before is above. Try again.`,
      ];
  }
}

function cut(name: string): Described {
  return [
    'network',
    ['retry', 'pick-model'],
    `The connection to ${name} ended in the middle of the answer: it is cut off above. Try again.`,
  ];
}
