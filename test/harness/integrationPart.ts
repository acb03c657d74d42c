// Runs test/integration in the extension host of a real VS Code: `node integrationPart.ts REPORT GREP VERSION`.
import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import type { Browser } from 'playwright-core';
import { generate } from 'selfsigned';
import { launchBrowser } from './browser.ts';
import { type EditorVersion, newestEditor } from './editorDownload.ts';
import { endWithParent } from './endWithParent.ts';
import { freshDirectory, projectRoot } from './project.ts';
import { bundleSuite } from './integrationSuite.ts';
import { SUITE_MARK } from './report.ts';
import { writeSampleProject } from './sampleProject.ts';
import { type VscodeServer, startServer, typescriptSettings } from './vscodeServer.ts';
import { openSession } from './workbench.ts';

const SUITE_TIMEOUT_MS = 900_000;
const [reportFile = '', grep = '', version = newestEditor] = process.argv.slice(2);

endWithParent();

/** What VS Code and the extensions say, a good part of it about what this small VS Code lacks. */
const log = createWriteStream(path.join(path.dirname(reportFile), 'integration.log'));
const directory = await freshDirectory('integration', version);
const suite = await bundleSuite(directory);
const authority = await writeAuthority(directory);
const folder = await writeSampleProject(path.join(directory, 'project'));
await rm(reportFile, { force: true });
let server: VscodeServer | undefined;
let browser: Browser | undefined;
try {
  server = await startServer({
    directory: path.join(directory, 'server'),
    version: version as EditorVersion,
    settings: typescriptSettings,
    environment: {
      SEXTANT_TEST_REPORT: reportFile,
      SEXTANT_TEST_GREP: grep,
      ...authority,
      SEXTANT_TEST_STORAGE: path.join(directory, 'server', 'data', 'User', 'globalStorage', 'sextant.sextant'),
    },
  });
  browser = await launchBrowser();
  await runIn(browser, server);
} finally {
  await browser?.close();
  await server?.stop();
  log.end();
  await rm(directory, { recursive: true, force: true });
}

/** A certificate that Node knows, and OpenSSL takes for one that the system trusts, as the extension host is told. */
async function writeAuthority(place: string): Promise<Readonly<Record<string, string>>> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'models.test' }]);
  const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => path.join(place, name)) as [string, string];
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  return { NODE_EXTRA_CA_CERTS: certFile, SSL_CERT_FILE: certFile, SEXTANT_TEST_AUTHORITY_KEY: keyFile };
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
    const [text] = parts;
    if (typeof text === 'string' && text.startsWith(SUITE_MARK)) console.log(text.slice(SUITE_MARK.length));
    else log.write(`${format(...parts)}\n`);
  });
  await page.goto(vscode.url({ folder, extension: projectRoot, extensionTests: suite }));
  await exited;
}
