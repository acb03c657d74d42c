import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isSextantError } from '../../../src/base/errors.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../src/storage/engine/openEngine.ts';
import { skipBecause } from '../../harness/skip.ts';
import {
  type NotesSchema,
  EngineFolder,
  addNote,
  assetDirectory,
  notesMigrations,
  readIds,
} from '../../unit/storage/engineFixture.ts';

/** Whoever this is, it owns nothing. */
const NOBODY = 65_534;

describe('The storage engine in a folder that can only be read', () => {
  let folder: EngineFolder;

  beforeEach(() => {
    folder = new EngineFolder();
  });

  afterEach(async () => {
    chmodSync(folder.directory, 0o755);
    await folder.dispose();
  });

  /** In a process without root's rights, which no folder is read-only to. */
  function readIn(context: Mocha.Context): unknown {
    const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const script = path.join(import.meta.dirname, 'readerProcess.ts');
    const child = spawnSync(process.execPath, [script, folder.directory], { ...identity, encoding: 'utf8' });
    if (child.error !== undefined || /EACCES.*permission denied.*(readerProcess|node_modules)/.test(child.stderr)) {
      skipBecause(context, 'this checkout cannot be read without root’s rights');
    }
    assert.equal(child.stderr, '');
    return JSON.parse(child.stdout);
  }

  it('reads what is there and refuses to write', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no folders that only refuse writing');
    const engine = await folder.open();
    await addNote(engine, 1);
    await engine.close();
    for (const name of readdirSync(folder.directory)) chmodSync(path.join(folder.directory, name), 0o444);
    chmodSync(folder.directory, 0o555);
    assert.deepEqual(readIn(this), { ids: [1], refusal: 'read-only' });
  });

  it('says so when there is nothing to read yet', function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no folders that only refuse writing');
    chmodSync(folder.directory, 0o555);
    assert.deepEqual(readIn(this), { ids: [], refusal: 'opening: read-only' });
  });

  it('says so when it may not even look', function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no folders that only refuse writing');
    chmodSync(folder.directory, 0o000);
    assert.deepEqual(readIn(this), { ids: [], refusal: 'opening: read-only' });
  });
});

describe('The storage engine that is no longer allowed to write', () => {
  let folder: EngineFolder;

  beforeEach(() => {
    folder = new EngineFolder();
  });

  afterEach(async () => {
    chmodAll(folder.directory, { folder: 0o755, files: 0o644 });
    await folder.dispose();
  });

  it('refuses to write, reads what it had, and writes once it may', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows has no folders that only refuse writing');
    const engine = await folder.open();
    await addNote(engine, 1);
    await engine.close();
    const isRoot = process.getuid?.() === 0;
    const names = [folder.directory, ...readdirSync(folder.directory).map((name) => path.join(folder.directory, name))];
    if (isRoot) for (const name of names) chownSync(name, NOBODY, NOBODY);
    const script = path.join(import.meta.dirname, 'permissionProcess.ts');
    const child = spawn(process.execPath, [script, folder.directory], {
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const hear = async (): Promise<unknown> => {
      const line = await lines.next();
      return line.done === true ? 'ended' : JSON.parse(line.value);
    };
    const write = (id: number): Promise<unknown> => {
      child.stdin.write(`${id}\n`);
      return hear();
    };
    const opened = await hear();
    if (opened === 'ended') skipBecause(this, 'this checkout cannot be read without root’s rights');
    assert.deepEqual(opened, { outcome: 'open', ids: [1] });
    chmodAll(folder.directory, { folder: 0o555, files: 0o444 });
    assert.deepEqual(await write(2), { outcome: 'read-only', ids: [1] });
    chmodAll(folder.directory, { folder: 0o000, files: 0o000 });
    assert.deepEqual(await write(3), { outcome: 'read-only', ids: [1] });
    chmodAll(folder.directory, { folder: 0o755, files: 0o644 });
    assert.deepEqual(await write(4), { outcome: 'stored', ids: [1, 4] });
    child.stdin.end();
    await once(child, 'close');
    assert.deepEqual(await readIds(await folder.open()), [1, 4]);
  });
}).timeout(60_000);

/** The files first when rights are taken, the folder first when they are given. */
function chmodAll(directory: string, modes: { readonly folder: number; readonly files: number }): void {
  chmodSync(directory, 0o755);
  for (const name of readdirSync(directory)) chmodSync(path.join(directory, name), modes.files);
  chmodSync(directory, modes.folder);
}

describe('The storage engine on a full disk', () => {
  const disk = mkdtempSync(path.join(os.tmpdir(), 'sextant-disk-'));
  const directory = path.join(disk, 'store');
  let isMounted = false;

  before(function () {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk], { stdio: 'ignore' });
      isMounted = true;
    } catch {
      skipBecause(this, 'a small disk can only be mounted with root’s rights, on Linux');
    }
    mkdirSync(directory);
  });

  after(() => {
    if (isMounted) execFileSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true });
  });

  const open = () =>
    openEngine<NotesSchema>({ platform: nodePlatform({ directory, assetDirectory }), migrations: notesMigrations });

  it('keeps what it acknowledged, refuses the rest, and goes on once there is space', async () => {
    const ballast = path.join(disk, 'ballast');
    writeFileSync(ballast, new Uint8Array(100_000));
    const engine = await open();
    const stored: number[] = [];
    let refused = 0;
    for (let id = 1; refused < 20; id++) {
      try {
        await addNote(engine, id, 'x'.repeat((id * 7_919) % 30_000));
        stored.push(id);
      } catch (error) {
        assert.ok(isSextantError(error) && error.code === 'disk-full', String(error));
        refused++;
      }
    }
    assert.ok(stored.length > 10);
    assert.deepEqual(await readIds(engine), stored);
    await assert.rejects(engine.compact(), { code: 'disk-full' });

    const other = await open();
    assert.deepEqual([await readIds(other), other.notice], [stored, null]);
    await other.close();

    rmSync(ballast);
    await addNote(engine, 1_000_000);
    await engine.close();
    const again = await open();
    assert.deepEqual([await readIds(again), again.notice], [[...stored, 1_000_000], null]);
    await again.close();
  });
});
