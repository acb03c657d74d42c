import { sha256Hex } from '../base/identifiers.ts';

/** Credentials of AWS in one text, as `AKIA…:secret` or `ASIA…:secret:session`. */
const CREDENTIALS = /^((?:AKIA|ASIA)[A-Z\d]{8,}):([^:\s]+)(?::(\S+))?$/;

/** A service of AWS by its host: `bedrock-runtime.us-east-1.amazonaws.com`, `bedrock-mantle.us-east-1.api.aws`. */
const HOST = /^([a-z\d-]+)\.([a-z\d-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/**
 * The headers that sign a request to AWS with `credentials`: Signature Version 4. Null where those are none of AWS, or
 * the address is not one of its. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export async function awsSignature(
  address: string,
  { method = 'GET', body }: Pick<RequestInit, 'method' | 'body'>,
  credentials: string,
  now: Date,
): Promise<Record<string, string> | null> {
  const [, id, secret, session] = CREDENTIALS.exec(credentials) ?? [];
  const url = new URL(address);
  const [, name, region] = HOST.exec(url.hostname) ?? [];
  if (id === undefined || secret === undefined || name === undefined || region === undefined) return null;
  // The host of the runtime belongs to the service “bedrock”; other hosts bear their service’s name.
  const service = name.replace(/-runtime$/, '');
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const added = { 'x-amz-date': time, ...(session === undefined ? {} : { 'x-amz-security-token': session }) };
  const signed = { host: url.host, ...added };
  const names = Object.keys(signed).join(';');
  const path = url.pathname
    .split('/')
    .map((part) => percentEncoded(part))
    .join('/');
  const query = [...url.searchParams]
    .map((pair) => pair.map(percentEncoded).join('='))
    .toSorted()
    .join('&');
  const headers = Object.entries(signed).map(([header, value]) => `${header}:${value}\n`);
  const hash = await sha256Hex(typeof body === 'string' ? body : '');
  const canonical = [method, path, query, headers.join(''), names, hash].join('\n');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), await sha256Hex(canonical)].join('\n');
  let key = new TextEncoder().encode(`AWS4${secret}`);
  for (const part of [...scope, text]) key = await hmac(key, part);
  const signature = Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    ...added,
    authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** As RFC 3986 has it: all but letters, digits and `-._~`. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(text)));
}
