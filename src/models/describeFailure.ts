import type { SextantError } from '../base/errors.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';
import type { Endpoint } from './endpoint.ts';
import { type Failure, saysNoCredit, saysTooLong } from './failure.ts';
import { type ModelErrorAction, type ModelErrorDetails, type ModelErrorKind, modelError } from './modelError.ts';

const LONGEST_QUOTE = 200;

type Described = readonly [kind: ModelErrorKind, actions: readonly ModelErrorAction[], message: string];

/**
 * The model error for a failure: cause and way out in sentences, with the provider's own words where
 * they help. `hasShown` says that a part of the answer stands above the error. Keys are never in it,
 * neither is the failure's own error object, which may hold the whole request.
 */
export function describeFailure(
  failure: Failure,
  endpoint: Pick<Endpoint, 'displayName' | 'baseUrl' | 'apiKey' | 'headers' | 'protocol'>,
  model: string,
  hasShown: boolean,
): SextantError {
  const [kind, actions, message] = describe(failure, endpoint, model, hasShown);
  const retryAfterMs = failure.type === 'status' ? failure.retryAfterMs : null;
  const details: ModelErrorDetails = { kind, actions, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  return modelError(details, message);
}

type Place = Pick<Endpoint, 'displayName' | 'baseUrl' | 'apiKey' | 'headers' | 'protocol'>;

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
    case 'no-key':
      return [
        'auth',
        ['set-key', 'pick-model', 'use-offline'],
        `${name} needs a key, and none is stored. Store one with “Sextant: Set API Key”.`,
      ];
  }
}

function describeStatus(
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
  switch (status) {
    case 401:
      return place.apiKey === null
        ? [
            'auth',
            ['set-key', 'pick-model', 'use-offline'],
            `${name} asks for a key, and none is stored for it. Store one with “Sextant: Set API Key”.`,
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
      return [
        'network',
        ['retry', 'use-offline'],
        `The proxy between you and ${name} asks for a sign-in. Set it in VS Code's “http.proxy” setting.`,
      ];
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

function describeNetwork(code: string, place: Place): Described {
  const name = place.displayName;
  const host = hostname(place);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER|ALTNAME|ERR_TLS/.test(code)) {
    return [
      'network',
      ['edit-endpoint', 'retry'],
      `The certificate of ${host} is not trusted (${code}). If your company inspects traffic, install its certificate in the operating system; otherwise do not use this address.`,
    ];
  }
  if (/EPROTO|SSL|WRONG_VERSION|HPE_|HTTPPARSER|UND_ERR_INFO|HTTP2/.test(code)) {
    return [
      'network',
      ['edit-endpoint'],
      `${origin(place)} does not speak the protocol of its address (${code}). Check whether it starts with http:// or https://.`,
    ];
  }
  switch (code) {
    case 'ECONNREFUSED':
    case 'ERR_CONNECTION_REFUSED':
      return [
        'network',
        ['retry', 'edit-endpoint', 'use-offline'],
        isLoopback(place.baseUrl)
          ? `${name} is not running: nothing answers at ${origin(place)}. Start it and try again, or check its address.`
          : `Nothing answers at ${origin(place)}. Check that ${name} is running there, and its address.`,
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ERR_NAME_NOT_RESOLVED':
      return [
        'network',
        ['retry', 'edit-endpoint', 'use-offline'],
        `The name ${host} is not known to the network. Check the address of ${name}, and that you are online.`,
      ];
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ERR_CONNECTION_TIMED_OUT':
    case 'ERR_INTERNET_DISCONNECTED':
    case 'ERR_ADDRESS_UNREACHABLE':
      return [
        'network',
        ['retry', 'edit-endpoint', 'use-offline'],
        `${host} could not be reached (${code}). Check that you are online, and the address of ${name}; a firewall, VPN or proxy may also stand in the way.`,
      ];
    case 'ERR_INVALID_ARG_VALUE':
    case 'ERR_INVALID_CHAR':
      return [
        'network',
        ['edit-endpoint', 'set-key'],
        `A header for ${name} holds a character that cannot be sent. Check the headers in the settings, and store the key again.`,
      ];
    default: {
      const shown = code === 'unknown' ? '' : ` (${code})`;
      return [
        'network',
        ['retry', 'edit-endpoint', 'use-offline'],
        `The connection to ${host} failed${shown}. Try again, and check the address of ${name}.`,
      ];
    }
  }
}

function cut(name: string): Described {
  return [
    'network',
    ['retry', 'pick-model'],
    `The connection to ${name} ended in the middle of the answer: it is cut off above. Try again.`,
  ];
}

function tooLong(name: string, model: string, size: string): string {
  return `The conversation and its context are longer than “${model}” at ${name} can take${size}. Start a new chat, ask with less context, or pick a model with a larger context window.`;
}

function origin(place: Place): string {
  return URL.canParse(place.baseUrl) ? new URL(place.baseUrl).origin : place.baseUrl;
}

function hostname(place: Place): string {
  return URL.canParse(place.baseUrl) ? new URL(place.baseUrl).hostname : place.baseUrl;
}

/** A provider's words in one short line without secrets. Some echo the request after a marker like `input`. */
function quote(said: string | null, place: Place): string | null {
  if (said === null) return null;
  const known = [place.apiKey ?? '', ...Object.values(place.headers)];
  const words = redactSecrets(said.split(/['"]?\binput(?:_value)?['"]?\s*[:=]/, 1)[0] ?? '', known)
    // eslint-disable-next-line no-control-regex -- a hostile server may send terminal escapes
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  if (words === '') return null;
  return `“${words.length > LONGEST_QUOTE ? `${words.slice(0, LONGEST_QUOTE)}…` : words}”`;
}

/** In the largest unit that says enough: `45 seconds`, `12 minutes`, `3 hours`, `2 days`. */
function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const units: readonly [string, number][] = [
    ['second', 1],
    ['minute', 60],
    ['hour', 3600],
    ['day', 86_400],
  ];
  const [unit, size] = units.findLast(([, unitSeconds]) => seconds >= unitSeconds * 1.5) ?? ['second', 1];
  const count = Math.ceil(seconds / size);
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}
