import type { Contract } from '../base/rpc.ts';
import type { RequestPurpose } from './egress.ts';
import type { StoredKey } from './keyRefusal.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { ModelPrice } from '../models/modelPrice.ts';
import type { ModelCorrection, ModelInfo } from './modelInfo.ts';

/** All that the page about providers draws. */
export interface ProvidersPageState {
  readonly roles: readonly RoleEntry[];
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
  readonly kind: 'keychain' | 'fallback' | 'sealed' | 'command' | 'environment';
  /** For the user: `the OS keychain`. */
  readonly place: string;
  /** The last request that is written down; null where none is. Milliseconds since the epoch. */
  readonly lastUse: { readonly at: number; readonly purpose: RequestPurpose } | null;
  /** Where several are stored: each, in the order in which they are used. Empty where it is one, or that is sealed. */
  readonly several: readonly StoredKey[];
}

/** What can be done with one of several keys. */
export const keyActions = ['prefer', 'remove'] as const;
export type KeyAction = (typeof keyActions)[number];

/** A model as its provider lists it or its name tells, and what the user says otherwise. */
export interface ModelEntry {
  readonly listed: Omit<ModelInfo, 'price'>;
  readonly correction: ModelCorrection;
  /** What it costs where the user says nothing of it; null where that is not known. */
  readonly price: ModelPrice | null;
  readonly ownPrice: ModelPrice | null;
}

/** What models are asked for, in the order in which it is shown. */
export const roles = ['chat', 'edit', 'completion', 'embedding', 'rerank', 'title', 'summary'] as const;
export type Role = (typeof roles)[number];

/** A model that does something, by its name and its provider’s. */
export interface RoleModel {
  readonly ref: ModelRef;
  readonly displayName: string;
  readonly provider: string;
}

/** Who does what. */
export interface RoleEntry {
  readonly role: Role;
  /** Null where nobody is set: then whoever answers in the chat edits, titles and summarises; nobody does the rest. */
  readonly model: RoleModel | null;
  /** Who is asked in this order where that one does not answer; null where nobody else can do it. */
  readonly fallbacks: readonly RoleModel[] | null;
}

/** What can be done with a provider. Whatever has to be typed is asked for by VS Code's own boxes. */
export const providerActions = [
  'setUp',
  'test',
  'changeKey',
  'addKey',
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

/** What the user says of a model. */
export interface SaidOfModel {
  readonly provider: string;
  readonly model: string;
  readonly correction: ModelCorrection | null;
  readonly price: ModelPrice | null;
}

/** What the extension host answers and says to the page about providers. */
export interface ProvidersPageHostContract extends Contract {
  readonly requests: {
    state(params: null): ProvidersPageState;
    /** Lets the user choose a provider and sets it up. */
    add(params: null): void;
    act(params: { provider: string; action: ProviderAction }): void;
    /** Does something with the one of its keys that has this id. */
    actOnKey(params: { provider: string; key: string; action: KeyAction }): void;
    /** Replaces what the user says of a model, and of its price; null: as its provider has it. */
    correctModel(params: SaidOfModel): void;
    /** Lets the user choose who does something. */
    pickRole(params: { role: Role }): void;
    /** Lets the user choose who else is asked. */
    addFallback(params: { role: Role }): void;
    setFallbacks(params: { role: Role; models: readonly ModelRef[] }): void;
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
