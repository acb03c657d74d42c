import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import type { OtherKey } from '../protocol/keyRefusal.ts';
import type { BodyParameters } from './bodyParameters.ts';
import type { ProviderLimits } from './rateLimits.ts';
import type { Protocol } from './registry.ts';

/** A wire that Sextant itself speaks over HTTP. */
export type HttpProtocol = Exclude<Protocol, 'vscode' | 'offline'>;

/** Where and how a provider is reached for one request. It holds the key: keep it no longer than that. */
export interface Endpoint {
  /** What sentences for the user call the provider. */
  readonly displayName: string;
  readonly protocol: HttpProtocol;
  /** As {@link normaliseAddress} returns it. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Which header its keys go into, where that is not its wire’s. */
  readonly keyHeader?: string;
  /** Asked where the provider does not serve the key. */
  readonly otherKey?: OtherKey;
  /** Hears which key a request was served with. */
  readonly onServed?: (key: string | null) => void;
  /** Sent with every request; they win over the wire's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** It is started by a command where it runs on this machine. */
  readonly canBeStarted?: boolean;
  /** Put into the body of what asks for text; see {@link withParameters}. */
  readonly parameters?: BodyParameters;
  /** Whom a request has to wait for. */
  readonly limits?: ProviderLimits;
  readonly fetch: Fetch;
  /** What VS Code calls the machine that it works on, where that is not the user’s own. */
  readonly remote?: string;
}

/** What people paste in after the base: the address of one method. */
const METHODS: Readonly<Record<HttpProtocol, RegExp>> = {
  openai: /\/(?:(?:chat\/|fim\/)?completions|responses|models|embeddings|rerank)$/,
  'openai-compatible': /\/(?:(?:chat\/|fim\/)?completions|responses|models|embeddings|rerank)$/,
  anthropic: /\/(?:messages|models)$/,
  google: /\/models(?:\/[^/]*)?$/,
  ollama: /\/(?:api(?:\/(?:chat|generate|tags|show|version))?|v1(?:\/.*)?)$/,
};

const VERSION: Readonly<Record<HttpProtocol, string>> = {
  openai: '/v1',
  'openai-compatible': '/v1',
  anthropic: '/v1',
  google: '/v1beta',
  ollama: '',
};

/**
 * The base address as the wires want it, from whatever a user typed: with or without scheme, version,
 * slash at the end or the path of a method. Throws code `invalid` with a sentence that says what is
 * wrong with it.
 */
export function normaliseAddress(typed: string, protocol: HttpProtocol): string {
  const text = typed.trim();
  if (text === '') throw invalid(t('The address is empty. Enter one like http://127.0.0.1:8080/v1.'));
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `${schemeFor(text)}://${text}`);
  } catch {
    throw invalid(t('That is not an address. Enter one like http://127.0.0.1:8080/v1.'));
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(t('An address starts with http:// or https://, not with {0}//.', url.protocol));
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(t('The address holds a name or password. Leave it out, and store it as the key instead.'));
  }
  const azure = protocol === 'openai' ? azureAddress(url) : null;
  if (azure !== null) return azure;
  if (url.search !== '' || url.hash !== '') {
    throw invalid(t('The address has a part after “?” or “#”. Enter it without that part.'));
  }
  const path = url.pathname.replace(/\/+$/, '').replace(METHODS[protocol], '').replace(/\/+$/, '');
  return url.origin + (path === '' ? VERSION[protocol] : path);
}

/**
 * The two forms of Azure’s addresses, from whatever of them its portal shows: `…/openai/v1`, and `…/openai?api-version=…`
 * for the one that names a deployment in its path. Null for an address that is of neither.
 */
function azureAddress({ origin, hostname, pathname, searchParams, hash }: URL): string | null {
  if (hash !== '') return null;
  const [, base, rest = ''] = /^((?:\/.*)?\/openai)(?=\/|$)(.*)$/.exec(pathname) ?? [];
  const version = searchParams.get('api-version');
  const isVersioned = version !== null && searchParams.size === 1 && /^[\w.-]+$/.test(version);
  if (base !== undefined && isVersioned && /^\/v1(?:\/|$)/.test(rest)) return `${origin}${base}/v1`;
  if (base !== undefined && isVersioned) return `${origin}${base}?api-version=${version}`;
  const isAzure = /\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/.test(hostname);
  return isAzure && searchParams.size === 0 && /^(?:\/openai)?\/?$/.test(pathname) ? `${origin}/openai/v1` : null;
}

/** People leave the scheme out mostly for servers in their own house. */
function schemeFor(text: string): 'http' | 'https' {
  const host = text.split(/[:/]/, 1)[0] ?? '';
  const isOwn = host === 'localhost' || /^[\d.]+$/.test(host) || text.startsWith('[') || !host.includes('.');
  return isOwn ? 'http' : 'https';
}

function invalid(message: string): SextantError {
  return new SextantError('invalid', message);
}
