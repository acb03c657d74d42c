import { type WasmMemory, webAssembly } from '../webAssembly.ts';

/** What makes a vector of a model's rows: a fifth of the time that plain JavaScript takes. All but the counts are addresses in bytes. */
export interface SumRows {
  /**
   * Writes to `sum` the sum (float32) of `count` rows of int8, each times its weight. From `list` on there are pairs of a
   * row's address (uint32) and its weight (float32); `dimensions` is a multiple of 16.
   */
  sumUp(list: number, count: number, dimensions: number, sum: number): void;
  /** Writes to `out` the vector of float32 at `sum` as int8: each number in 127ths of the largest. */
  quantise(sum: number, dimensions: number, out: number): void;
}

let compiled: object | undefined;

/** An instance over a memory, which must be shared. */
export function createSumRows(memory: WasmMemory): SumRows {
  const { exports } = new webAssembly.Instance(compileSumRows(), { model: { memory } });
  return exports as unknown as SumRows;
}

/** Compiles the functions, once: they stay as fast as the engine's settings of that moment make them. */
export function compileSumRows(): object {
  const bytes = (): Uint8Array => Uint8Array.from(atob(assembled), (letter) => letter.charCodeAt(0));
  return (compiled ??= new webAssembly.Module(bytes()));
}

/** `sumRows.wat`, assembled with wabt 1.0 (584 bytes). */
const assembled =
  'AGFzbQEAAAABDgJgBH9/f38AYAN/f38AAhQBBW1vZGVsBm1lbW9yeQIDAYCABAMDAgABBxQCBXN1bVVwAAAIcXVhbnRpc2UAAQr8AwKnAgIDfwd7IAAg' +
  'AUEDdGohBANA/QwAAAAAAAAAAAAAAAAAAAAAIQr9DAAAAAAAAAAAAAAAAAAAAAAhC/0MAAAAAAAAAAAAAAAAAAAAACEM/QwAAAAAAAAAAAAAAAAAAAAA' +
  'IQ0gACEFAkADQCAFIARPDQEgBf0JAgQhByAFKAIAIAZq/QAEACEIIAj9hwEhCSAKIAcgCf2nAf36Af3mAf3kASEKIAsgByAJ/agB/foB/eYB/eQBIQsg' +
  'CP2IASEJIAwgByAJ/acB/foB/eYB/eQBIQwgDSAHIAn9qAH9+gH95gH95AEhDSAFQQhqIQUMAAsLIAMgBkECdGohBSAFIAr9CwQAIAUgC/0LBBAgBSAM' +
  '/QsEICAFIA39CwQwIAZBEGoiBiACSQ0ACwvQAQQCfwF7AX0BeyAAIAFBAnRqIQQgACEDA0AgBSAD/QAEAP3gAf3pASEFIANBEGoiAyAESQ0ACyAF/R8A' +
  'IAX9HwGXIAX9HwIgBf0fA5eXIQYgBkMAAAAAXgRAQwAA/kIgBpX9EyEHCyAAIQMDQCACIAcgA/0ABAD95gH9av34ASAHIAP9AAQQ/eYB/Wr9+AH9hQEg' +
  'ByAD/QAEIP3mAf1q/fgBIAcgA/0ABDD95gH9av34Af2FAf1l/QsEACACQRBqIQIgA0HAAGoiAyAESQ0ACws=';
