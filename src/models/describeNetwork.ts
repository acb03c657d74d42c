import { t } from '../base/texts.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import type { ModelErrorAction } from './modelError.ts';
import { remoteHint } from './remoteHint.ts';
import { type Described, type Place, hostname, origin } from './wording.ts';

/** Kind, actions and sentence for a connection that failed, by the code of the system, of undici or of Chromium. */
export function describeNetwork(code: string, place: Place): Described {
  const name = place.displayName;
  const host = hostname(place);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER|ALTNAME|ERR_TLS/.test(code)) {
    return [
      'network',
      ['edit-endpoint', 'retry'],
      t(
        'The certificate of {0} is not trusted ({1}). If your company inspects traffic, install its certificate in the operating system; otherwise do not use this address.',
        host,
        code,
      ),
    ];
  }
  if (/EPROTO|SSL|WRONG_VERSION|HPE_|HTTPParser|UND_ERR_INFO|HTTP2/.test(code)) {
    return [
      'network',
      ['edit-endpoint'],
      t(
        '{0} does not speak the protocol of its address ({1}). Check whether it starts with http:// or https://.',
        origin(place),
        code,
      ),
    ];
  }
  switch (code) {
    case 'ECONNREFUSED':
    case 'ERR_CONNECTION_REFUSED':
      return [
        'network',
        [...starting(place), 'retry', 'edit-endpoint', 'use-offline'],
        isLoopback(place.baseUrl)
          ? notRunning(place)
          : t('Nothing answers at {0}. Check that {1} is running there, and its address.', origin(place), name),
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ERR_NAME_NOT_RESOLVED':
      return [
        'network',
        ['retry', 'edit-endpoint', 'use-offline'],
        t('The name {0} is not known to the network. Check the address of {1}, and that you are online.', host, name),
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
        t(
          '{0} could not be reached ({1}). Check that you are online, and the address of {2}; a firewall, VPN or proxy may also stand in the way.',
          host,
          code,
          name,
        ),
      ];
    case 'ERR_PROXY_AUTH_REQUESTED':
    case 'ERR_TUNNEL_CONNECTION_FAILED':
      return describeProxy(place);
    default: {
      // The platform's fetch says nothing of a proxy that wants a sign-in, but that something failed.
      return [
        'network',
        [...(code === 'unknown' ? (['edit-proxy'] as const) : []), 'retry', 'edit-endpoint', 'use-offline'],
        code === 'unknown'
          ? t(
              'The connection to {0} failed. Try again, and check the address of {1}. If a proxy between you and it asks for a sign-in, set it in “http.proxy”.',
              host,
              name,
            )
          : t('The connection to {0} failed ({1}). Try again, and check the address of {2}.', host, code, name),
      ];
    }
  }
}

function starting({ baseUrl, canBeStarted = false }: Place): readonly ModelErrorAction[] {
  return canBeStarted && isLoopback(baseUrl) ? ['start-server'] : [];
}

function notRunning(place: Place): string {
  const sentence = t(
    '{0} is not running: nothing answers at {1}. Start it and try again, or check its address.',
    place.displayName,
    origin(place),
  );
  return place.remote === undefined ? sentence : `${sentence} ${remoteHint(place.remote, place.baseUrl)}`;
}

/** Kind, actions and sentence for a proxy that lets nobody through whom it does not know. */
export function describeProxy({ displayName }: Place): Described {
  return [
    'network',
    ['edit-proxy', 'retry', 'use-offline'],
    t("The proxy between you and {0} asks for a sign-in. Set it in VS Code's “http.proxy” setting.", displayName),
  ];
}
