import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { secretFilesWith } from '../../privacy/ownSecretFiles.ts';
import { TimeSlice } from '../timeSlice.node.ts';
import { type SkipReason, isDependencyFolder, skipByPath, skipBySize } from './fileKinds.ts';
import { type FileLimits, type Wanted, chooseFiles, nothingWanted } from './chooseFiles.ts';
import {
  type GitDirectory,
  type GitEnvironment,
  findGitDirectory,
  isRepositoryTop,
  readRepositoryRules,
  readRuleFile,
} from './gitSettings.node.ts';
import { HiddenFiles } from './hiddenFiles.ts';
import { type IgnoreRules, ruleFileNames } from './ignoreRules.ts';
import { TrackedFiles } from './trackedFiles.node.ts';

/** A file that belongs into the index as far as its path and size tell. */
export interface ListedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Time of the last change, microseconds since the epoch. */
  readonly modifiedUs: number;
}

export interface Listing {
  /** Those worth most first. */
  readonly files: readonly ListedFile[];
  /** What was left out, by path, with the reason. What git or .sextantignore leaves out is not mentioned. */
  readonly skipped: ReadonlyMap<string, SkipReason>;
}

export interface ListOptions {
  readonly limits: FileLimits;
  readonly environment: GitEnvironment;
  /** See {@link chooseFiles}. */
  readonly wanted?: Wanted;
  /** What the editor hides. */
  readonly hidden?: HiddenFiles;
  /** Globs of what is secret besides what usually is. */
  readonly secret?: readonly string[];
  /** Kept from one walk to the next, it reads git's index only when that has changed. */
  readonly tracked?: TrackedFiles;
  /** Waits until there is a share of the processor for more. */
  readonly pace?: () => Promise<void>;
  /** List only these files, and what is below these folders: paths relative to the root, none below another. */
  readonly only?: readonly string[];
}

/** The repository that a folder is in. */
interface Repository {
  readonly git: GitDirectory;
  /** The way to its top, from where the rules' paths begin, with a `/` at the end; empty where they are one. */
  readonly base: string;
}

interface Folder {
  /** Relative to the root; empty for it. */
  readonly path: string;
  /** Those of what is above it; with its own once it was entered. */
  rules: IgnoreRules;
  repository: Repository | undefined;
  /** True where git ignores the folder, and only what it tracks is listed. */
  isIgnored: boolean;
  /** Names of what is in it, once it was entered. */
  names: ReadonlySet<string>;
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
  const queue = (options.only ?? ['']).map((start) => walk.start(start));
  // It grows while it is gone through.
  for (const folder of queue) {
    if (folder === undefined) continue;
    for (const [name, kind] of walk.enter(folder)) {
      queue.push(walk.visit(folder, name, kind));
      if (!slice.isOver) continue;
      await options.pace?.();
      await slice.breathe();
    }
  }
  const { chosen, left } = chooseFiles(walk.files, options.limits, options.wanted ?? nothingWanted, Date.now() * 1000);
  for (const file of left) walk.skipped.set(file.path, 'over the limit');
  return { files: chosen, skipped: walk.skipped };
}

class Walk {
  readonly files: ListedFile[] = [];
  readonly skipped = new Map<string, SkipReason>();
  readonly #root: string;
  readonly #environment: GitEnvironment;
  readonly #hidden: HiddenFiles;
  readonly #isSecret: (path: string) => boolean;
  readonly #tracked: TrackedFiles;
  /** The way from the top of the repository to the root, which its rules' paths begin with. */
  readonly #prefix: string;
  readonly #top: Folder;

  constructor(root: string, { environment, hidden, secret, tracked }: ListOptions) {
    this.#root = root;
    this.#environment = environment;
    this.#hidden = hidden ?? new HiddenFiles([]);
    this.#isSecret = secretFilesWith(secret ?? []);
    this.#tracked = tracked ?? new TrackedFiles();
    const { prefix, rules, top } = findRules(root, environment);
    this.#prefix = prefix;
    const git = findGitDirectory(top);
    const repository = git === undefined ? undefined : { git, base: '' };
    this.#top = { path: '', rules, repository, isIgnored: false, names: new Set() };
  }

