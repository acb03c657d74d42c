import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LibraryFolder, type StoreCaller } from '../../unit/storage/archive/libraryFixture.ts';

const isCampaign = process.env['SEXTANT_CAMPAIGN'] === '1';
const KILLS = isCampaign ? 150 : 8;

interface Restorer {
  readonly process: ChildProcess;
  /** Which backup was restored last, as far as it was acknowledged. */
  readonly acknowledged: number[];
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

function startRestorer(directory: string, backups: readonly string[]): Restorer {
  const script = path.join(import.meta.dirname, 'restoreProcess.ts');
  const child = spawn(process.execPath, [script, directory, ...backups], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: number[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    acknowledged.push(...text.trim().split('\n').map(Number));
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.on('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  return { process: child, acknowledged, ended };
}

describe('A process that restores', () => {
  let folder: LibraryFolder;

  beforeEach(() => {
    folder = new LibraryFolder();
  });

  afterEach(() => folder.dispose());

  /** Everything that a store shows, files too. */
  const everything = async (store: StoreCaller): Promise<string> => {
    const list = await store.call('conversations.list', { limit: 1_000 });
    const archived = await store.call('conversations.list', { limit: 1_000, filter: { isArchived: true } });
    const ids = [...list, ...archived].map(({ id }) => id);
    const chats = await Promise.all(ids.map((id) => store.call('conversations.get', { id })));
    const hashes = chats.flatMap((chat) => chat?.messages ?? []).flatMap((message) => message.attachments);
    for (const { sha256 } of hashes) await folder.files.get(sha256);
    return JSON.stringify([chats, await store.call('folders.list', null)]);
  };

  it(`and is killed leaves what was there or what it restored, whole, ${KILLS} times`, async () => {
    const store = folder.open();
    await folder.fill(store);
    const first = await store.call('backups.create', { file: folder.path('first.tar.gz') });
    const states = [await everything(store)];
    await store.call('library.clear', { what: 'history', keepsPinned: true, withBackups: false, dryRun: false });
    for (let at = 0; at < 30; at++) {
      const { question } = await folder.ask(store, `chat-${at}`, `Question ${at}`);
      if (at % 10 === 0) await folder.attach(question, 'big.bin', new Uint8Array(400_000).fill(at + 1));
    }
    const second = await store.call('backups.create', { file: folder.path('second.tar.gz') });
    states.push(await everything(store));

    for (let round = 0; round < KILLS; round++) {
      const restorer = startRestorer(folder.directory, [first.file, second.file]);
      while (restorer.acknowledged.length === 0) await Promise.race([delay(5), restorer.ended]);
      await delay(Math.random() * 600);
      restorer.process.kill('SIGKILL');
      assert.equal(await restorer.ended, 'SIGKILL');
      const survivor = folder.open();
      const found = states.indexOf(await everything(survivor));
      assert.ok(found >= 0, 'neither the one nor the other is there');
      const { notice } = await survivor.call('status', null);
      assert.deepEqual([await survivor.call('checkIntegrity', null), notice], ['ok', null]);
      // A window that was open all the time follows.
      assert.equal(await everything(store), states[found]);
      await survivor.call('close', null);
    }
    const { unreadable } = await store.call('backups.list', null);
    assert.deepEqual(unreadable, []);
  });
}).timeout(isCampaign ? 3_600_000 : 120_000);
