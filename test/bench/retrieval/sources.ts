import { existsSync } from 'node:fs';
import path from 'node:path';
import { TaskError, cacheDirectory } from '../../harness/project.ts';
import { fetchDebianSource } from '../debianSource.ts';

/** A source package of Debian whose upstream code is searched, and whose patches are the questions. */
export interface SourcePackage {
  readonly name: string;
  /** What most of its files are written in. */
  readonly language: string;
  /** Where its code lies, when the package holds much that is not its own. */
  readonly folders?: readonly string[];
}

/** None of them is in the training data of a built-in embedding model; `train:embedding` refuses them by name. */
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
    if (!existsSync(path.join(folder, 'complete')) && !fetchDebianSource(source.name, folder)) return [];
    return [{ ...source, code: path.join(folder, 'code'), patches: path.join(folder, 'debian/patches') }];
  });
  if (unpacked.length === 0) throw new TaskError('No source package could be downloaded. Is the network there?');
  return unpacked;
}
