import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import esbuild from 'esbuild';
import { projectRoot } from './project.ts';

/** Bundles test/integration into one module in `out`, whose `run()` an extension host calls. Returns its file. */
export async function bundleSuite(out: string): Promise<string> {
  const source = path.join(projectRoot, 'test', 'integration');
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.test.ts')).sort();
  const loads = files.map((name) => `() => import('./${name.replaceAll(path.sep, '/')}')`);
  const contents = `import { runSuite } from './run.ts';\nexport const run = () => runSuite([${loads.join(', ')}]);\n`;
  const outfile = path.join(out, 'suite.js');
  const mocha = path.join(projectRoot, 'node_modules', 'mocha', 'lib', 'mocha.cjs');
  await esbuild.build({
    stdin: { contents, resolveDir: source, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    // What `require('mocha')` gives depends on the version of Node; what it wraps does not.
    alias: { mocha },
    external: ['vscode', 'keytar', mocha],
    // The model server asks whether it is the main module; in a bundle it is not.
    define: { 'import.meta.main': 'false' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  await writeFile(path.join(out, 'package.json'), '{ "type": "commonjs" }\n');
  return outfile;
}
