import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles } from '../../../src/index/files/listFiles.node.ts';
import { cacheDirectory, projectRoot } from '../../harness/project.ts';

/** A folder to index. */
export interface Tree {
  readonly name: string;
  readonly directory: string;
  /** Whether searching, reopening and saving are measured on it as well. */
  readonly isMain: boolean;
  readonly goals: { readonly searchableSeconds: number | null; readonly memoryMb: number | null };
}

const directory = path.join(cacheDirectory, 'bench-index', 'trees');

/** The trees by name, each made when it is asked for and kept in the cache. */
export const trees: Readonly<Record<string, () => Promise<Tree>>> = {
  '1k': () => npmTree(1000, { searchableSeconds: null, memoryMb: null }),
  '10k': () => npmTree(10_000, { searchableSeconds: 20, memoryMb: 300 }),
  linux: linuxTree,
};

/** The first files of the npm packages that Sextant is made with. */
async function npmTree(count: number, goals: Tree['goals']): Promise<Tree> {
  const target = path.join(directory, `npm-${count}`);
  const tree = { name: `${count.toLocaleString('en')} files of npm`, directory: target, isMain: count > 5000, goals };
  if (existsSync(target)) return tree;
  const from = path.join(projectRoot, 'node_modules');
  const limits = { files: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  const { files } = await listFiles(from, { limits, environment: {} });
  const making = `${target}.new`;
  rmSync(making, { recursive: true, force: true });
  for (const { path: file } of files.slice(0, count)) cpSync(path.join(from, file), path.join(making, file));
  renameSync(making, target);
  return tree;
}

/** The sources of Linux, from Debian's package. Needs Debian, its package lists, and 2 GB of room. */
async function linuxTree(): Promise<Tree> {
  const target = path.join(directory, 'linux');
  const goals = { searchableSeconds: 150, memoryMb: null };
  const tree = { name: 'Linux', directory: target, isMain: false, goals };
  if (existsSync(target)) return tree;
  const run = (command: string, parameters: readonly string[], cwd: string): string =>
    execFileSync(command, parameters, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const making = `${target}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  const newest = /^ *Depends: (linux-source-\S+)/m.exec(run('apt-cache', ['depends', 'linux-source'], making))?.[1];
  if (newest === undefined) throw new Error('Debian has no package linux-source here. Run “apt-get update” first.');
  run('apt-get', ['download', newest], making);
  const [archive = ''] = readdirSync(making);
  run('dpkg-deb', ['-x', archive, 'package'], making);
  const source = path.join(making, 'package', 'usr', 'src', `${newest}.tar.xz`);
  run('tar', ['-xJf', source], making);
  // Debian's packagers ignore all but their own folder.
  const rules = path.join(making, newest, '.gitignore');
  writeFileSync(rules, readFileSync(rules, 'utf8').replace('\n/*\n!/debian/\n', '\n'));
  renameSync(path.join(making, newest), target);
  rmSync(making, { recursive: true });
  return await Promise.resolve(tree);
}
