import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { npmCommand } from '../harness/npmCommand.ts';

/**
 * Installs packages, as `name@version`, into a folder of the cache the first time, and builds what is native with
 * the headers of this very Node: some packages download a finished binary, which not every network lets through,
 * and asking every newcomer's `npm install` for a compiler is too much for a benchmark. Resolves to their `require`.
 */
export async function installNative(directory: string, packages: readonly string[]): Promise<NodeJS.Require> {
  const require = createRequire(path.join(directory, 'index.js'));
  // Said last, so that a build that was broken off is begun again.
  const mark = path.join(directory, `built-node-${process.version}-${process.arch}`);
  const wanted = packages.join('\n');
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === wanted) return require;
  console.log(`Installing ${packages.join(', ')} in .cache, once; it takes a minute or two …`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, 'package.json'), '{ "private": true }\n');
  const headers = await fetchHeaders(directory);
  runNpm(directory, ['install', ...packages, '--no-audit', '--no-fund', '--foreground-scripts'], {
    npm_config_nodedir: headers,
    npm_config_build_from_source: 'true',
  });
  await writeFile(mark, wanted);
  return require;
}

/** The headers of this Node lie in the npm package of its binary. */
async function fetchHeaders(directory: string): Promise<string> {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const binary = `node-${os}-${process.arch}`;
  runNpm(directory, ['pack', `${binary}@${process.versions.node}`, '--silent'], {});
  const archive = `${binary}-${process.versions.node}.tgz`;
  execFileSync('tar', ['-xzf', archive, 'package/include'], { cwd: directory });
  await rm(path.join(directory, archive));
  const headers = path.join(directory, 'package');
  await readFile(path.join(headers, 'include', 'node', 'node.h'));
  return headers;
}

function runNpm(directory: string, parameters: string[], variables: Record<string, string>): void {
  const [command = 'npm', ...rest] = npmCommand(...parameters);
  execFileSync(command, rest, {
    cwd: directory,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
}
