import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What esbuild says about an output: the files that it is made of. */
interface Meta {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

const dist = process.env['SEXTANT_DIST'] ?? path.resolve(import.meta.dirname, '../../dist');
const { outputs } = JSON.parse(readFileSync(path.join(dist, 'meta.json'), 'utf8')) as Meta;

/** Bundles that the extension host loads in every window, and the packages that they may hold. */
const inEveryWindow: Readonly<Record<string, readonly string[]>> = { extension: [], assistant: ['valibot'] };

/**
 * Of the store and the index: what starts them, makes the store's key, reads globs, asks models with the keys of the host,
 * and reads what is searched for: a bundle of its own for that took the first search longer than it spared each start.
 */
const OF_THE_HOST = [
  /\/start\w+\.node\.ts$/,
  /^src\/storage\/(seal\/(recoveryCode|storeKey\.node)|engine\/crc32)\.ts$/,
  /^src\/index\/(files\/(braces|gitPattern)|search\/(searchFilter|bestLine|codeQuery))\.ts$/,
  /^src\/index\/(files\/fileKinds|keywords\/terms|chunks\/languages)\.ts$/,
  /^src\/index\/(embedding\/embeddingFeed|search\/(reranker|readMentions))\.ts$/,
];

describe('What the extension host loads in every window', () => {
  for (const [name, packages] of Object.entries(inEveryWindow)) {
    const inputs = Object.keys(outputs[`dist/${name}.js`]?.inputs ?? {});

    it(`${name}.js holds no package but ${packages.join(', ') || 'none'}`, () => {
      assert.ok(inputs.length > 0);
      const held = inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
      assert.deepEqual([...new Set(held)], packages);
    });

    it(`${name}.js takes VS Code’s API once, for all files that use it`, () => {
      const script = readFileSync(path.join(dist, `${name}.js`), 'utf8');
      assert.equal(script.match(/require\("vscode"\)/g)?.length, 1);
    });

    it(`${name}.js holds nothing of the store and the index that their own processes do`, () => {
      const parts = inputs.filter((file) => /^src\/(?:storage|index)\//.test(file));
      assert.deepEqual(
        parts.filter((file) => !OF_THE_HOST.some((pattern) => pattern.test(file))),
        [],
      );
    });
  }

  it('holds of zod no words in other languages', () => {
    const locales = Object.keys(outputs['dist/aiSdk.js']?.inputs ?? {}).filter((file) => /zod.*locales/.test(file));
    assert.deepEqual(locales.map((file) => path.basename(file)).sort(), ['en.js', 'index.js']);
  });
});
