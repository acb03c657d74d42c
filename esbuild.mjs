// Builds everything that runs: `node esbuild.mjs [--watch] [--production]`. Output: dist/.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';
import { patchHnswlib } from './src/index/vectors/patchHnswlib.mjs';

const root = import.meta.dirname;
const out = path.join(root, 'dist');
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const require = createRequire(import.meta.url);

// Each is a file of its own. A dynamic import of one of these from another stays a lazy load.
const nodeEntries = {
  extension: 'src/extension.ts',
  assistant: 'src/vscode/assistant.ts',
  aiSdk: 'src/models/aiSdk.ts',
  secretRules: 'src/privacy/secretRules.ts',
  storeWorker: 'src/storage/storeWorker.node.ts',
  indexProcess: 'src/index/indexProcess.node.ts',
  parseWorker: 'src/index/parseWorker.node.ts',
  deepProcess: 'src/index/deep/deepProcess.node.ts',
  hnswlib: 'src/index/hnswlib.ts',
  cli: 'src/cli/main.ts',
};

// What src/index/chunks/languages.ts chunks at syntax boundaries.
const grammars = [
  'bash',
  'c-sharp',
  'cpp',
  'css',
  'go',
  'java',
  'javascript',
  'php',
  'python',
  'ruby',
  'rust',
  'tsx',
  'typescript',
];

const assets = {
  'sql-wasm.wasm': require.resolve('sql.js/dist/sql-wasm.wasm'),
  'web-tree-sitter.wasm': require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  'tiktoken_bg.wasm': require.resolve('tiktoken/lite/tiktoken_bg.wasm'),
  'codicon.css': require.resolve('@vscode/codicons/dist/codicon.css'),
  'codicon.ttf': require.resolve('@vscode/codicons/dist/codicon.ttf'),
  ...Object.fromEntries(
    ['static-code-256.bin', 'static-code-256.origin.json', 'deep-code.bin', 'deep-code.origin.json'].map((name) => [
      name,
      path.join(root, 'media/models', name),
    ]),
  ),
  ...Object.fromEntries(
    grammars.map((name) => [
      `tree-sitter-${name}.wasm`,
      require.resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`),
    ]),
  ),
};

// What the chat page loads with the first code, the first diagram, and the first formula.
const lazyPageEntries = {
  'chat/highlight': 'media/chat/markdown/highlight.ts',
  'chat/diagramPainter': 'media/chat/markdown/diagramPainter.ts',
  'chat/katexEntry': 'media/chat/markdown/katexEntry.ts',
};

const entryByFile = new Map(
  Object.entries({ ...nodeEntries, ...lazyPageEntries }).map(([name, file]) => [
    path.join(root, file),
    path.basename(name),
  ]),
);

const lazyEntries = {
  name: 'lazy-entries',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const name = entryByFile.get(path.resolve(args.resolveDir, args.path));
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

// As an external module of a CommonJS bundle, the API would be copied for each file that imports it: some eighty times
// four hundred getters. So one module imports it, and the others that one.
const vscodeOnce = {
  name: 'vscode-once',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'vscode-once' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'vscode-once' },
    );
    build.onLoad({ filter: /./, namespace: 'vscode-once' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

// Nobody reads what zod says, and its forty languages are more than the rest of it.
const zodInEnglish = {
  name: 'zod-in-english',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

// The frame that draws diagrams has no address of its own: its script is text in the view.
const mermaidFrame = {
  name: 'mermaid-frame',
  setup(build) {
    build.onResolve({ filter: /^mermaid-frame$/ }, () => ({ path: 'mermaid-frame', namespace: 'mermaid-frame' }));
    build.onLoad({ filter: /./, namespace: 'mermaid-frame' }, async () => {
      const frame = await esbuild.build({
        entryPoints: [path.join(root, 'media/diagramFrame/main.ts')],
        bundle: true,
        write: false,
        minify: true,
        format: 'iife',
        target: 'es2023',
        legalComments: 'none',
        logLevel: 'warning',
        metafile: true,
      });
      const watchFiles = Object.keys(frame.metafile.inputs).map((file) => path.join(root, file));
      // Mermaid's own file is a script, which leaves its name in the global scope; in a bundle it could not.
      const mermaid = await readFile(require.resolve('@mermaid-js/tiny'), 'utf8');
      const script = JSON.stringify(`${mermaid}\n;${frame.outputFiles[0].text}`);
      return { contents: `export const frameScript = ${script};`, watchFiles };
    });
  },
};

const common = {
  bundle: true,
  outdir: out,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

const view = {
  ...common,
  platform: 'browser',
  format: 'esm',
  target: 'es2023',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

const builds = [
  {
    ...common,
    entryPoints: nodeEntries,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['keytar'],
    supported: { 'dynamic-import': false },
    plugins: [lazyEntries, vscodeOnce, zodInEnglish, patchHnswlib],
    // Its ES module asks for a `require` of its own making, which a CommonJS bundle does not survive.
    alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
  },
  {
    ...view,
    entryPoints: {
      'chat/main': 'media/chat/main.tsx',
      ...lazyPageEntries,
      // Loaded with the first formula; of its fonts only what browsers of today take.
      'chat/katex': 'katex/dist/katex.min.css',
    },
    assetNames: 'chat/fonts/[name]',
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty' },
    plugins: [lazyEntries, mermaidFrame],
  },
  {
    ...view,
    entryPoints: {
      'indexPage/main': 'media/indexPage/main.tsx',
      'privacyPage/main': 'media/privacyPage/main.tsx',
      'providersPage/main': 'media/providersPage/main.tsx',
      'requestsPage/main': 'media/requestsPage/main.tsx',
      'usagePage/main': 'media/usagePage/main.tsx',
      'searchView/main': 'media/searchView/main.tsx',
    },
  },
];

// esbuild escapes no regular expressions, and V8 keeps a script twice as large for one letter beyond Latin 1 in it.
async function escapeAll(files) {
  for (const file of files) {
    const text = await readFile(path.join(root, file), 'utf8');
    const escaped = text.replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    await writeFile(path.join(root, file), escaped);
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await writeFile(path.join(out, 'package.json'), '{ "type": "commonjs" }\n');
for (const [name, file] of Object.entries(assets)) await copyFile(file, path.join(out, name));

if (watch) {
  for (const options of builds) await (await esbuild.context(options)).watch();
} else {
  const results = await Promise.all(builds.map((options) => esbuild.build(options)));
  const outputs = Object.assign({}, ...results.map((result) => result.metafile.outputs));
  if (production) await escapeAll(Object.keys(results[0].metafile.outputs));
  const copied = Object.values(assets).map((file) => path.relative(root, file).replaceAll(path.sep, '/'));
  const inputs = new Set([...results.flatMap((result) => Object.keys(result.metafile.inputs)), ...copied]);
  await writeFile(path.join(out, 'meta.json'), JSON.stringify({ production, outputs, inputs: [...inputs] }));
}
