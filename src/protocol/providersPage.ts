import type { Contract } from '../base/rpc.ts';
import type { RequestPurpose } from './egress.ts';
import type { ModelCorrection, ModelInfo } from './store.ts';

/** All that the page about providers draws. */
export interface ProvidersPageState {
  /** In the order in which they are offered. */
  readonly providers: readonly ProviderEntry[];
}

/**
 * `answers`: it has listed its models. `ready`: it is set up, and lists none that could be asked for. `unreachable`:
 * nobody is there. `problem`: somebody is, and does not give the list. `disabled`: set up, and not asked anything.
 */
export type ProviderState = 'asking' | 'answers' | 'ready' | 'unreachable' | 'problem' | 'disabled' | 'unset';

export interface ProviderEntry {
  readonly name: string;
  readonly displayName: string;
  readonly state: ProviderState;
  /** What is in the way, as a sentence; null where nothing is. */
  readonly problem: string | null;
  readonly isLocal: boolean;
  /** Null where the user has to say it and has not. */
  readonly address: string | null;
  readonly takesKey: boolean;
  readonly key: KeyEntry | null;
  readonly models: readonly ModelEntry[];
}

/** Where a key lives. The key itself never comes here. */
export interface KeyEntry {
  readonly kind: 'keychain' | 'fallback' | 'command' | 'environment';
  /** For the user: `the OS keychain`. */
  readonly place: string;
  /** The last request that is written down; null where none is. Milliseconds since the epoch. */
  readonly lastUse: { readonly at: number; readonly purpose: RequestPurpose } | null;
}

/** A model as its provider lists it, and what the user says otherwise. */
export interface ModelEntry {
  readonly listed: ModelInfo;
  readonly correction: ModelCorrection;
}

/** What can be done with a provider. Whatever has to be typed is asked for by VS Code's own boxes. */
export const providerActions = [
  'setUp',
  'test',
  'changeKey',
  'moveKey',
  'deleteKey',
  'openKeyCommands',
  'changeAddress',
  'addModel',
  'enable',
  'disable',
  'remove',
] as const;
export type ProviderAction = (typeof providerActions)[number];

/** What the extension host answers and says to the page about providers. */
export interface ProvidersPageHostContract extends Contract {
  readonly requests: {
    state(params: null): ProvidersPageState;
    /** Lets the user choose a provider and sets it up. */
    add(params: null): void;
    act(params: { provider: string; action: ProviderAction }): void;
    /** Replaces what the user says of a model; null: as its provider has it. */
    correctModel(params: { provider: string; model: string; correction: ModelCorrection | null }): void;
  };
  readonly events: {
    state: ProvidersPageState;
  };
}

/** What the page about providers answers: nothing. It only asks. */
export interface ProvidersPageContract extends Contract {
  readonly requests: Record<never, never>;
  readonly events: Record<never, never>;
}
