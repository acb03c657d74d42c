import type { MaintenanceStatus } from './archive.ts';
import { describeMaintenance } from './archiveText.ts';
import type { IndexStatus } from './contextIndex.ts';
import type { RequestSum } from './egress.ts';
import type { StoredKey } from './keyRefusal.ts';
import type { StoreStatus } from './store.ts';

/** What was looked at. `unused` is what is not set up: nothing is wrong with it. In English, as for a report of a defect. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'unused' | 'warning' | 'failed';
  readonly detail: string;
}

const MARKS = { ok: '✔', unused: '·', warning: '!', failed: '✖' } as const;

/** One line. */
export function renderCheck({ name, state, detail }: Check): string {
  return `${MARKS[state]} ${name.padEnd(18)} ${detail}\n`;
}

/** How many keys of a provider are stored and which are left alone, by their place in the order of use. No key is named. */
export function checkKeys(provider: string, keys: readonly StoredKey[]): Check {
  const rests = keys.flatMap(({ rest }, at) =>
    rest === null
      ? []
      : [`number ${at + 1} is left alone until ${new Date(rest.untilMs).toISOString()} (${rest.reason})`],
  );
  const count = keys.length === 1 ? '1 key is stored' : `${keys.length} keys are stored`;
  return {
    name: `keys: ${provider}`,
    state: rests.length === 0 ? 'ok' : 'warning',
    detail: `${[count, ...rests].join('; ')}.`,
  };
}

export function checkDatabase(status: StoreStatus, integrity: string, maintenance: MaintenanceStatus): Check[] {
  const { directory, sqliteVersion, schemaVersion, generation, notice } = status;
  const size = `${status.snapshotBytes + status.logBytes} bytes`;
  const encryption = status.keyId === null ? 'not encrypted' : 'encrypted';
  const versions = `SQLite ${sqliteVersion}, schema ${schemaVersion}, generation ${generation}`;
  const detail = `${versions}, ${size}, ${encryption}, in ${directory}`;
  return [
    {
      name: 'database',
      state: integrity === 'ok' ? 'ok' : 'failed',
      detail: integrity === 'ok' ? detail : `${detail}: ${integrity}`,
    },
    ...(notice === null ? [] : [{ name: 'database', state: 'warning', detail: notice } as const]),
    checkUpkeep(maintenance),
  ];
}

function checkUpkeep(status: MaintenanceStatus): Check {
  const hasFailed = status.last?.steps.some(({ outcome }) => outcome === 'failed') === true;
  const isUnused = status.last === null && status.lastBackup === null;
  return {
    name: 'upkeep',
    state: hasFailed || status.unreadableBackups > 0 ? 'warning' : isUnused ? 'unused' : 'ok',
    detail: describeMaintenance(status).join(' '),
  };
}

/** `counts` tells how much is in it, and where it lies. */
export function checkIndex({ phase, chunks, message }: IndexStatus, counts: string): Check {
  const name = 'index';
  switch (phase) {
    case 'failed':
      return { name, state: 'failed', detail: message ?? 'It cannot be opened.' };
    case 'none':
      return { name, state: 'unused', detail: 'There is none of this folder yet.' };
    case 'opening':
    case 'scanning':
    case 'indexing':
    case 'paused':
      return { name, state: 'warning', detail: `It is not complete: ${counts}` };
    case 'ready':
      return chunks === 0
        ? { name, state: 'unused', detail: 'There is none of this folder yet.' }
        : { name, state: 'ok', detail: counts };
  }
}

/** What the ledger has: requests to servers of other machines and to this one, without where to. */
export function checkLedger(sums: readonly (RequestSum & { readonly isLocal: boolean })[]): Check {
  const count = (isLocal: boolean): number =>
    sums.filter((sum) => sum.isLocal === isLocal).reduce((all, { requests }) => all + requests, 0);
  const servers = new Set(sums.filter(({ isLocal }) => !isLocal).map(({ address }) => address)).size;
  const detail = `${count(false)} requests left this machine, to ${servers} addresses; ${count(true)} stayed on it.`;
  return { name: 'ledger', state: sums.length === 0 ? 'unused' : 'ok', detail };
}

/** The policies of this machine, each by the file that it lies in. */
export function checkPolicies(policies: readonly { readonly file: string; readonly problem?: string }[]): Check[] {
  if (policies.length === 0) return [{ name: 'policy', state: 'unused', detail: 'There is none for this machine.' }];
  return policies.map(({ file, problem, ...rules }) =>
    problem === undefined
      ? { name: 'policy', state: 'ok', detail: `${file} rules: ${Object.keys(rules).join(', ')}.` }
      : { name: 'policy', state: 'failed', detail: problem },
  );
}

/** How many patterns policies, and the user's settings where they were read, add to the files that usually are secret. */
export function checkSecretFiles({ ruled, own }: { readonly ruled: number; readonly own?: number }): Check {
  const patterns = (count: number): string => (count === 1 ? '1 pattern' : `${count} patterns`);
  const added = [`${patterns(ruled)} of policies`, ...(own === undefined ? [] : [`${patterns(own)} of the settings`])];
  const isAdded = ruled + (own ?? 0) > 0;
  return {
    name: 'secret files',
    state: isAdded ? 'ok' : 'unused',
    detail: `Besides those that usually are: ${added.join(', ')}.`,
  };
}
