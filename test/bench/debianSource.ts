import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../harness/project.ts';

let aptOptions: readonly string[] | undefined;

/** The system's own package sources, asked for source code; the system's lists stay as they are. */
function sourceLists(): readonly string[] {
  if (aptOptions !== undefined) return aptOptions;
  const apt = path.join(cacheDirectory, 'retrieval', 'apt');
  for (const name of ['parts', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(apt, name), { recursive: true });
  const parts = '/etc/apt/sources.list.d';
  for (const file of readdirSync(parts).filter((name) => name.endsWith('.sources'))) {
    const text = readFileSync(path.join(parts, file), 'utf8');
    if (text.includes('debian-archive-keyring')) {
      writeFileSync(path.join(apt, 'parts', file), text.replaceAll(/^Types: deb$/gm, 'Types: deb-src'));
    }
  }
  aptOptions = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${apt}/parts`,
    `Dir::State::Lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  execFileSync('apt-get', [...aptOptions, '-qq', 'update'], { stdio: 'ignore' });
  return aptOptions;
}

/**
 * Unpacks a source package of Debian: its authors' code into `FOLDER/code`, Debian's part into `FOLDER/debian`; the
 * file `FOLDER/complete` comes last. False, with a word about it, when it cannot be had here.
 */
export function fetchDebianSource(name: string, folder: string): boolean {
  console.log(`Downloading the source of ${name} …`);
  const download = `${folder}.download`;
  rmSync(download, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'code'), { recursive: true });
  mkdirSync(download, { recursive: true });
  try {
    execFileSync('apt-get', [...sourceLists(), '-qq', 'source', '--download-only', name], {
      cwd: download,
      stdio: 'ignore',
    });
  } catch {
    // A missing signature is no loss here; what must be there is looked for below.
  }
  const archives = readdirSync(download).filter((file) => /\.tar\.\w+$/.test(file));
  const debian = archives.find((file) => /\.debian\.tar\.\w+$/.test(file));
  const original = archives.find((file) => /\.orig\.tar\.\w+$/.test(file));
  if (debian === undefined || original === undefined) {
    console.log('  It is not to be had here.');
    return false;
  }
  const unpack = (file: string, into: string, ...more: string[]): void => {
    execFileSync('tar', ['-xf', path.join(download, file), '-C', into, '--no-same-owner', ...more], {
      stdio: 'ignore',
    });
  };
  unpack(debian, folder);
  unpack(original, path.join(folder, 'code'), '--strip-components=1');
  for (const file of archives) {
    const component = /\.orig-([^.]+)\.tar\.\w+$/.exec(file)?.[1];
    if (component === undefined) continue;
    const into = path.join(folder, 'code', component);
    mkdirSync(into, { recursive: true });
    unpack(file, into, '--strip-components=1');
  }
  rmSync(path.join(folder, 'code', 'debian'), { recursive: true, force: true });
  rmSync(download, { recursive: true });
  writeFileSync(path.join(folder, 'complete.new'), '');
  renameSync(path.join(folder, 'complete.new'), path.join(folder, 'complete'));
  return true;
}
