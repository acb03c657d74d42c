import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TaskError, cacheDirectory } from '../../harness/project.ts';

/** A source package of Debian whose upstream code is searched, and whose patches are the questions. */
export interface SourcePackage {
  readonly name: string;
  /** What most of its files are written in. */
  readonly language: string;
  /** Where its code lies, when the package holds much that is not its own. */
  readonly folders?: readonly string[];
}

/**
 * None of them is in the training data of the built-in embedding model: that was npm packages, Python libraries
 * (four of them copyleft, none of these), and Go and Rust libraries, all others of which are other languages.
 */
export const sourcePackages: readonly SourcePackage[] = [
  { name: 'curl', language: 'c', folders: ['lib', 'src', 'include'] },
  { name: 'openssh', language: 'c' },
  { name: 'gnutls28', language: 'c', folders: ['lib', 'src'] },
  { name: 'glib2.0', language: 'c', folders: ['glib', 'gio', 'gobject', 'gmodule', 'gthread'] },
  { name: 'libxml2', language: 'c' },
  { name: 'bluez', language: 'c' },
  { name: 'mutter', language: 'c', folders: ['src', 'cogl', 'clutter'] },
  { name: 'poppler', language: 'cpp' },
  { name: 'exiv2', language: 'cpp', folders: ['src', 'include', 'app'] },
  { name: 'netty', language: 'java' },
  { name: 'zookeeper', language: 'java' },
  { name: 'keepass2', language: 'csharp' },
  { name: 'restic', language: 'go', folders: ['cmd', 'internal'] },
  { name: 'lxd', language: 'go' },
  { name: 'gh', language: 'go' },
  { name: 'composer', language: 'php' },
  { name: 'phpmyadmin', language: 'php', folders: ['libraries', 'src'] },
  { name: 'redmine', language: 'ruby', folders: ['app', 'lib', 'config'] },
  { name: 'ruby3.1', language: 'ruby', folders: ['lib', 'ext'] },
  { name: 'mercurial', language: 'python', folders: ['mercurial', 'hgext'] },
  { name: 'calibre', language: 'python', folders: ['src'] },
  { name: 'rust-ripgrep', language: 'rust' },
  { name: 'jackson-databind', language: 'java' },
  { name: 'cloud-init', language: 'python', folders: ['cloudinit'] },
  { name: 'php-twig', language: 'php', folders: ['src'] },
  { name: 'ruby-nokogiri', language: 'ruby', folders: ['lib'] },
];

/** An unpacked package: its code as its authors published it, and Debian's patches beside it. */
export interface UnpackedPackage extends SourcePackage {
  readonly code: string;
  readonly patches: string;
}

const home = path.join(cacheDirectory, 'retrieval');

/** Where the packages are unpacked, each in `NAME/code` with `NAME/debian` beside it. */
export const packagesFolder = path.join(home, 'packages');

/** Downloads and unpacks what is not there yet. Those that this system's release does not have are left out. */
export function unpackPackages(): UnpackedPackage[] {
  if (!existsSync('/etc/apt'))
    throw new TaskError('The evaluation is made of Debian’s source packages: run it on Debian.');
  const unpacked = sourcePackages.flatMap((source) => {
    const folder = path.join(home, 'packages', source.name);
    if (!existsSync(path.join(folder, 'complete')) && !fetchPackage(source.name, folder)) return [];
    return [{ ...source, code: path.join(folder, 'code'), patches: path.join(folder, 'debian/patches') }];
  });
  if (unpacked.length === 0) throw new TaskError('No source package could be downloaded. Is the network there?');
  return unpacked;
}

let aptOptions: readonly string[] | undefined;

/** The system's own package sources, asked for source code; the system's lists stay as they are. */
function sourceLists(): readonly string[] {
  if (aptOptions !== undefined) return aptOptions;
  const apt = path.join(home, 'apt');
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

function fetchPackage(name: string, folder: string): boolean {
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
