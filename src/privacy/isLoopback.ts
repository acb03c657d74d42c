/**
 * True when an address leads to this machine itself: `localhost`, 127.0.0.0/8 or ::1. False for all
 * else, also for what is no address, so that “nothing leaves the machine” is never said by mistake.
 */
export function isLoopback(address: string): boolean {
  let hostname: string;
  try {
    hostname = new URL(address).hostname;
  } catch {
    return false;
  }
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  // URL has already brought IPv4 into four decimal numbers and IPv6 into its short form.
  return /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]' || /^\[::ffff:7f[0-9a-f]{2}:/.test(hostname);
}
