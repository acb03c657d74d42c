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
  const says = said === null ? '' : ` It says: ${said}`;
  if (saysNoCredit(failure.said) || status === 402) {
    return [
      'rate-limit',
      ['pick-model', 'set-key', 'use-offline'],
      `Your account at ${name} has no credit left for this. Add credit there, or pick another model.${says}`,
    ];
  }
  if (
    status === 413 ||
    ((status === 400 || status === 422 || status === 500 || status === 200) && saysTooLong(failure.said))
  ) {
    return ['too-large', ['pick-model'], tooLong(name, model, '') + says];
  }
  if (hasShown) {
    return [
      'server',
      ['retry', 'pick-model'],
      `${name} broke off its answer with an error; what came before it is above. Try again.${says}`,
    ];
  }
  // Google answers 400 to a wrong key.
  switch ((status === 400 || status === 403) && saysBadKey(failure.said) ? 401 : status) {
    case 401:
      return place.apiKey === null
        ? [
            'auth',
            ['set-key', 'pick-model', 'use-offline'],
            `${name} asks for a key, and none is stored for it. Store one with “Sextant: Store an API Key”.`,
          ]
        : [
            'auth',
            ['set-key', 'pick-model', 'use-offline'],
            `${name} refused the key. Check that it is complete and still valid, and store it again.`,
          ];
    case 403:
      return [
        'auth',
        ['set-key', 'pick-model', 'use-offline'],
        `${name} does not allow this with your key: it may lack the right to use “${model}”, or the service is not offered in your region.${says}`,
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
    const wait = failure.retryAfterMs === null ? '' : ` It asks to wait ${duration(failure.retryAfterMs)}.`;
    const what =
      status === 503 || status === 529
        ? 'is overloaded or not ready'
        : `has trouble of its own (status ${String(status)})`;
    return [
      'server',
      ['retry', 'pick-model', 'use-offline'],
      `${name} ${what}.${wait} Try again in a while, or pick another model.${says}`,
    ];
  }
  if (/does not support (?:insert|fill|suffix|chat|generate)/i.test(failure.said ?? '')) {
    return ['bad-response', ['pick-model'], `The model “${model}” cannot do this. Pick another one.${says}`];
  }
  const code = status === 200 ? 'an error' : `status ${String(status)}`;
  return [
    'bad-response',
    ['pick-model', 'edit-endpoint', 'retry'],
    `${name} refused the request for “${model}” with ${code}.${says === '' ? ' Check the model and the address.' : says}`,
  ];
}

function describeNotFound(said: string | null, place: Place, model: string, says: string): Described {
  const isAboutModel = said !== null && (/\bmodels?\b/i.test(said) || said.includes(model));
  if (!isAboutModel) {
    return [
      'not-found',
      ['edit-endpoint', 'pick-model'],
      `There is nothing at this address under ${place.baseUrl}. Check the address of ${place.displayName}, and the model's name “${model}”.${says}`,
    ];
  }
  const how =
    place.protocol === 'ollama' ? ` Get it with “ollama pull ${model}”, or pick another one.` : ' Pick another one.';
  return ['not-found', ['pick-model', 'edit-endpoint'], `${place.displayName} has no model “${model}”.${how}${says}`];
}

function describeRateLimit(retryAfter: number | null, name: string): string {
  return retryAfter === null
    ? `${name} has had too many requests. Wait a minute and try again, or pick another model.`
    : `${name} has had too many requests and asks to wait ${duration(retryAfter)}. Try again after that, or pick another model.`;
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
