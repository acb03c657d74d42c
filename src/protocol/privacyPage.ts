import type { Contract } from '../base/rpc.ts';

/** What the page about privacy may have the extension host do. */
export type PrivacyAction = (typeof privacyActions)[number];

export const privacyActions = [
  'switchLocalOnly',
  'showRequests',
  'exportRequests',
  'manageProviders',
  'showAuditLog',
  'showLeftOut',
  'openSecretFiles',
  'switchTelemetry',
  'showTelemetry',
  'deleteTelemetry',
  'encryptStore',
  'stopEncryptingStore',
  'openRetention',
  'clearData',
  'openSettings',
  'diagnose',
] as const;

/** A sentence about what is true now. */
export interface PrivacyStatement {
  /** `good`: it protects; `warning`: the user should know. */
  readonly tone: 'good' | 'plain' | 'warning';
  readonly text: string;
}

export interface PrivacySection {
  readonly id: 'sent' | 'providers' | 'never' | 'telemetry' | 'kept' | 'policies';
  readonly title: string;
  readonly statements: readonly PrivacyStatement[];
  /** Its columns after the first are figures where `hasFigures`. */
  readonly table?: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
    readonly hasFigures: boolean;
  };
  /** What can be done about it, the most important first. */
  readonly actions: readonly { readonly action: PrivacyAction; readonly label: string }[];
}

/** What the extension host answers and says to the page about privacy. */
export interface PrivacyPageHostContract extends Contract {
  readonly requests: {
    state(params: null): readonly PrivacySection[];
    act(params: { action: PrivacyAction }): void;
  };
  readonly events: {
    /** Something may be new. */
    changed: null;
  };
}

/** What the page about privacy answers: nothing. It only asks. */
export interface PrivacyPageContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: Record<never, never>;
}
