import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';
import { Crash, crashingPlatform } from './crashingPlatform.ts';
import { EngineFolder, addNote, readNotes } from './engineFixture.ts';
import { findPlaintext } from './plaintextSearch.ts';

const MARKERS = ['first-marker-7c1d', 'second marker: ärger'];

describe('Sealing a store, interrupted,', () => {
  const key = openStoreKey(newStoreSecret());
  const withKey = (): { keys: StoreKeys } => {
    const keys = new StoreKeys();
    keys.add(key);
    return { keys };
  };
  let folder: EngineFolder;

  beforeEach(() => {
    folder = new EngineFolder();
  });

  afterEach(() => folder.dispose());

  for (const direction of ['on', 'off'] as const) {
    it(`at every step of switching it ${direction}, loses nothing and goes on`, async () => {
      const origin = await folder.open();
      for (const [index, marker] of MARKERS.entries()) await addNote(origin, index + 1, marker);
      await origin.compact();
      await addNote(origin, 5, MARKERS[1]);
      if (direction === 'off') await origin.seal(key);
      const expected = await readNotes(origin);
      await origin.close();
      writeFileSync(path.join(folder.directory, 'damaged-20261122T031500Z-log-0'), MARKERS[0] ?? '');
      const target = direction === 'on' ? key : null;
      for (let step = 1, isDone = false; !isDone; step++) {
        const copy = new EngineFolder();
        cpSync(folder.directory, copy.directory, { recursive: true });
        const bystander = await copy.open(withKey());
        const platform = crashingPlatform(copy.platform(), step);
        const dying = await copy.open({ platform, ...withKey() });
        const switching = dying.seal(target).then(
          () => (isDone = platform.steps < step),
          (error: unknown) => {
            assert.ok(error instanceof Crash, String(error));
          },
        );
        await switching;
        const survivor = await copy.open(withKey());
        for (const each of [bystander, survivor]) assert.deepEqual(await readNotes(each), expected, `step ${step}`);
        await addNote(bystander, 501);
        assert.equal(survivor.notice, null, `step ${step}`);
        // What was begun is brought to its end, by itself or by asking again.
        await addNote(survivor, 500);
        if ((await survivor.status()).keyId !== null) await untilSealed(copy.directory);
        await survivor.seal(target);
        assert.equal((await survivor.status()).keyId, target?.id ?? null);
        if (direction === 'on') assert.deepEqual(findPlaintext(copy.directory, MARKERS), [], `step ${step}`);
        await copy.dispose();
      }
    });
  }
}).timeout(120_000);

/** Waits until what was interrupted has been brought to its end in the background. */
async function untilSealed(directory: string): Promise<void> {
  while (findPlaintext(directory, MARKERS).length > 0) await delay(2);
}
