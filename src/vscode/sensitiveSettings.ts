import { settings } from '../manifest.ts';
import type { AuditAction } from '../protocol/archive.ts';

/** The settings whose change is an entry of the audit log, and which. */
export const sensitiveSettings = [
  ['endpoint changed', settings.endpoints],
  ['endpoint changed', settings.headers],
  ['key command changed', settings.keyCommands],
  ['telemetry switched', settings.telemetryOptIn],
  ['privacy setting changed', settings.telemetryAddress],
  ['privacy setting changed', settings.telemetryHeaders],
  ['local only switched', settings.localOnly],
  ['privacy setting changed', settings.allowedProviders],
  ['privacy setting changed', settings.allowedAddresses],
  ['privacy setting changed', settings.secretFiles],
  ['privacy setting changed', settings.keepRequestsDays],
  ['privacy setting changed', settings.retentionDays],
] as const satisfies readonly (readonly [AuditAction, string])[];
