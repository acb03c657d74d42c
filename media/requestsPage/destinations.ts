import { plural, t } from '../../src/base/texts.ts';
import { EDITOR_MODELS, type RequestPurpose, type RequestSum } from '../../src/protocol/egress.ts';
import type { Figures } from '../common/figures.ts';

type Sum = RequestSum & { readonly isLocal: boolean };

/** All that went to one server. */
export interface Destination {
  /** As `api.example.com`, `localhost:11434` or “models of VS Code”. */
  readonly server: string;
  readonly isLocal: boolean;
  readonly requests: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** What went to each server: those beyond this machine first, then those that were sent most. */
export function destinations(sums: readonly Sum[]): Destination[] {
  const found = new Map<string, Destination>();
  for (const { address, isLocal, requests, bytesOut, bytesIn } of sums) {
    const server = serverOf(address);
    const before = found.get(server) ?? { server, isLocal, requests: 0, bytesOut: 0, bytesIn: 0 };
    found.set(server, {
      ...before,
      requests: before.requests + requests,
      bytesOut: before.bytesOut + bytesOut,
      bytesIn: before.bytesIn + bytesIn,
    });
  }
  return [...found.values()].sort((a, b) => Number(a.isLocal) - Number(b.isLocal) || b.bytesOut - a.bytesOut);
}

/** How many requests there were for each purpose, most first. */
export function purposes(sums: readonly Sum[]): { readonly purpose: RequestPurpose; readonly requests: number }[] {
  const found = new Map<RequestPurpose, number>();
  for (const { purpose, requests } of sums) found.set(purpose, (found.get(purpose) ?? 0) + requests);
  return [...found].map(([purpose, requests]) => ({ purpose, requests })).sort((a, b) => b.requests - a.requests);
}

/** What left the machine within the last `days` (0: ever), as a sentence. */
export function summarySentence(sums: readonly Sum[], days: number, figures: Figures): string {
  const away = destinations(sums).filter(({ isLocal }) => !isLocal);
  if (away.length === 0) {
    if (days === 0) return t('Nothing has left this machine.');
    return days === 1
      ? t('Nothing has left this machine in the last 24 hours.')
      : plural(
          days,
          'Nothing has left this machine in the last {0} day.',
          'Nothing has left this machine in the last {0} days.',
        );
  }
  const requests = away.reduce((sum, destination) => sum + destination.requests, 0);
  const bytes = away.reduce((sum, destination) => sum + destination.bytesOut, 0);
  const count = plural(requests, '{0} request', '{0} requests');
  const servers = away.length === 1 ? (away[0]?.server ?? '') : plural(away.length, '{0} server', '{0} servers');
  const size = figures.size(bytes);
  if (days === 0) return t('{0} with {1} left this machine, to {2}.', count, size, servers);
  return days === 1
    ? t('{0} with {1} left this machine in the last 24 hours, to {2}.', count, size, servers)
    : t('{0} with {1} left this machine in the last {2} days, to {3}.', count, size, figures.count(days), servers);
}

/** An address without its path, as a reader knows it. */
export function serverOf(address: string): string {
  if (address === EDITOR_MODELS) return t('models of VS Code');
  return URL.canParse(address) ? new URL(address).host : address;
}
