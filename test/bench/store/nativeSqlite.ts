import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { npmCommand } from '../../harness/npmCommand.ts';
import { cacheDirectory } from '../../harness/project.ts';

/** The newest that was tried; the name stands in the results. */
const PACKAGE = 'better-sqlite3';
const VERSION = '12.11.1';

/** Node 24 ends the process when something of better-sqlite3 is collected as garbage, so nothing is. */
const kept: unknown[] = [];

type Parameter = string | number | null | Uint8Array;

/** SQLite as a native module, as its packages offer it. */
export interface NativeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NativeStatement;
  close(): void;
}

export interface NativeStatement {
  run(...parameters: Parameter[]): unknown;
  all(...parameters: Parameter[]): unknown[];
}

/** What Sextant's store is measured beside. */
export interface NativeSqlite {
  /** As the results name it. */
  readonly name: string;
  /** With a write-ahead log and `synchronous=FULL`: a commit is on disk when it returns. */
  open(file: string): NativeDatabase;
}

/**
 * better-sqlite3, which is built in the cache the first time, with the headers of this very Node: its
 * package downloads a finished binary, which not every network lets through, and asking every newcomer's
 * `npm install` for a compiler is too much for a benchmark. Where it cannot be built, the SQLite inside
 * Node takes its place, and the reason is printed.
 */
export async function loadNativeSqlite(): Promise<NativeSqlite> {
  try {
    const Database = await loadBetterSqlite();
    return { name: PACKAGE, open: (file) => prepared(new Database(file)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.log(`${PACKAGE} cannot be built here (${reason}). The SQLite inside Node takes its place.`);
    return { name: 'node:sqlite', open: (file) => prepared(new DatabaseSync(file)) };
  }
}

function prepared(database: NativeDatabase): NativeDatabase {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  kept.push(database);
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql);
      kept.push(statement);
      return statement;
    },
    close() {
      database.close();
    },
  };
}

async function loadBetterSqlite(): Promise<new (file: string) => NativeDatabase> {
  const directory = path.join(cacheDirectory, 'native-sqlite');
  const require = createRequire(path.join(directory, 'index.js'));
  // Said last, so that a build that was broken off is begun again.
  const mark = path.join(directory, `built-${VERSION}-node-${process.version}-${process.arch}`);
  if (!existsSync(mark)) {
    console.log(`Building ${PACKAGE} ${VERSION} in .cache, once; it takes a minute or two …`);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, 'package.json'), '{ "private": true }\n');
    const headers = await fetchHeaders(directory);
    runNpm(directory, ['install', `${PACKAGE}@${VERSION}`, '--no-audit', '--no-fund', '--foreground-scripts'], {
      npm_config_nodedir: headers,
      npm_config_build_from_source: 'true',
    });
    // Whether it works is known only when it has been used.
    kept.push(new (require(PACKAGE) as new (file: string) => NativeDatabase)(':memory:'));
    await writeFile(mark, '');
  }
  return require(PACKAGE) as new (file: string) => NativeDatabase;
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
