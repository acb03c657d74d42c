import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { diffLines } from '../../../src/edits/lineDiff.ts';
import { WorkBudget } from '../../../src/edits/workBudget.ts';
import { projectRoot } from '../../harness/project.ts';
import { fetchPackage } from '../fetchPackage.ts';
import { debPackages, npmPackages } from './packages.ts';
import { randomFrom } from './random.ts';

/** A real edit: a file of a package in two of its versions. */
export interface EditPair {
  readonly name: string;
  readonly language: string;
  readonly before: string;
  readonly after: string;
}

const cache = path.join(projectRoot, '.cache', 'bench-apply');
const MOST_PER_PACKAGE = 9;
const MOST_PER_LANGUAGE = 45;

const languages: Readonly<Record<string, string>> = {
  ts: 'typescript',
  js: 'javascript',
  mjs: 'javascript',
  py: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
  c: 'c',
  h: 'c',
  cc: 'c',
  cpp: 'c',
};

/** The real edits that the cases are made of; what is not in the cache yet is fetched with npm and apt. */
export function editPairs(): EditPair[] {
  const pairs = [...npmPackages, ...debPackages].flatMap((source): EditPair[] => {
    const folders = 'debian' in source ? fetchDeb(source.debian) : fetchNpm(source.npm, source.versions);
    return folders === null ? [] : pairsOf(folders, 'debian' in source ? source.debian : source.npm);
  });
  const counts = new Map<string, number>();
  return pairs
    .filter(({ language }) => {
      const count = (counts.get(language) ?? 0) + 1;
      counts.set(language, count);
      return count <= MOST_PER_LANGUAGE;
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

type Folders = readonly [older: string, newer: string];

function fetchNpm(name: string, versions: readonly [string, string]): Folders | null {
  const [older, newer] = versions.map((version) =>
    fetchPackage({ npm: `${name}@${version}` }, path.join(cache, `${name.replace(/[@/]+/g, '_')}-${version}`)),
  );
  return older === null || older === undefined || newer === null || newer === undefined ? null : [older, newer];
}

const releases = ['bookworm', 'trixie'] as const;

function fetchDeb(name: string): Folders | null {
  const [older, newer] = releases.map((release) =>
    fetchPackage({ debian: name }, path.join(cache, `${name}-${release}`), () => aptOptions(release)),
  );
  if (older === null || older === undefined || newer === null || newer === undefined) return null;
  // The folder of a Rust crate has its version in its name.
  const inside = [older, newer].map((folder) => globSync('usr/share/cargo/registry/*', { cwd: folder })[0] ?? '');
  return [path.join(older, inside[0] ?? ''), path.join(newer, inside[1] ?? '')];
}

/** Options for package lists of our own, of another release of Debian, from where this system takes its packages. */
function aptOptions(release: string): string[] {
  const apt = path.join(cache, 'apt', release);
  const options = [
    `Dir::Etc::sourcelist=${path.join(apt, 'sources.list')}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::Lists=${path.join(apt, 'lists')}`,
    `Dir::Cache=${path.join(apt, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  if (existsSync(apt)) return options;
  const files = globSync('/etc/apt/{sources.list,sources.list.d/*}');
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const address = /^(?:URIs:|deb(?: \[[^\]]*\])?) *(\S+\/debian\/?)(?:\s|$)/m.exec(text)?.[1];
  if (address === undefined) throw new Error('This system takes no packages from Debian.');
  mkdirSync(path.join(apt, 'lists', 'partial'), { recursive: true });
  mkdirSync(path.join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  const key = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(path.join(apt, 'sources.list'), `deb [signed-by=${key}] ${address} ${release} main\n`);
  execFileSync('apt-get', [...options, 'update', '-q'], { stdio: 'pipe' });
  return options;
}

function pairsOf([older, newer]: Folders, source: string): EditPair[] {
  const files = globSync('**/*.{ts,js,mjs,py,go,rs,java,c,h,cc,cpp}', { cwd: older }).filter(
    (file) => !/(^|\/)(dist|node_modules|min|umd|esm\d*|cjs|lib-esm|legacy|vendor)\/|\.min\.|\.d\.ts$/.test(file),
  );
  const random = randomFrom(source);
  const shuffled = files
    .sort()
    .map((file) => ({ file, order: random() }))
    .sort((left, right) => left.order - right.order);
  const pairs: EditPair[] = [];
  for (const { file } of shuffled) {
    if (pairs.length === MOST_PER_PACKAGE) break;
    const newFile = path.join(newer, file);
    if (!existsSync(newFile)) continue;
    const before = readFileSync(path.join(older, file), 'utf8');
    const after = readFileSync(newFile, 'utf8');
    const language = languages[path.extname(file).slice(1)];
    if (language !== undefined && isUsual(before, after)) {
      pairs.push({ name: `${source}/${file}`, language, before, after });
    }
  }
  return pairs;
}

/** True for an edit as somebody would ask a model for: of some lines, in a file that people wrote. */
function isUsual(before: string, after: string): boolean {
  const older = before.split('\n');
  const newerLines = after.split('\n');
  if (before === after || /[\r\uFEFF\uFFFD\0]/.test(before + after)) return false;
  if (!before.endsWith('\n') || !after.endsWith('\n')) return false;
  if (older.length < 20 || older.length > 2500 || older.some((line) => line.length > 300)) return false;
  const changes = diffLines(older, newerLines, new WorkBudget());
  // Of a change of white space alone nobody can tell whether it is meant or the damage.
  const bare = (lines: readonly string[]): string => lines.join('').replace(/\s/g, '');
  const isMeant = changes.every(({ oldStart, oldEnd, newStart, newEnd }) => {
    const [old, newer] = [older.slice(oldStart, oldEnd), newerLines.slice(newStart, newEnd)];
    return (
      bare(old) !== bare(newer) &&
      !old.some((line) => newer.some((other) => line !== other && bare([line]) === bare([other])))
    );
  });
  if (!isMeant) return false;
  const touched = changes.map(({ oldStart, oldEnd, newStart, newEnd }) => oldEnd - oldStart + newEnd - newStart);
  const sum = touched.reduce((total, count) => total + count, 0);
  return changes.length <= 8 && sum <= 60 && sum < older.length / 2;
}
