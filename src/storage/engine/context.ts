import type { SqlJsStatic } from 'sql.js';
import type { StoreKeys } from '../seal/storeKeys.ts';
import type { Migration } from './engine.ts';
import type { StorePlatform } from './platform.ts';

/** What every part of the engine works with. */
export interface EngineContext {
  readonly platform: StorePlatform;
  readonly sqlite: SqlJsStatic;
  readonly sqliteVersion: string;
  readonly keys: StoreKeys;
  readonly migrations: readonly Migration[];
}
