import path from 'node:path';

/** Where the build has put WASM files, grammars, the model and the bundles. */
export const assetDirectory = process.env['SEXTANT_DIST'] ?? path.resolve(import.meta.dirname, '../../../dist');
