import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { IgnoreRules } from './ignoreRules.ts';

/** The environment variables that say where git's files are. */
export type GitEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The rules of a repository that stand in no .gitignore: the user's excludes file
 * (`core.excludesFile`) and info/exclude. `directory` is the top of a working tree, or a folder that
 * is in none: then only the user's file counts.
 */
export function readRepositoryRules(directory: string, environment: GitEnvironment): IgnoreRules {
  const gitDirectory = findGitDirectory(directory)?.common;
  const settings = readGitSettings(gitDirectory, environment);
  const texts = [
    settings.excludesFile === undefined ? undefined : readIfThere(settings.excludesFile),
    gitDirectory === undefined ? undefined : readIfThere(path.join(gitDirectory, 'info', 'exclude')),
  ];
  return IgnoreRules.create(
    texts.filter((text) => text !== undefined),
    settings.ignoreCase,
  );
}

/** True when the folder is the top of a working tree, also of a worktree or submodule. */
export function isRepositoryTop(directory: string): boolean {
  return existsSync(path.join(directory, '.git'));
}

/** The text of a regular file; undefined when there is none or it cannot be read. git follows no link here either. */
export function readRuleFile(file: string): string | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Where git keeps what belongs to a working tree. */
export interface GitDirectory {
  /** The working tree's own: its index lies here. */
  readonly own: string;
  /** Where info/exclude and config lie: of a worktree, the repository that it belongs to. */
  readonly common: string;
  /** Length of a hash in its files. */
  readonly hashBytes: number;
}

/** Undefined where `directory` is not the top of a working tree. */
export function findGitDirectory(directory: string): GitDirectory | undefined {
  const dotGit = path.join(directory, '.git');
  const stats = statSync(dotGit, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const own = stats.isDirectory() ? dotGit : followPointer(directory, dotGit);
  if (own === undefined) return undefined;
  const commonName = readIfThere(path.join(own, 'commondir'))?.trim();
  const common = commonName === undefined || commonName === '' ? own : path.resolve(own, commonName);
  const values = new Map<string, string>();
  readConfig(path.join(common, 'config'), '', values, 0);
  return { own, common, hashBytes: values.get('extensions.objectformat')?.toLowerCase() === 'sha256' ? 32 : 20 };
}

function followPointer(directory: string, dotGit: string): string | undefined {
  const pointer = /^gitdir: (.+)$/m.exec(readIfThere(dotGit) ?? '')?.[1];
  return pointer === undefined ? undefined : path.resolve(directory, pointer.trim());
}

interface GitSettings {
  readonly excludesFile: string | undefined;
  readonly ignoreCase: boolean;
}

function readGitSettings(gitDirectory: string | undefined, environment: GitEnvironment): GitSettings {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '';
  const xdg = nonEmpty(environment['XDG_CONFIG_HOME']) ?? path.join(home, '.config');
  const files = [
    ...(environment['GIT_CONFIG_NOSYSTEM'] === undefined ? ['/etc/gitconfig'] : []),
    ...(environment['GIT_CONFIG_GLOBAL'] === undefined
      ? [path.join(xdg, 'git', 'config'), path.join(home, '.gitconfig')]
      : [environment['GIT_CONFIG_GLOBAL']]),
    ...(gitDirectory === undefined ? [] : [path.join(gitDirectory, 'config')]),
  ];
  const values = new Map<string, string>();
  for (const file of files) readConfig(file, home, values, 0);
  const excludesFile = values.get('core.excludesfile') ?? path.join(xdg, 'git', 'ignore');
  return {
    excludesFile: excludesFile === '' ? undefined : expandHome(excludesFile, home),
    ignoreCase: /^(true|yes|on|1)$/i.test(values.get('core.ignorecase') ?? ''),
  };
}

const MAX_INCLUDES = 10;

/** Reads `name = value` lines of a git config file, the last one winning, and what it includes. */
function readConfig(file: string, home: string, values: Map<string, string>, depth: number): void {
  let section = '';
  for (const line of (readIfThere(file) ?? '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]"]*?)\s*("[^"]*")?\s*\]\s*(.*)$/.exec(line);
    if (header !== null) section = `${(header[1] ?? '').toLowerCase()}${header[2] ?? ''}`;
    const entry = /^\s*([a-z][\w-]*)\s*=\s*(.*)$/i.exec(header === null ? line : (header[3] ?? ''));
    if (entry === null) continue;
    const key = `${section}.${(entry[1] ?? '').toLowerCase()}`;
    const value = readValue(entry[2] ?? '');
    values.set(key, value);
    if (key === 'include.path' && depth < MAX_INCLUDES) {
      readConfig(path.resolve(path.dirname(file), expandHome(value, home)), home, values, depth + 1);
    }
  }
}

/** Quotes group, backslashes escape, `#` and `;` begin a comment. */
function readValue(text: string): string {
  let value = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter === '\\') value += text.charAt(++i);
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '#' || letter === ';')) break;
    else value += letter;
  }
  return value.trim();
}

function expandHome(file: string, home: string): string {
  return file.startsWith('~/') ? path.join(home, file.slice(2)) : file;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
