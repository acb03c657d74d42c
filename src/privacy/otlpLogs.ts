import type { UsageEvent } from '../protocol/store.ts';

/**
 * Where a server takes logs: the address itself when it ends so, else below it.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
 */
export function logsAddress(address: string): string {
  const { origin, pathname } = new URL(address);
  const path = pathname.replace(/\/+$/u, '');
  return `${origin}${path.endsWith('/v1/logs') ? path : `${path}/v1/logs`}`;
}

/**
 * Events of use as an OTLP/HTTP request in JSON: one log record each. Who and where from is in none of it: there is no
 * id of a user, a machine or a session. Integers are strings, as protobuf's JSON has those of 64 bits.
 */
export function otlpLogs(events: readonly UsageEvent[], version: string): string {
  const logRecords = events.map(({ type, payload, at }) => ({
    timeUnixNano: `${Math.round(at)}000000`,
    severityNumber: 9,
    severityText: 'INFO',
    eventName: `sextant.${type}`,
    body: { stringValue: type },
    attributes: Object.entries(payload).map(([key, value]) => ({ key, value: toValue(value) })),
  }));
  const attributes = [attribute('service.name', 'sextant'), attribute('service.version', version)];
  const scopeLogs = [{ scope: { name: 'sextant.usage', version }, logRecords }];
  return JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs }] }, null, 1);
}

function attribute(key: string, text: string): object {
  return { key, value: toValue(text) };
}

function toValue(value: string | number): object {
  if (typeof value === 'string') return { stringValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
