import { listProperty, parseJson, property, textProperty } from './json.ts';

const LONGEST_MS = 365 * 24 * 3_600_000;

/**
 * How long a provider asks to wait, milliseconds; null when it does not say. Read from the header
 * Retry-After (seconds or an HTTP date, RFC 9110 section 10.2.3), OpenAI's `retry-after-ms`, or Google's
 * RetryInfo in the body.
 */
export function retryAfterMs(headers: Headers, body: string, now: number): number | null {
  const milliseconds = headers.get('retry-after-ms');
  if (milliseconds !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(milliseconds)) return limited(Number(milliseconds));
  const value = headers.get('retry-after');
  if (value !== null) {
    if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return limited(Number(value) * 1000);
    const date = Date.parse(value);
    // Date.parse takes “-5” for a year.
    if (!Number.isNaN(date) && /[a-z]{3}/i.test(value)) return limited(date - now);
  }
  return googleRetryDelayMs(body);
}

/** `error.details[].retryDelay`, a protobuf Duration as JSON: `"34.07s"`. */
function googleRetryDelayMs(body: string): number | null {
  for (const detail of listProperty(property(parseJson(body), 'error'), 'details')) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(textProperty(detail, 'retryDelay') ?? '')?.[1];
    if (seconds !== undefined) return limited(Number(seconds) * 1000);
  }
  return null;
}

function limited(milliseconds: number): number {
  return Math.min(Math.max(0, Math.round(milliseconds)), LONGEST_MS);
}
