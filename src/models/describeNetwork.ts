import { isLoopback } from '../privacy/isLoopback.ts';
import { type Described, type Place, hostname, origin } from './wording.ts';

/** Kind, actions and sentence for a connection that failed, by the code of the system, of undici or of Chromium. */
export function describeNetwork(code: string, place: Place): Described {
  const name = place.displayName;
  const host = hostname(place);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER|ALTNAME|ERR_TLS/.test(code)) {
    return [
      'network',
      ['edit-endpoint', 'retry'],
      `The certificate of ${host} is not trusted (${code}). If your company inspects traffic, install its certificate in the operating system; otherwise do not use this address.`,
    ];
  }
  if (/EPROTO|SSL|WRONG_VERSION|HPE_|HTTPParser|UND_ERR_INFO|HTTP2/.test(code)) {
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
    case 'ERR_PROXY_AUTH_REQUESTED':
    case 'ERR_TUNNEL_CONNECTION_FAILED':
      return describeProxy(place);
    default: {
      // The platform's fetch says nothing of a proxy that wants a sign-in, but that something failed.
      const [shown, proxy] =
        code === 'unknown'
          ? ['', ' If a proxy between you and it asks for a sign-in, set it in “http.proxy”.']
          : [` (${code})`, ''];
      return [
        'network',
        ['retry', 'edit-endpoint', 'use-offline'],
        `The connection to ${host} failed${shown}. Try again, and check the address of ${name}.${proxy}`,
      ];
    }
  }
}

/** Kind, actions and sentence for a proxy that lets nobody through whom it does not know. */
export function describeProxy({ displayName }: Place): Described {
  return [
    'network',
    ['retry', 'use-offline'],
    `The proxy between you and ${displayName} asks for a sign-in. Set it in VS Code's “http.proxy” setting.`,
  ];
}
