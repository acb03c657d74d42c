import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SextantError } from '../base/errors.ts';

/** Where one installation of the CLI keeps what lasts. */
export interface DataDirectories {
  readonly database: string;
  readonly index: string;
  /** Of the index of the chats. */
  readonly history: string;
}

/**
 * Below `store` where it is given, else below the user's data folder, which is made where it is
 * missing. The folder in which VS Code keeps Sextant's data will do too. Throws a sentence when that cannot be done.
 */
export function dataDirectories(store: string | undefined): DataDirectories {
  const base =
    store === undefined ? userDataDirectory(process.platform, process.env, os.homedir()) : path.resolve(store);
  try {
    mkdirSync(base, { recursive: true });
  } catch (cause) {
    throw new SextantError('invalid', `The store ${base} cannot be used: ${mkdirProblem(cause)}`, { cause });
  }
  const ofEditor = path.join(base, 'store');
  const database = path.join(base, 'database');
  // VS Code's folder is as good: its chats can be backed up and exported from here.
  const isEditors = !existsSync(database) && existsSync(path.join(ofEditor, 'CURRENT'));
  return {
    database: isEditors ? ofEditor : database,
    index: path.join(base, 'index'),
    history: path.join(base, 'history'),
  };
}

/**
 * The folder `sextant` where the system wants data of applications: `$XDG_DATA_HOME` (XDG Base
 * Directory Specification, which says to ignore relative paths), `%LOCALAPPDATA%`, or
 * `~/Library/Application Support`.
 */
export function userDataDirectory(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const windows = platform === 'win32';
  const paths = windows ? path.win32 : path.posix;
  const usual = { win32: ['AppData', 'Local'], darwin: ['Library', 'Application Support'] }[platform as string];
  const named = environment[windows ? 'LOCALAPPDATA' : 'XDG_DATA_HOME'] ?? '';
  const isNamed = platform !== 'darwin' && paths.isAbsolute(named);
  return paths.join(isNamed ? named : paths.join(home, ...(usual ?? ['.local', 'share'])), 'sextant');
}

function mkdirProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'there is a file where a folder belongs.';
    case 'EACCES':
    case 'EPERM':
      return 'you may not write there.';
    case 'EROFS':
      return 'the disk is read-only.';
    case 'ENOSPC':
      return 'the disk is full.';
    default:
      return `the folder could not be made (${String(code)}).`;
  }
}
