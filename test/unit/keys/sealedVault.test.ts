import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { KeyRing } from '../../../src/keys/keyRing.ts';
import type { Keychain } from '../../../src/keys/keyVault.ts';
import { newSealingKey, readSealedFile, sealKeys } from '../../../src/keys/sealedKeys.node.ts';
import { sealedVault } from '../../../src/keys/sealedVault.node.ts';

const PASSPHRASE = 'a tide that turns twice';
const KEY = 'planted-key-0d9f31';
/** Derives in milliseconds. */
const CHEAP = 10;

describe('Keys that are sealed under a passphrase', () => {
  let directory: string;
  let file: string;
  /** What the user types, in order; undefined leaves the box. */
  let typed: (string | undefined)[];
  /** What the user was asked: `new` for a new one, else what was wrong with the last. */
  let asked: (string | null)[];

  const window = (cost = CHEAP): Keychain =>
    sealedVault({
      file,
      cost,
      askPassphrase: (why) => {
        asked.push(why === 'new' ? 'new' : why.problem);
        return Promise.resolve(typed.shift());
      },
    });

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'sextant-sealed-'));
    file = path.join(directory, 'keys.sealed');
    [typed, asked] = [[], []];
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** A file with one key in it. */
  async function seal(): Promise<Buffer> {
    typed = [PASSPHRASE];
    await window().set('openai', KEY);
    [typed, asked] = [[], []];
    return await readFile(file);
  }

  it('are asked for once in a window, and open in the next with the passphrase alone', async () => {
    typed = [PASSPHRASE];
    const first = window();
    await first.set('openai', KEY);
    await first.set('anthropic', 'other-key');
    assert.equal(await first.get('openai'), KEY);
    assert.deepEqual(asked, ['new']);
    [typed, asked] = [[PASSPHRASE], []];
    const next = window();
    assert.deepEqual(
      [await next.has('openai'), await next.has('google'), await next.get('google')],
      [true, false, null],
    );
    assert.deepEqual(asked, [], 'whose keys there are is told without it');
    assert.deepEqual(await Promise.all([next.get('openai'), next.get('anthropic')]), [KEY, 'other-key']);
    assert.deepEqual(asked, [null]);
    assert.equal(await next.delete('openai'), true);
    assert.deepEqual([await first.get('openai'), await first.get('anthropic')], [null, 'other-key']);
    assert.equal(await first.delete('openai'), false);
  });

  it('are all kept when many windows store and delete some at the same moment', async () => {
    await seal();
    const names = Array.from({ length: 12 }, (_, at) => `provider-${at}`);
    typed = [...names, ...names].map(() => PASSPHRASE);
    await Promise.all(names.map((name) => window().set(name, `key of ${name}`)));
    await Promise.all([window().delete('openai'), window().delete('provider-0'), window().set('google', 'g')]);
    const next = window();
    assert.deepEqual(await Promise.all(['openai', ...names, 'google'].map((name) => next.get(name))), [
      null,
      null,
      ...names.slice(1).map((name) => `key of ${name}`),
      'g',
    ]);
    assert.deepEqual(await readdir(directory), ['keys.sealed']);
  });

  it('are kept when two windows seal the first ones under different passphrases: one is asked for the other’s', async () => {
    const passphrases = [PASSPHRASE, 'another tide altogether'];
    // Whose the file is in the end is open: each is tried.
    const asking = (own: string): Keychain =>
      sealedVault({
        file,
        cost: CHEAP,
        askPassphrase: (why) => Promise.resolve(why === 'new' ? own : passphrases[why.problem === null ? 0 : 1]),
      });
    await Promise.all([asking(PASSPHRASE).set('openai', KEY), asking('another tide altogether').set('google', 'g')]);
    const next = asking('');
    assert.deepEqual([await next.get('openai'), await next.get('google')], [KEY, 'g']);
  });

  it('can be stored again after a window was ended in the middle of it', async () => {
    await seal();
    const longAgo = new Date(Date.now() - 60_000);
    await writeFile(`${file}.lock`, '');
    await utimes(`${file}.lock`, longAgo, longAgo);
    typed = [PASSPHRASE];
    await window().set('google', 'g');
    assert.deepEqual(await readdir(directory), ['keys.sealed']);
  });

  it('stand in a file of their own that others cannot read, and that holds neither them nor the passphrase', async () => {
    const bytes = await seal();
    assert.ok(!bytes.includes(KEY) && !bytes.includes(PASSPHRASE));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(directory), ['keys.sealed']);
  });

  it('take N = 2^17, r = 8 and p = 1 of scrypt, unless a test says otherwise', async () => {
    typed = [PASSPHRASE];
    await sealedVault({ file, askPassphrase: () => Promise.resolve(typed.shift()) }).set('openai', KEY);
    assert.deepEqual([...(await readFile(file)).subarray(0, 11)], [...Buffer.from('SXTKEYS1'), 17, 8, 1]);
  });

  it('say that a passphrase is wrong, what is left to do without it, and ask again', async () => {
    await seal();
    typed = ['another one', PASSPHRASE];
    assert.equal(await window().get('openai'), KEY);
    assert.equal(asked[0], null);
    assert.match(asked[1] ?? '', /^This is not the passphrase\. If you have lost it, delete .*keys\.sealed and store/);
  });

  it('stay closed when the user leaves, who is not asked again at every key, and no other place is looked into', async () => {
    await seal();
    const vault = window();
    const ring = new KeyRing({
      keychain: vault,
      fallback: null,
      environment: () => ({ variable: 'OPENAI_API_KEY', key: 'of-somebody-else' }),
      command: () => undefined,
      usualOrigin: () => 'https://api.openai.com',
    });
    const get = async () => (await ring.get('openai', 'https://api.openai.com'))?.key ?? null;
    await assert.rejects(get(), /Your keys are sealed, and their passphrase was not entered\./);
    await assert.rejects(get(), /not entered/);
    assert.deepEqual(asked, [null]);
    assert.deepEqual(await ring.locate('openai'), { kind: 'sealed', name: 'a file sealed with your passphrase' });
    // Who stores a key is there to be asked.
    typed = [PASSPHRASE];
    await ring.set('openai', 'newer', 'https://api.openai.com');
    assert.equal(await get(), 'newer');
  });

  it('are taken along when two windows store at the same time', async () => {
    await seal();
    typed = [PASSPHRASE, PASSPHRASE];
    const [one, other] = [window(), window()];
    await one.set('google', 'g');
    await other.set('mistral', 'm');
    assert.deepEqual([await one.get('mistral'), await other.get('google'), await one.get('openai')], ['m', 'g', KEY]);
  });

  it('notice any bit that was changed, and say what to do', async () => {
    const bytes = await seal();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => readSealedFile(changed), { code: 'damaged' }, `bit ${bit}`);
    }
    await writeFile(file, bytes.subarray(0, 60));
    await assert.rejects(window().get('openai'), /cannot be used\. It is not what was written\. Put a copy of it back/);
    assert.match((await window().problem()) ?? '', /delete it and store your keys anew/);
  });

  it('open to nobody who has changed them, also where the checksum was made anew', async function () {
    this.timeout(20_000);
    const bytes = await seal();
    const body = bytes.subarray(0, -32);
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(body);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        // A cost that takes a second is not what is tried here.
        fc.pre(bit >> 3 !== 8);
        const forged = Buffer.concat([changed, createHash('sha256').update(changed).digest()]);
        await assert.rejects(async () => readSealedFile(forged).unlock(PASSPHRASE));
      }),
      { numRuns: process.env['SEXTANT_CAMPAIGN'] === '1' ? 5_000 : 150 },
    );
  });

  it('are refused in any bytes that are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (tail, hasHead) => {
        const bytes = Buffer.concat([Buffer.from(hasHead ? 'SXTKEYS1' : ''), tail]);
        assert.throws(() => readSealedFile(bytes), { code: 'damaged' });
      }),
    );
  });

  it('come back as they were, whatever they are called', async () => {
    const sealing = await newSealingKey(PASSPHRASE, CHEAP);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string())), (entries) => {
        const keys = new Map(entries);
        const read = readSealedFile(sealKeys(sealing, keys));
        assert.deepEqual([...read.names], [...keys.keys()]);
        assert.deepEqual(read.open(sealing), keys);
      }),
    );
  });

  it('of a newer version are left alone', async () => {
    const bytes = await seal();
    bytes.write('2', 7);
    createHash('sha256')
      .update(bytes.subarray(0, -32))
      .digest()
      .copy(bytes, bytes.length - 32);
    await writeFile(file, bytes);
    await assert.rejects(window().set('openai', 'x'), /A newer Sextant has written it/);
    assert.deepEqual(await readFile(file), bytes);
  });

  it('that were put back from a copy open again', async () => {
    await seal();
    await copyFile(file, `${file}.copy`);
    const vault = window();
    typed = [PASSPHRASE];
    await vault.set('openai', 'newer');
    await copyFile(`${file}.copy`, file);
    assert.equal(await vault.get('openai'), KEY);
  });
});
