/** The part of WebAssembly that is used here: a global of every engine that the ES library's types leave out. */
interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (options: { initial: number; maximum?: number; shared?: true }) => WasmMemory;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: Readonly<Record<string, unknown>> };
  instantiate(bytes: Uint8Array, imports: object): Promise<never>;
  validate(bytes: Uint8Array): boolean;
}

/** Memory of a module: its buffer is another one after each growth. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  /** Adds pages of 65,536 bytes; throws when there is no more room. */
  grow(pages: number): number;
}

/** See {@link WebAssemblyGlobal}. */
export const { WebAssembly: webAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal };
