import type { MaintenanceReport } from '../../protocol/archive.ts';
import type { Scope } from '../scope.ts';
import { getSetting, setSetting } from '../userRepository.ts';
import type { SeenClock } from './believedTime.ts';

/** The key of the setting that says what was done when: of this machine, so no restore takes it back. */
export const maintenanceSetting = 'maintenance';

/** What windows tell each other about maintenance. */
export interface MaintenanceRecord {
  /** The last one that ran to its end. */
  readonly last: MaintenanceReport | null;
  /** When each step was done last, milliseconds since the epoch. */
  readonly doneAt: Readonly<Record<string, number>>;
  /** What it has seen of the clock; null before the first. */
  readonly clock: SeenClock | null;
  /** Something was removed for good since, and older generations may still hold it. */
  readonly hasPurged: boolean;
  /** Who is at it, and until when nobody else may think it dead. */
  readonly owner: string | null;
  readonly leaseUntil: number;
}

const NEW: MaintenanceRecord = { last: null, doneAt: {}, clock: null, hasPurged: false, owner: null, leaseUntil: 0 };

export async function readMaintenanceRecord(scope: Scope): Promise<MaintenanceRecord> {
  const value = (await getSetting(scope, { key: maintenanceSetting })) as Partial<MaintenanceRecord> | null;
  return { ...NEW, ...value };
}

export async function writeMaintenanceRecord(scope: Scope, changes: Partial<MaintenanceRecord>): Promise<void> {
  const value = { ...(await readMaintenanceRecord(scope)), ...changes };
  await setSetting(scope, { key: maintenanceSetting, value });
}
