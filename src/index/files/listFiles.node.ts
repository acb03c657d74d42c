import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { TimeSlice } from '../timeSlice.node.ts';
import { type SkipReason, isDependencyFolder, skipByPath, skipBySize } from './fileKinds.ts';
import { type GitEnvironment, isRepositoryTop, readRepositoryRules, readRuleFile } from './gitSettings.node.ts';
import type { IgnoreRules } from './ignoreRules.ts';

/** A file that belongs into the index as far as its path and size tell. */
export interface ListedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Time of the last change, microseconds since the epoch. */
  readonly modifiedUs: number;
}

export interface Listing {
  readonly files: readonly ListedFile[];
  /** What was left out, by path, with the reason. Ignored files are not mentioned. */
  readonly skipped: ReadonlyMap<string, SkipReason>;
}

export interface ListOptions {
  /** At most so many files; those nearest to the top come first. */
  readonly limit: number;
  readonly environment: GitEnvironment;
  /** List only this file, or what is below this folder: a path relative to the root. */
  readonly only?: string;
}

interface Folder {
  /** Relative to the root; empty for it. */
  readonly path: string;
  /** Those of what is above it; with its own once it was entered. */
  rules: IgnoreRules;
}

/** Folders that hold a version control system's own data. */
const controlFolders = new Set(['.git', '.hg', '.svn', '.jj']);

/**
 * Walks a folder, level by level, and lists what belongs into the index. Symbolic links are not
 * followed, so that no loop and nothing outside is reached. What cannot be read is counted. Throws
 * only when `root` itself cannot be read.
 *
 * The calls that read the disk are the synchronous ones, a slice at a time: they take a fifth of the
 * asynchronous ones' time, and this process has nobody waiting but searches, which get their turn.
 */
export async function listFiles(root: string, options: ListOptions): Promise<Listing> {
  const walk = new Walk(root, options);
  const slice = new TimeSlice();
  const queue = [walk.start(options.only)];
  // It grows while it is gone through.
  for (const folder of queue) {
    if (folder === undefined) continue;
    for (const [name, kind] of walk.enter(folder)) {
      queue.push(walk.visit(folder, name, kind));
      if (slice.isOver) await slice.breathe();
    }
  }
  return walk;
}

class Walk implements Listing {
  readonly files: ListedFile[] = [];
  readonly skipped = new Map<string, SkipReason>();
  readonly #root: string;
  readonly #options: ListOptions;
  /** The way from the top of the repository to the root, which its rules' paths begin with. */
  readonly #prefix: string;
  readonly #rules: IgnoreRules;

  constructor(root: string, options: ListOptions) {
    this.#root = root;
    this.#options = options;
    const { prefix, rules } = findRules(root, options.environment);
    this.#prefix = prefix;
    this.#rules = rules;
  }

  /** The folder to begin with; with `only`, what the walk would reach of it. */
  start(only: string | undefined): Folder | undefined {
    let folder: Folder | undefined = { path: '', rules: this.#rules };
    if (only === undefined || only === '') return folder;
    const names = only.split('/');
    for (const [index, name] of names.entries()) {
      if (folder === undefined) return undefined;
      const kind = this.enter(folder).get(name);
      const isOnTheWay = index < names.length - 1;
      folder = kind === undefined || (isOnTheWay && kind !== 'folder') ? undefined : this.visit(folder, name, kind);
    }
    return folder;
  }

  /** What is in a folder, in order of name; the folder's own rules are added to it. */
  enter(folder: Folder): Map<string, Kind> {
    const directory = path.join(this.#root, folder.path);
    let entries: Dirent[];
    try {
      entries = readdirSync(directory, { withFileTypes: true });
    } catch (error) {
      if (folder.path === '') throw error;
      this.skipped.set(folder.path, 'unreadable');
      return new Map();
    }
    const anchored = (this.#prefix + folder.path).replace(/\/$/, '');
    if (folder.path !== '' && entries.some(({ name }) => name === '.git')) {
      folder.rules = folder.rules.restart(readRepositoryRules(directory, this.#options.environment), anchored);
    }
    folder.rules = withOwnRules(folder.rules, directory, anchored, entries);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return new Map(entries.map((entry) => [entry.name, kindOf(entry)]));
  }

  /** Lists a file, or returns a folder to be entered. */
  visit(parent: Folder, name: string, kind: Kind): Folder | undefined {
    const relative = parent.path === '' ? name : `${parent.path}/${name}`;
    const verdict = parent.rules.verdict(this.#prefix + relative, kind === 'folder');
    if (verdict === true || controlFolders.has(name)) return undefined;
    if (kind === 'folder' && (verdict === false || !isDependencyFolder(name))) {
      return { path: relative, rules: parent.rules };
    }
    const reason = kind === 'file' ? this.#check(relative) : kind === 'folder' ? 'dependencies' : kind;
    if (reason !== undefined) this.skipped.set(relative, reason);
    return undefined;
  }

  #check(relative: string): SkipReason | undefined {
    const reason = skipByPath(relative);
    if (reason !== undefined) return reason;
    let stats;
    try {
      stats = lstatSync(path.join(this.#root, relative));
    } catch {
      return 'unreadable';
    }
    const tooMuch = skipBySize(relative, stats.size);
    if (tooMuch !== undefined) return tooMuch;
    if (this.files.length >= this.#options.limit) return 'over the limit';
    this.files.push({ path: relative, sizeBytes: stats.size, modifiedUs: microseconds(stats.mtimeMs) });
    return undefined;
  }
}

/** Node gives milliseconds with fractions; whole numbers compare and store exactly. */
export function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

type Kind = 'file' | 'folder' | 'symbolic link' | 'special file';

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'symbolic link' : 'special file';
}

/**
 * Where git's rules begin: the top of the working tree that the folder lies in, with `prefix` the way
 * from there. A folder that git itself ignores was opened on purpose: then rules begin with it.
 */
function findRules(root: string, environment: GitEnvironment): { prefix: string; rules: IgnoreRules } {
  const above: string[] = [];
  for (let directory = path.dirname(root); directory !== path.dirname(directory); directory = path.dirname(directory)) {
    above.unshift(directory);
  }
  const topIndex = isRepositoryTop(root) ? -1 : above.findLastIndex((directory) => isRepositoryTop(directory));
  const standalone = { prefix: '', rules: readRepositoryRules(root, environment) };
  const top = above[topIndex];
  if (top === undefined) return standalone;
  let rules = readRepositoryRules(top, environment);
  let directory = '';
  for (const next of [...above.slice(topIndex + 1), root]) {
    const inside = path.join(top, directory);
    rules = withOwnRules(rules, inside, directory, readdirSync(inside, { withFileTypes: true }));
    directory = toSlashes(path.relative(top, next));
    if (rules.verdict(directory, true) === true) return standalone;
  }
  return { prefix: `${directory}/`, rules };
}

function withOwnRules(
  rules: IgnoreRules,
  directory: string,
  anchored: string,
  entries: readonly Dirent[],
): IgnoreRules {
  // As git does, a rule file that is a link is passed over.
  const read = (name: string): string | undefined =>
    entries.some((entry) => entry.name === name && entry.isFile())
      ? readRuleFile(path.join(directory, name))
      : undefined;
  const gitignore = read('.gitignore');
  const sextantignore = read('.sextantignore');
  if (gitignore === undefined && sextantignore === undefined) return rules;
  return rules.below(anchored, { gitignore, sextantignore });
}

function toSlashes(relative: string): string {
  return relative.split(path.sep).join('/');
}
