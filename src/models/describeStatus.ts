import { t } from '../base/texts.ts';
import { describeProxy } from './describeNetwork.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';
import { type Failure, saysBadKey, saysNoCredit, saysTooLong } from './failure.ts';
import { type Described, type Place, duration, tooLong } from './wording.ts';

const LONGEST_QUOTE = 200;

/** Kind, actions and sentence for an answer with an error in it. */
export function describeStatus(
  failure: Extract<Failure, { type: 'status' }>,
  place: Place,
  model: string,
  hasShown: boolean,
): Described {
  const { status } = failure;
  const name = place.displayName;
  const said = quote(failure.said, place);
  const says = said === null ? '' : ` ${t('It says: {0}', said)}`;
  if (saysNoCredit(failure.said) || status === 402) {
    return [
      'rate-limit',
      ['pick-model', 'set-key', 'use-offline'],
      t('Your account at {0} has no credit left for this. Add credit there, or pick another model.', name) + says,
    ];
  }
  if (
    status === 413 ||
    ((status === 400 || status === 422 || status === 500 || status === 200) && saysTooLong(failure.said))
  ) {
    return ['too-large', ['pick-model'], tooLong(name, model, null) + says];
  }
  if (hasShown) {
    return [
      'server',
      ['retry', 'pick-model'],
      t('{0} broke off its answer with an error; what came before it is above. Try again.', name) + says,
    ];
  }
  // Google answers 400 to a wrong key.
  switch ((status === 400 || status === 403) && saysBadKey(failure.said) ? 401 : status) {
    case 401:
      return place.apiKey === null
        ? [
            'auth',
            ['set-key', 'pick-model', 'use-offline'],
            t('{0} asks for a key, and none is stored for it. Store one with “Sextant: Store an API Key”.', name),
          ]
        : [
            'auth',
            ['set-key', 'pick-model', 'use-offline'],
            t('{0} refused the key. Check that it is complete and still valid, and store it again.', name),
          ];
    case 403:
      return [
        'auth',
        ['set-key', 'pick-model', 'use-offline'],
        t(
          '{0} does not allow this with your key: it may lack the right to use “{1}”, or the service is not offered in your region.',
          name,
          model,
        ) + says,
      ];
    case 404:
      return describeNotFound(failure.said, place, model, says);
    case 407:
      return describeProxy(place);
    case 429:
      return [
        'rate-limit',
        ['retry', 'pick-model', 'use-offline'],
        describeRateLimit(failure.retryAfterMs, name) + says,
      ];
  }
  if (status >= 500) {
    const wait = failure.retryAfterMs === null ? '' : ` ${t('It asks to wait {0}.', duration(failure.retryAfterMs))}`;
    const what =
      status === 503 || status === 529
        ? t('{0} is overloaded or not ready.', name)
        : t('{0} has trouble of its own (status {1}).', name, status);
    return [
      'server',
      ['retry', 'pick-model', 'use-offline'],
      `${what}${wait} ${t('Try again in a while, or pick another model.')}${says}`,
    ];
  }
  if (/does not support (?:insert|fill|suffix|chat|generate)/i.test(failure.said ?? '')) {
    return ['bad-response', ['pick-model'], t('The model “{0}” cannot do this. Pick another one.', model) + says];
  }
  const code = status === 200 ? t('an error') : t('status {0}', status);
  return [
    'bad-response',
    ['pick-model', 'edit-endpoint', 'retry'],
    t('{0} refused the request for “{1}” with {2}.', name, model, code) +
      (says === '' ? ` ${t('Check the model and the address.')}` : says),
  ];
}

function describeNotFound(said: string | null, place: Place, model: string, says: string): Described {
  const isAboutModel = said !== null && (/\bmodels?\b/i.test(said) || said.includes(model));
  if (!isAboutModel) {
    return [
      'not-found',
      ['edit-endpoint', 'pick-model'],
      t(
        "There is nothing at this address under {0}. Check the address of {1}, and the model's name “{2}”.",
        place.baseUrl,
        place.displayName,
        model,
      ) + says,
    ];
  }
  const how =
    place.protocol === 'ollama'
      ? ` ${t('Get it with “ollama pull {0}”, or pick another one.', model)}`
      : ` ${t('Pick another one.')}`;
  return [
    'not-found',
    ['pick-model', 'edit-endpoint'],
    t('{0} has no model “{1}”.', place.displayName, model) + how + says,
  ];
}

function describeRateLimit(retryAfter: number | null, name: string): string {
  return retryAfter === null
    ? t('{0} has had too many requests. Wait a minute and try again, or pick another model.', name)
    : t(
        '{0} has had too many requests and asks to wait {1}. Try again after that, or pick another model.',
        name,
        duration(retryAfter),
      );
}

/** A provider's words in one short line without secrets. Some echo the request after a marker like `input`. */
function quote(said: string | null, place: Place): string | null {
  if (said === null) return null;
  const known = [place.apiKey ?? '', ...Object.values(place.headers)];
  const words = redactSecrets(said.split(/['"]?\binput(?:_value)?['"]?\s*[:=]/, 1)[0] ?? '', known)
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  if (words === '') return null;
  return `“${words.length > LONGEST_QUOTE ? `${words.slice(0, LONGEST_QUOTE)}…` : words}”`;
}
