import * as v from 'valibot';
import { SextantError } from '../base/errors.ts';
import { listed, t } from '../base/texts.ts';
import { isLoopback } from './isLoopback.ts';

/** What an organisation, or the user, has ruled. What is not in it is left to others. Several hold together. */
export interface Policy {
  /** Nothing is sent beyond this machine. */
  readonly localOnly?: boolean;
  /** The registry's names of the providers that may be asked, `vscode` for VS Code's own models. */
  readonly allowedProviders?: readonly string[];
  /**
   * What may be reached beyond this machine: `host`, `host:port`, `*.domain` for all below it, or an address with its
   * scheme and the beginning of the path; `vscode.lm` for VS Code's own models, which go nobody knows where.
   */
  readonly allowedAddresses?: readonly string[];
  /** False: events of use are neither recorded nor sent. */
  readonly telemetry?: boolean;
  /** Where events of use go, in place of the user's own address. */
  readonly telemetryAddress?: string;
  /** Days that chats, and the ledger of requests, are kept, in place of the user's own; 0 for ever. */
  readonly retentionDays?: number;
  readonly keepRequestsDays?: number;
  /** Globs of files that are secret, besides those that usually are. */
  readonly secretFiles?: readonly string[];
  /** False: keys are kept in no keychain and no secret storage, but in a file sealed under a passphrase. */
  readonly keychain?: boolean;
  /** Why the policy could not be read, as a sentence. */
  readonly problem?: string;
}

const days = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(36_500));
const names = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))), v.maxLength(1_000));
const address = v.pipe(v.string(), v.regex(/^https?:\/\/\S+$/u));

const policySchema = v.strictObject({
  localOnly: v.exactOptional(v.boolean()),
  allowedProviders: v.exactOptional(names),
  allowedAddresses: v.exactOptional(names),
  telemetry: v.exactOptional(v.boolean()),
  telemetryAddress: v.exactOptional(address),
  retentionDays: v.exactOptional(days),
  keepRequestsDays: v.exactOptional(days),
  secretFiles: v.exactOptional(names),
  keychain: v.exactOptional(v.boolean()),
});

/**
 * A policy from its JSON. One that is not what it should be lets nothing leave this machine and says why: what an
 * organisation forbids must not be allowed by a slip of the pen.
 */
export function parsePolicy(json: string, file: string): Policy {
  try {
    const parsed: unknown = JSON.parse(json);
    if (Array.isArray(parsed)) return unreadablePolicy(file, t('It is no JSON object.'));
    const result = v.safeParse(policySchema, parsed);
    if (result.success) return result.output;
    const [{ message, path }] = result.issues;
    return unreadablePolicy(file, `${path?.map(({ key }) => String(key)).join('.') ?? ''} ${message}`.trim());
  } catch {
    return unreadablePolicy(file, t('It is no JSON object.'));
  }
}

/** What holds in place of a policy that is there and cannot be read. */
export function unreadablePolicy(file: string, reason: string): Policy {
  const problem = t(
    'The policy {0} cannot be read, so nothing is sent beyond this machine until your administrator has mended it. {1}',
    file,
    reason,
  );
  return { localOnly: true, telemetry: false, problem };
}

/**
 * Why a request may not go: code `local-only`, or `forbidden` for what a list of what is allowed lacks; null where it
 * may. What stays on this machine is held to the providers alone.
 */
export function refusal(
  policies: readonly Policy[],
  address: string,
  provider: string | undefined,
): SextantError | null {
  const isLocal = isLoopback(address);
  for (const { localOnly, allowedProviders, allowedAddresses, problem } of policies) {
    if (localOnly === true && !isLocal) {
      if (problem !== undefined) return new SextantError('forbidden', problem);
      return new SextantError('local-only', t('Sextant is set to send nothing beyond this machine.'));
    }
    if (provider !== undefined && allowedProviders?.includes(provider) === false) {
      const allowed = allowedProviders.length === 0 ? t('none') : listed(allowedProviders);
      return forbidden(t('Your policy allows these providers: {0}. “{1}” is none of them.', allowed, provider));
    }
    if (!isLocal && allowedAddresses?.some((allowed) => isAllowed(address, allowed)) === false) {
      const host = URL.canParse(address) ? new URL(address).host : address;
      return forbidden(t('{0} is not among the addresses that your policy allows.', host));
    }
  }
  return null;
}

function forbidden(reason: string): SextantError {
  return new SextantError('forbidden', t('{0} Nothing was sent.', reason));
}

/** See {@link Policy.allowedAddresses}. */
function isAllowed(address: string, allowed: string): boolean {
  const rule = allowed.trim().toLowerCase();
  if (!URL.canParse(address)) return address === rule;
  const { protocol, hostname, port, pathname } = new URL(address);
  const [, scheme, host = '', rulePort, path = ''] =
    /^(?:(https?:)\/\/)?([^/:]+|\[[^\]]+\])(?::(\d+))?(\/.*)?$/u.exec(rule) ?? [];
  if (scheme !== undefined && scheme !== protocol) return false;
  const usualPort = protocol === 'https:' ? '443' : '80';
  // With a scheme or a port it is exactly that server; a bare name is a host, whatever its ports.
  if ((scheme !== undefined || rulePort !== undefined) && (port === '' ? usualPort : port) !== (rulePort ?? usualPort))
    return false;
  const isHost = host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
  const folder = path.endsWith('/') ? path : `${path}/`;
  return isHost && `${pathname.toLowerCase()}/`.startsWith(folder);
}
