import type { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
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
            t('{0} ended its answer before it began. Try again, or check the address {1}.', name, place.baseUrl),
          ];
    case 'empty':
      return [
        'bad-response',
        ['retry', 'pick-model', 'use-offline'],
        t('{0} answered with nothing at all. Try again, or pick another model than “{1}”.', name, model),
      ];
    case 'withheld':
      return [
        'refused',
        ['pick-model'],
        t(
          'The content filter of {0} withheld the answer. Ask in other words, or pick another model than “{1}”.',
          name,
          model,
        ),
      ];
    case 'web-page':
      return [
        'bad-response',
        ['edit-endpoint', 'retry'],
        t(
          "{0} answered with a web page instead of a model's answer. Check the address of {1}; a proxy or a sign-in page may also stand in the way.",
          place.baseUrl,
          name,
        ),
      ];
    case 'redirect':
      return ['bad-response', ['edit-endpoint'], describeRedirect(failure.location, place)];
    case 'unreadable':
      return [
        'bad-response',
        ['retry', 'edit-endpoint', 'pick-model'],
        hasShown
          ? t(
              '{0} sent something that is not an answer in its own format; what came before it is above. Try again, or check that {1} speaks the right protocol.',
              name,
              place.baseUrl,
            )
          : t(
              '{0} sent something that is not an answer in its own format. Try again, or check that {1} speaks the right protocol.',
              name,
              place.baseUrl,
            ),
      ];
    case 'oversized':
      return [
        'bad-response',
        ['edit-endpoint', 'pick-model'],
        t(
          '{0} sent more than {1} MB for one answer, and was stopped. Check the address {2}.',
          name,
          String(failure.limitBytes / 1024 / 1024),
          place.baseUrl,
        ),
      ];
    case 'too-long':
      return ['too-large', ['pick-model'], tooLong(name, model, failure.contextWindow)];
    case 'bad-header':
      return [
        'auth',
        ['edit-endpoint', 'set-key'],
        t(
          'The header “{0}” for {1} has a name or a value that cannot be sent. Check the headers in the settings, or store the key again.',
          failure.header,
          name,
        ),
      ];
    case 'bad-parameter':
      return [
        'bad-response',
        ['edit-parameters', 'pick-model'],
        t(
          '“{0}” cannot be one of the parameters for {1} in “sextant.bodyParameters”: Sextant writes it itself. Take it out there.',
          failure.parameter,
          name,
        ),
      ];
    case 'no-key':
      return [
        'auth',
        ['set-key', 'pick-model', 'use-offline'],
        t('{0} needs a key, and none is stored. Store one with “Sextant: Store an API Key”.', name),
      ];
    case 'local-only':
      return [
        'refused',
        ['pick-model', 'use-offline'],
        t(
          '“Local only” is on, so nothing was sent to {0} at {1}. Pick a model that runs on this machine, or turn “Local only” off.',
          name,
          origin(place),
        ),
      ];
    case 'forbidden':
      return ['refused', ['pick-model', 'use-offline'], failure.sentence];
  }
}

function describeRedirect(location: string | null, place: Place): string {
  let target: string | null = null;
  if (location !== null && URL.canParse(location, place.baseUrl)) target = new URL(location, place.baseUrl).origin;
  return target === null
    ? t(
        '{0} sends its visitors elsewhere. Your key is not sent along: check the address of {1}, and enter the new one if you trust it.',
        place.baseUrl,
        place.displayName,
      )
    : t(
        '{0} sends its visitors to {1}. Your key is not sent along: check the address of {2}, and enter the new one if you trust it.',
        place.baseUrl,
        target,
        place.displayName,
      );
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
        t(
          isLoopback(place.baseUrl)
            ? '{0} at {1} did not answer within {2}. Check that it is running and not busy; a smaller model loads faster, or try again.'
            : '{0} at {1} did not answer within {2}. Check that it is running and not busy, or try again.',
          name,
          origin(place),
          after,
        ),
      ];
    case 'first-token':
      return [
        'network',
        actions,
        t(
          '{0} accepted the question, but sent nothing for {1}. Try again, or pick another model than “{2}”.',
          name,
          after,
          model,
        ),
      ];
    case 'stall':
      return [
        'network',
        actions,
        t(
          '{0} stopped in the middle of its answer and sent nothing more for {1}. What came before is above. Try again.',
          name,
          after,
        ),
      ];
  }
}

function cut(name: string): Described {
  return [
    'network',
    ['retry', 'pick-model'],
    t('The connection to {0} ended in the middle of the answer: it is cut off above. Try again.', name),
  ];
}
