// @ts-expect-error -- the package has no types for this file
import createModule from 'hnswlib-wasm/lib/hnswlib.mjs';
import type { HnswlibModule } from './vectors/hnswlibModule.ts';

/**
 * Loads hnswlib-wasm. Only its bundle runs (`dist/hnswlib.js`): the package is mended while it is
 * bundled, see vectors/patchHnswlib.mjs.
 */
export async function loadHnswlib(): Promise<HnswlibModule> {
  // It refuses to load where there is no browser, and asks for no more than that these exist.
  const scope = globalThis as { window?: unknown; document?: unknown };
  const before = { window: scope.window, document: scope.document };
  scope.window ??= {};
  scope.document ??= {};
  try {
    const create = createModule as (options: object) => Promise<HnswlibModule>;
    const loaded = await create({ print: nothing, printErr: nothing });
    loaded.EmscriptenFileSystemManager.initializeFileSystem('IDBFS');
    return loaded;
  } finally {
    if (before.window === undefined) delete scope.window;
    if (before.document === undefined) delete scope.document;
  }
}

function nothing(): void {
  // What the library prints is of no use to anybody.
}
