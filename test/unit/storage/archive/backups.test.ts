import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { errorCode, errorMessage } from '../../../../src/base/errors.ts';
import type { Backup } from '../../../../src/protocol/archive.ts';
import { LibraryFolder, type StoreCaller, sharedBytes } from './libraryFixture.ts';

describe('Backups', function () {
  this.timeout(30_000);
  let folder: LibraryFolder;
  let store: StoreCaller;

  beforeEach(() => {
    folder = new LibraryFolder();
    store = folder.open();
  });

  afterEach(() => folder.dispose());

  const titles = async (caller = store): Promise<string[]> =>
    (await caller.call('conversations.list', { limit: 100 })).map(({ title }) => title);

  it('give everything back: chats, branches, folders, pins, files', async () => {
    const { branched, sha256 } = await folder.fill(store);
    const before = [await store.call('folders.list', null), await store.call('conversations.get', { id: branched })];
    const backup = await store.call('backups.create', { file: null });
    assert.deepEqual(backup.counts, {
      conversations: 3,
      messages: 9,
      folders: 2,
      attachments: 3,
      files: 2,
      fileBytes: sharedBytes.length + 9,
    });
    await store.call('library.clear', { what: 'everything', keepsPinned: false, withBackups: false, dryRun: false });
    assert.deepEqual(await titles(), []);
    await assert.rejects(folder.files.get(sha256), { code: 'not-found' });
    const report = await store.call('backups.restore', { file: backup.file, dryRun: false });
    assert.equal(report.replaced.conversations, 0);
    assert.deepEqual(
      [await store.call('folders.list', null), await store.call('conversations.get', { id: branched })],
      before,
    );
    assert.deepEqual(await folder.files.get(sha256), new Uint8Array(sharedBytes));
    assert.deepEqual(await titles(folder.open()), await titles());
  });

  it('are a plain tar archive with a manifest, a database and files', async () => {
    const { sha256 } = await folder.fill(store);
    const { file } = await store.call('backups.create', { file: folder.path('mine.tar.gz') });
    const tar = gunzipSync(readFileSync(file));
    const names: string[] = [];
    for (let at = 0; tar[at] !== 0;) {
      const text = (start: number, length: number): string => tar.toString('latin1', at + start, at + start + length);
      const size = Number.parseInt(text(124, 11), 8);
      names.push(text(0, 100).replace(/\0.*/s, ''));
      if (names.length === 1) {
        const manifest = JSON.parse(tar.toString('utf8', at + 512, at + 512 + size)) as { members: unknown[] };
        assert.equal(manifest.members.length, 3);
      }
      if (names.at(-1) === 'database.sqlite') assert.match(text(512, 16), /^SQLite format 3/);
      at += 512 + Math.ceil(size / 512) * 512;
    }
    assert.deepEqual(names.slice(0, 2), ['manifest.json', 'database.sqlite']);
    assert.ok(names.includes(`files/${sha256}`));
  });

  it('are listed newest first, with what cannot be read apart', async () => {
    await folder.fill(store);
    const first = await store.call('backups.create', { file: null });
    folder.nowMs += 5_000;
    const second = await store.call('backups.create', { file: null });
    const broken = path.join(folder.backupDirectory, 'sextant-broken.tar.gz');
    writeFileSync(broken, 'nothing');
    const { backups, unreadable, directory } = await store.call('backups.list', null);
    assert.deepEqual(backups, [second, first]);
    assert.deepEqual(
      unreadable.map(({ file }) => file),
      [broken],
    );
    assert.equal(directory, folder.backupDirectory);
  });

  it('hold one moment, however much other windows write meanwhile', async () => {
    await folder.fill(store);
    const other = folder.open();
    let asked = 0;
    const writing = (async () => {
      for (; asked < 20; asked++) await folder.ask(other, `busy-${asked}`, `Question ${asked}`);
    })();
    const backup = await store.call('backups.create', { file: null });
    await writing;
    assert.equal((await store.call('backups.restore', { file: backup.file, dryRun: true })).backup.file, backup.file);
    assert.equal((await titles(other)).length, 22);
  });

  it('say which files they lack, and hold all the others', async () => {
    const { sha256 } = await folder.fill(store);
    await folder.files.remove(sha256);
    const backup = await store.call('backups.create', { file: null });
    assert.equal(backup.missingFiles, 1);
    await store.call('backups.restore', { file: backup.file, dryRun: false });
    assert.equal((await titles()).length, 2);
  });

  describe('when one is restored', () => {
    let backup: Backup;

    beforeEach(async () => {
      await folder.fill(store);
      backup = await store.call('backups.create', { file: null });
      folder.nowMs += 1_000;
      await folder.ask(store, 'chat-new', 'Since then?');
    });

    it('a dry run tells what would be replaced, and changes nothing', async () => {
      const before = [await titles(), readdirSync(folder.backupDirectory)];
      const report = await store.call('backups.restore', { file: backup.file, dryRun: true });
      assert.deepEqual([report.backup.counts.conversations, report.replaced.conversations], [3, 4]);
      assert.equal(report.safety, null);
      assert.deepEqual([await titles(), readdirSync(folder.backupDirectory)], before);
    });

    it('what was there before is in a safety backup, which takes it back', async () => {
      const { safety } = await store.call('backups.restore', { file: backup.file, dryRun: false });
      assert.ok(!(await titles()).includes('Since then?'));
      assert.ok(safety);
      assert.equal(safety.kind, 'safety');
      await store.call('backups.restore', { file: safety.file, dryRun: false });
      assert.ok((await titles()).includes('Since then?'));
    });

    it('windows that are open follow, and write on', async () => {
      const other = folder.open();
      assert.equal((await titles(other)).length, 3);
      let told = 0;
      other.on('changed', ({ conversationId }) => (told += conversationId === null ? 1 : 0));
      await store.call('backups.restore', { file: backup.file, dryRun: false });
      assert.equal((await titles(other)).length, 2);
      assert.ok(told > 0);
      await folder.ask(other, 'chat-after', 'After it?');
      assert.ok((await titles()).includes('After it?'));
    });

    it('that is the next entry of an audit log that only grows', async () => {
      await store.call('audit.add', { action: 'key stored', subject: 'openai', detail: {} });
      await store.call('backups.restore', { file: backup.file, dryRun: false });
      const entries = await store.call('audit.list', { limit: 10 });
      assert.deepEqual(entries.map(({ action }) => action).sort(), ['backup restored', 'key stored']);
      assert.equal(entries.find(({ action }) => action === 'backup restored')?.subject, backup.file);
    });

    it('the history search begins anew', async () => {
      const { epoch } = await store.call('history.changes', { epoch: null, after: 0, limit: 10 });
      await store.call('backups.restore', { file: backup.file, dryRun: false });
      const after = await store.call('history.changes', { epoch: null, after: 0, limit: 10 });
      assert.notEqual(after.epoch, epoch);
    });

    it('another machine’s chats belong to the user of this one', async () => {
      const elsewhere = new LibraryFolder();
      try {
        const its = elsewhere.open();
        await folder.ask(its, 'chat-there', 'Asked elsewhere?');
        const { file } = await its.call('backups.create', { file: null });
        await store.call('backups.restore', { file, dryRun: false });
        assert.deepEqual(await titles(), ['Asked elsewhere?']);
        await folder.ask(store, 'chat-here', 'Asked here?');
        assert.equal((await titles(folder.open())).length, 2);
      } finally {
        await elsewhere.dispose();
      }
    });

    it('nobody is cut off in an answer: it waits for that', async () => {
      await store.call('turns.start', folder.turn({ conversationId: 'chat-busy', leaseUntil: folder.nowMs + 60_000 }));
      const refused = store.call('backups.restore', { file: backup.file, dryRun: false });
      await assert.rejects(refused, { code: 'conflict' });
      assert.equal(readdirSync(folder.backupDirectory).length, 1);
    });

    it('an answer that was being written when the backup was made is shown as interrupted', async () => {
      const { assistant } = await store.call(
        'turns.start',
        folder.turn({ conversationId: 'chat-cut', leaseUntil: folder.nowMs + 600_000 }),
      );
      const { file } = await store.call('backups.create', { file: null });
      await folder.finish(store, assistant.id, 'whole');
      await store.call('backups.restore', { file, dryRun: false });
      const chat = await store.call('conversations.get', { id: 'chat-cut' });
      assert.equal(chat?.messages.at(-1)?.status, 'interrupted');
    });
  });

  describe('refuse to be restored, and change nothing, when', () => {
    let file: string;

    beforeEach(async () => {
      await folder.fill(store);
      ({ file } = await store.call('backups.create', { file: null }));
    });

    /** Restores a file that was made of the good one's tar archive. */
    const refuse = async (code: string, change: (tar: Buffer) => Buffer): Promise<string> => {
      const bad = folder.path('bad.tar.gz');
      writeFileSync(bad, gzipSync(change(gunzipSync(readFileSync(file)))));
      return refuseFile(code, bad);
    };
    const refuseFile = async (code: string, bad: string): Promise<string> => {
      const before = await titles();
      const files = await folder.files.list();
      let message = '';
      for (const dryRun of [true, false]) {
        await assert.rejects(store.call('backups.restore', { file: bad, dryRun }), (error) => {
          message = errorMessage(error);
          assert.equal(errorCode(error), code, message);
          return true;
        });
      }
      assert.deepEqual(await titles(), before);
      assert.deepEqual(await folder.files.list(), files);
      return message;
    };
    /** The archive with one member's header changed so that its checksum is right. */
    const withHeader = (tar: Buffer, index: number, change: (header: Buffer) => void): Buffer => {
      let at = 0;
      for (let member = 0; member < index; member++) {
        const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
        at += 512 + Math.ceil(size / 512) * 512;
      }
      const header = tar.subarray(at, at + 512);
      change(header);
      header.fill(' ', 148, 156);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      return tar;
    };
    const withManifest = (tar: Buffer, change: (manifest: Record<string, unknown>) => void): Buffer => {
      const size = Number.parseInt(tar.toString('latin1', 124, 135), 8);
      const manifest = JSON.parse(tar.toString('utf8', 512, 512 + size)) as Record<string, unknown>;
      change(manifest);
      const text = Buffer.from(JSON.stringify(manifest));
      const padded = Buffer.alloc(Math.ceil(text.length / 512) * 512);
      text.copy(padded);
      const rest = tar.subarray(512 + Math.ceil(size / 512) * 512);
      const whole = Buffer.concat([tar.subarray(0, 512), padded, rest]);
      return withHeader(whole, 0, (header) => {
        header.write(text.length.toString(8).padStart(11, '0'), 124, 'latin1');
      });
    };

    const names = ['../../evil', '/etc/passwd', 'files/../../evil', `files/${'0'.repeat(64)}`];
    for (const name of names) {
      it(`a member is named ${name}`, async () => {
        await refuse('damaged', (tar) =>
          withHeader(tar, 2, (header) => {
            header.fill(0, 0, 100);
            header.write(name, 0, 'latin1');
          }),
        );
      });
    }
    for (const [kind, type] of [
      ['a symbolic link', '2'],
      ['a device', '3'],
      ['a folder', '5'],
      ['a name that goes on in another header', 'x'],
    ] as const) {
      it(`a member is ${kind}`, async () => {
        await refuse('damaged', (tar) => withHeader(tar, 2, (header) => void header.write(type, 156, 'latin1')));
      });
    }
    it('one bit of the database or of a file is another', async () => {
      for (const member of [1, 2]) {
        await refuse('damaged', (tar) => {
          let at = 0;
          for (let index = 0; index < member; index++) {
            const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
            at += 512 + Math.ceil(size / 512) * 512;
          }
          tar[at + 512 + 5_000] = (tar[at + 512 + 5_000] ?? 0) ^ 4;
          return tar;
        }).catch((error: unknown) => {
          throw new Error(`member ${member}`, { cause: error });
        });
      }
    });
    it('a member is missing, or there is one too many', async () => {
      await refuse('damaged', (tar) => withManifest(tar, (manifest) => (manifest['members'] as unknown[]).pop()));
      await refuse('damaged', (tar) =>
        withManifest(tar, (manifest) => {
          const members = manifest['members'] as { name: string; sha256: string }[];
          const sha256 = 'ab'.repeat(32);
          members.push({ ...members[1], name: `files/${sha256}`, sha256 });
        }),
      );
    });
    it('its counts are not what the database holds', async () => {
      const message = await refuse('damaged', (tar) =>
        withManifest(tar, (manifest) => ((manifest['counts'] as Record<string, number>)['messages'] = 99)),
      );
      assert.match(message, /does not hold what its manifest says/);
    });
    it('it would unpack to far more than it is', async () => {
      const message = await refuse('damaged', (tar) =>
        withManifest(tar, (manifest) => (((manifest['members'] as { size: number }[])[0] ??= { size: 0 }).size = 2e9)),
      );
      assert.match(message, /far more than it can/);
    });
    it('a newer version made it', async () => {
      for (const change of [
        { version: 2, whatever: true },
        { format: 'sextant-backup', version: 7 },
      ]) {
        const message = await refuse('outdated', (tar) =>
          withManifest(tar, (manifest) => Object.assign(manifest, change)),
        );
        assert.match(message, /Update Sextant/);
      }
    });
    it('its manifest is not one', async () => {
      for (const change of [{ format: 'other' }, { members: 3 }, { createdAt: 'now' }, { kind: 'evil' }]) {
        await refuse('damaged', (tar) => withManifest(tar, (manifest) => Object.assign(manifest, change)));
      }
    });
    it('it was cut off, anywhere', async () => {
      const whole = readFileSync(file);
      for (const part of [0, 5, 20, 0.3, 0.9]) {
        const bad = folder.path('cut.tar.gz');
        writeFileSync(bad, whole.subarray(0, part < 1 ? Math.floor(part * whole.length) : part));
        await refuseFile('damaged', bad);
      }
      const bad = folder.path('cut.tar.gz');
      writeFileSync(bad, whole.subarray(0, -4));
      await refuseFile('damaged', bad);
    });
    it('something was added to its end', async () => {
      const bad = folder.path('more.tar.gz');
      copyFileSync(file, bad);
      appendFileSync(bad, 'more');
      await refuseFile('damaged', bad);
      await refuse('damaged', (tar) => Buffer.concat([tar, Buffer.alloc(5_000_000)]));
    });
    it('it is something else, or not there', async () => {
      const text = folder.path('notes.txt');
      writeFileSync(text, 'Dear diary');
      await refuseFile('damaged', text);
      await refuseFile('not-found', folder.path('nowhere.tar.gz'));
      await refuseFile('invalid', folder.directory);
    });
  });

  it('are removed by whoever deletes their file, and then are not listed', async () => {
    const { file } = await store.call('backups.create', { file: null });
    rmSync(file);
    assert.deepEqual((await store.call('backups.list', null)).backups, []);
  });
});