  /** A folder to begin with, as far as the walk would reach it. */
  start(only: string): Folder | undefined {
    // Another one each time, since it takes in the rules of what is entered.
    let folder: Folder | undefined = { ...this.#top };
    if (only === '') return folder;
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
    folder.names = new Set(entries.map(({ name }) => name));
    const anchored = (this.#prefix + folder.path).replace(/\/$/, '');
    const git = folder.path !== '' && folder.names.has('.git') ? findGitDirectory(directory) : undefined;
    if (git !== undefined) {
      folder.rules = folder.rules.restart(readRepositoryRules(directory, this.#environment), anchored);
      folder.repository = { git, base: `${anchored}/` };
      folder.isIgnored = false;
    }
    folder.rules = withOwnRules(folder.rules, directory, anchored, entries);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return new Map(entries.map((entry) => [entry.name, kindOf(entry)]));
  }

  /** Lists a file, or returns a folder to be entered. */
  visit(parent: Folder, name: string, kind: Kind): Folder | undefined {
    if (controlFolders.has(name)) return undefined;
    const relative = parent.path === '' ? name : `${parent.path}/${name}`;
    const isFolder = kind === 'folder';
    const verdict = parent.rules.verdict(this.#prefix + relative, isFolder);
    let isIgnored = false;
    let reason: SkipReason | undefined;
    if (verdict?.by === 'sextant') {
      if (verdict.isLeftOut) return undefined;
    } else {
      isIgnored = parent.isIgnored || (verdict?.by === 'git' && verdict.isLeftOut);
      if (isIgnored && !this.#isTracked(parent, relative, isFolder)) return undefined;
      if (verdict?.by === 'other tool') reason = 'ignored for another tool';
      else if (this.#hidden.has(relative, parent.names)) reason = 'hidden in the editor';
    }
    const isAskedFor = verdict?.isLeftOut === false;
    if (reason === undefined && isFolder && (isAskedFor || !isDependencyFolder(name))) {
      return { path: relative, rules: parent.rules, repository: parent.repository, isIgnored, names: new Set() };
    }
    reason ??= kind === 'file' ? this.#check(relative) : isFolder ? 'dependencies' : kind;
    if (reason !== undefined) this.skipped.set(relative, reason);
    return undefined;
  }

  /** What git tracks belongs to the project whatever its rules say. */
  #isTracked({ repository }: Folder, relative: string, isFolder: boolean): boolean {
    if (repository === undefined) return false;
    const inRepository = (this.#prefix + relative).slice(repository.base.length);
    return this.#tracked.has(repository.git, inRepository, isFolder);
  }

  #check(relative: string): SkipReason | undefined {
    const reason = skipByPath(relative, this.#isSecret);
    if (reason !== undefined) return reason;
    let stats;
    try {
      stats = lstatSync(path.join(this.#root, relative));
    } catch {
      return 'unreadable';
    }
    const tooMuch = skipBySize(relative, stats.size);
    if (tooMuch !== undefined) return tooMuch;
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
function findRules(
  root: string,
  environment: GitEnvironment,
): { readonly prefix: string; readonly rules: IgnoreRules; readonly top: string } {
  const above: string[] = [];
  for (let directory = path.dirname(root); directory !== path.dirname(directory); directory = path.dirname(directory)) {
    above.unshift(directory);
  }
  const topIndex = isRepositoryTop(root) ? -1 : above.findLastIndex((directory) => isRepositoryTop(directory));
  const standalone = { prefix: '', rules: readRepositoryRules(root, environment), top: root };
  const top = above[topIndex];
  if (top === undefined) return standalone;
  let rules = readRepositoryRules(top, environment);
  let directory = '';
  for (const next of [...above.slice(topIndex + 1), root]) {
    const inside = path.join(top, directory);
    rules = withOwnRules(rules, inside, directory, readdirSync(inside, { withFileTypes: true }));
    directory = toSlashes(path.relative(top, next));
    if (rules.verdict(directory, true)?.isLeftOut === true) return standalone;
  }
  return { prefix: `${directory}/`, rules, top };
}

function withOwnRules(
  rules: IgnoreRules,
  directory: string,
  anchored: string,
  entries: readonly Dirent[],
): IgnoreRules {
  const texts = new Map<string, string>();
  for (const entry of entries) {
    // As git does, a rule file that is a link is passed over.
    if (!ruleFileNames.has(entry.name) || !entry.isFile()) continue;
    const text = readRuleFile(path.join(directory, entry.name));
    if (text !== undefined) texts.set(entry.name, text);
  }
  return rules.below(anchored, texts);
}

function toSlashes(relative: string): string {
  return relative.split(path.sep).join('/');
}
