// hnswlib-wasm is built for browsers: its files live in IndexedDB and its file system is hidden. These
// edits let its in-memory files be read and written from outside. A pattern that no longer matches
// fails the build: then the package has changed, and so must this file.
import { readFile } from 'node:fs/promises';

const edits = [
  {
    what: 'expose the in-memory file system',
    find: 'unexportedSymbols.forEach(unexportedRuntimeSymbol);',
    replace: "unexportedSymbols.filter((name) => name !== 'FS').forEach(unexportedRuntimeSymbol);\nModule['FS'] = FS;",
  },
  {
    what: 'mount nothing at the index folder',
    find: "FS.mount(IDBFS, {}, jsAllocatedDir); console.log('EmscriptenFileSystemManager: Mounting IDBFS filesystem...\\n');",
    replace: '',
  },
  {
    what: 'answer a sync at once',
    find: /function syncIdb_js\(populateFromFS\) \{.*\}\n/,
    replace: 'function syncIdb_js() { Module.setIdbfsSynced(true); }\n',
  },
];

/** An esbuild plugin that mends hnswlib-wasm 0.8.2 while it is bundled. */
export const patchHnswlib = {
  name: 'patch-hnswlib',
  setup(build) {
    build.onLoad({ filter: /hnswlib-wasm[\\/]lib[\\/]hnswlib\.mjs$/ }, async (args) => {
      let contents = await readFile(args.path, 'utf8');
      for (const { what, find, replace } of edits) {
        const patched = contents.replace(find, () => replace);
        if (patched === contents) return { errors: [{ text: `hnswlib-wasm has changed: cannot ${what}.` }] };
        contents = patched;
      }
      return { contents, loader: 'js' };
    });
  },
};
