/** What is used of hnswlib-wasm's graph (hierarchical navigable small world). */
export interface HnswGraph {
  initIndex(maxElements: number, neighbours: number, efConstruction: number, randomSeed: number): void;
  resizeIndex(maxElements: number): void;
  /** A label that is there already gets the new point. */
  addPoint(point: Float32Array, label: number, replaceDeleted: boolean): void;
  markDelete(label: number): void;
  unmarkDelete(label: number): void;
  /** Nearest first. Throws when it holds fewer than `count` points. */
  searchKnn(query: Float32Array, count: number, filter: undefined): { distances: number[]; neighbors: number[] };
  setEfSearch(ef: number): void;
  getCurrentCount(): number;
  getMaxElements(): number;
  /** Those that are not marked deleted. */
  getUsedLabels(): number[];
  readIndex(fileName: string, maxElements: number): Promise<boolean>;
  writeIndex(fileName: string): Promise<boolean>;
  /** Frees its memory inside the WASM heap. */
  delete(): void;
}

/** The in-memory file system that the graph reads from and writes to. */
export interface HnswFileSystem {
  writeFile(name: string, bytes: Uint8Array, options?: { canOwn: boolean }): void;
  /** `object.contents` is a file's memory, of which `usedBytes` count. */
  analyzePath(name: string): { object: { contents: Uint8Array; usedBytes: number } | null };
  unlink(name: string): void;
}

/** hnswlib-wasm as `dist/hnswlib.js` gives it: patched so that its files can be reached. */
export interface HnswlibModule {
  readonly FS: HnswFileSystem;
  readonly HierarchicalNSW: new (space: 'ip' | 'l2' | 'cosine', dimensions: number, autoSaveName: '') => HnswGraph;
  readonly EmscriptenFileSystemManager: { initializeFileSystem(type: 'IDBFS'): void };
}
