import { type WasmMemory, webAssembly } from './webAssembly.ts';

const PAGE_BYTES = 65_536;
/** From here on a copy, which for a moment takes as much again, is worth avoiding. */
const LARGE_BYTES = 1_000_000;
const GROWTH = 1.25;

/** Bytes that can become more: where they are many, in memory of WASM, which grows where it is. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #memory: WasmMemory | undefined;

  /** Begins with some bytes, which are its own from now on. */
  constructor(bytes: Uint8Array = new Uint8Array(4096)) {
    this.#bytes = bytes;
  }

  /** All there is room for; another array after each `reserve`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Makes room for so many bytes at least; those that come are 0. */
  reserve(length: number): void {
    const before = this.#bytes;
    if (length <= before.length) return;
    const wanted = Math.max(length, Math.ceil(before.length * GROWTH));
    const pages = Math.ceil(wanted / PAGE_BYTES);
    if (this.#memory !== undefined) {
      this.#memory.grow(pages - before.length / PAGE_BYTES);
      this.#bytes = new Uint8Array(this.#memory.buffer);
      return;
    }
    if (wanted >= LARGE_BYTES) this.#memory = new webAssembly.Memory({ initial: pages });
    this.#bytes = this.#memory === undefined ? new Uint8Array(wanted) : new Uint8Array(this.#memory.buffer);
    this.#bytes.set(before);
  }
}
