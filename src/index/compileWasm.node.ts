import v8 from 'node:v8';

/** Everything that is compiled otherwise: quickly, each function at its first call, and never better. */
const COMPILE_QUICKLY = ['--liftoff', '--wasm-lazy-compilation', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

const flagsOf = {
  /** The optimizing compiler, at once: for a few functions. */
  optimized: ['--no-liftoff', '--no-wasm-lazy-compilation'],
  /** The optimizing compiler, for those functions that turn out to run most of the time. */
  tiering: ['--wasm-tier-up', '--wasm-dynamic-tiering', '--no-wasm-lazy-compilation'],
} as const;

/**
 * Compiles WASM that is worth more than the rest. The settings are the whole process's for that moment, so
 * that `compile` must not wait for anything; names that the engine does not know are ignored.
 */
export function compileWasm<T>(how: keyof typeof flagsOf, compile: () => T): T {
  setFlags(flagsOf[how]);
  try {
    return compile();
  } finally {
    setFlags(COMPILE_QUICKLY);
  }
}

export function setFlags(flags: readonly string[]): void {
  for (const flag of flags) v8.setFlagsFromString(flag);
}
