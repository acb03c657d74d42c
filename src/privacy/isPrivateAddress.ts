import { isLoopback } from './isLoopback.ts';

/**
 * True when an address names this machine or one of its own network by number or by a name that is only known there:
 * loopback, private, link-local and unspecified addresses, names without a dot, `.local`, `.internal`, `.lan`, `.home.arpa`.
 * What a public name stands for is not looked up.
 */
export function isPrivateAddress(address: string): boolean {
  if (!URL.canParse(address)) return true;
  if (isLoopback(address)) return true;
  const { hostname } = new URL(address);
  if (hostname.startsWith('[')) return isPrivateIpv6(hostname.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/u.test(hostname)) return isPrivateIpv4(hostname.split('.').map(Number));
  const name = hostname.replace(/\.$/u, '');
  return !name.includes('.') || /\.(?:local|internal|intranet|lan|home\.arpa)$/u.test(name);
}

/** RFC 1122, 1918, 3927, 6598, and what is for tests and for many at once. */
function isPrivateIpv4([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b < 128;
  if (a === 169) return b === 254;
  if (a === 172) return b >= 16 && b < 32;
  return a === 192 && b === 168;
}

/** Unspecified, unique local, link-local, site-local, multicast; IPv4 within IPv6 (mapped, compatible, NAT64, 6to4) as IPv4. */
function isPrivateIpv6(host: string): boolean {
  const mapped =
    /^(?:(?:64:ff9b::|::ffff:|::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$|2002:([0-9a-f]{1,4}):([0-9a-f]{1,4}):)/u.exec(host);
  if (mapped !== null) {
    const [high, low] = [parseInt(mapped[1] ?? mapped[3] ?? '0', 16), parseInt(mapped[2] ?? mapped[4] ?? '0', 16)];
    return isPrivateIpv4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  return /^(?:::?$|::1$|f[cd]|fe[89a-f]|ff)/u.test(host);
}
