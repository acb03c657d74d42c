// Runs test/integration in the extension host of a real VS Code: `node integrationPart.ts REPORT GREP VERSION`.
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import esbuild from 'esbuild';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { type EditorVersion, newestEditor } from './editorDownload.ts';
import { freshDirectory, projectRoot } from './project.ts';
import { writeSampleProject } from './sampleProject.ts';
import { type VscodeServer, startServer } from './vscodeServer.ts';
import { openSession } from './workbench.ts';

/** Of VS Code itself, about native modules that it does without here. */
const MISSING_BINDINGS = 'Could not locate the bindings file';
const SUITE_TIMEOUT_MS = 240_000;
const [reportFile = '', grep = '', version = newestEditor] = process.argv.slice(2);

const directory = await freshDirectory('integration', version);
const suite = await bundleSuite(directory);
const folder = await writeSampleProject(path.join(directory, 'project'));
await rm(reportFile, { force: true });
let server: VscodeServer | undefined;
let browser: Browser | undefined;
try {
  server = await startServer({
    directory: path.join(directory, 'server'),
    version: version as EditorVersion,
    settings: {},
    environment: { SEXTANT_TEST_REPORT: reportFile, SEXTANT_TEST_GREP: grep },
  });
  browser = await launchBrowser();
  await runIn(browser, server);
} finally {
  await browser?.close();
  await server?.stop();
}

async function runIn(chromium: Browser, vscode: VscodeServer): Promise<void> {
  const context = await openSession(chromium);
  const page = await context.newPage();
  const exited = new Promise<void>((resolve, reject) => {
    const overdue = setTimeout(() => {
      reject(new Error(`The suite did not come to its end in ${SUITE_TIMEOUT_MS / 1000} seconds.`));
    }, SUITE_TIMEOUT_MS);
    void page.exposeFunction('codeAutomationExit', () => {
      clearTimeout(overdue);
      resolve();
    });
  });
  await page.exposeFunction('codeAutomationLog', (_type: string, parts: unknown[]) => {
    if (!String(parts[0]).includes(MISSING_BINDINGS)) console.log(...parts);
  });
  await page.goto(vscode.url({ folder, extension: projectRoot, extensionTests: suite }));
  await exited;
}

async function bundleSuite(out: string): Promise<string> {
  const source = path.join(projectRoot, 'test', 'integration');
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.test.ts')).sort();
  const loads = files.map((name) => `() => import('./${name.replaceAll(path.sep, '/')}')`);
  const contents = `import { runSuite } from './run.ts';\nexport const run = () => runSuite([${loads.join(', ')}]);\n`;
  const outfile = path.join(out, 'suite.js');
  await esbuild.build({
    stdin: { contents, resolveDir: source, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha', 'keytar'],
    // The model server asks whether it is the main module; in a bundle it is not.
    define: { 'import.meta.main': 'false' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  await writeFile(path.join(out, 'package.json'), '{ "type": "commonjs" }\n');
  return outfile;
}
