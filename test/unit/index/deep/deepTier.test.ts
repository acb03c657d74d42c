import assert from 'node:assert/strict';
import { SextantError } from '../../../../src/base/errors.ts';
import type { DeepEncoder } from '../../../../src/index/deep/deepEncoder.ts';
import { DeepTier, type DeepTierOptions } from '../../../../src/index/deep/deepTier.node.ts';
import type { DeepModelPhase, PassageToEmbed } from '../../../../src/protocol/contextIndex.ts';

/** Keeps vectors as the index does. */
class Kept {
  readonly taken = new Map<string, Float32Array | Int8Array>();
  readonly passages: PassageToEmbed[];
  id: string | undefined;

  constructor(...texts: readonly string[]) {
    this.passages = texts.map((text) => ({ hash: text, path: 'a.ts', text }));
  }

  get wanted(): number {
    return this.passages.length;
  }

  use(id: string | undefined): void {
    this.id = id;
  }

  missing(limit: number): Promise<PassageToEmbed[]> {
    return Promise.resolve(this.passages.filter(({ hash }) => !this.taken.has(hash)).slice(0, limit));
  }

  take(_id: string, vectors: ReadonlyMap<string, Float32Array | Int8Array>): void {
    for (const [hash, vector] of vectors) this.taken.set(hash, vector);
  }

  state(): { id: string; dimensions: number; done: number; memoryBytes: number } {
    return { id: 'deep', dimensions: 2, done: this.taken.size, memoryBytes: 0 };
  }
}

/** Answers each text with its length; dies of those that `kills` says. */
class Encoder implements DeepEncoder {
  facts: DeepEncoder['facts'] = { id: 'deep', dimensions: 2 };
  isRunning = false;
  readonly asked: string[][] = [];
  kills: (text: string) => boolean = () => false;
  query: (text: string) => Promise<Float32Array> = (text) => Promise.resolve(Float32Array.of(text.length, 1));

  embedPassages(texts: readonly string[]): Promise<readonly Int8Array[]> {
    this.asked.push([...texts]);
    this.isRunning = !texts.some(this.kills);
    if (!this.isRunning) return Promise.reject(new SextantError('closed', 'It has gone away.'));
    return Promise.resolve(texts.map((text) => Int8Array.of(text.length, 1)));
  }

  embedQuery(text: string): Promise<Float32Array> {
    return this.query(text);
  }

  use(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  stop(): void {
    this.isRunning = false;
  }
}

describe('The deep tier', () => {
  let encoder: Encoder;
  const tiers: DeepTier[] = [];

  function tierOf(model: Kept, more: Partial<DeepTierOptions> = {}): DeepTier {
    const log = { info: () => undefined, warn: () => undefined };
    const own = { mayWork: () => true, isOnBattery: () => Promise.resolve(false), firstPauseMs: 1, log };
    const tier = new DeepTier({ model, encoder, ...own, ...more });
    tiers.push(tier);
    return tier;
  }

  async function reaches(tier: DeepTier, wanted: DeepModelPhase): Promise<void> {
    while ((await tier.state()).phase !== wanted) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  beforeEach(() => {
    encoder = new Encoder();
  });

  afterEach(() => {
    for (const tier of tiers.splice(0)) tier.dispose();
  });

  it('embeds what is missing, a few at a time, and ends its process when it is idle', async () => {
    const model = new Kept('a', 'bb', 'ccc', 'dddd', 'eeeee');
    const tier = tierOf(model, { idleMs: 1 });
    tier.allow(true);
    await reaches(tier, 'complete');
    assert.deepEqual(encoder.asked, [['a', 'bb', 'ccc', 'dddd'], ['eeeee']]);
    while (encoder.isRunning) await new Promise((resolve) => setTimeout(resolve, 1));
    model.passages.push({ hash: 'new', path: 'b.ts', text: 'new' });
    tier.wake();
    while (!model.taken.has('new')) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it('does without a text that its process dies of, and embeds all others', async () => {
    const model = new Kept('a', 'poison', 'ccc', 'dddd', 'eeeee');
    encoder.kills = (text) => text === 'poison';
    const tier = tierOf(model);
    tier.allow(true);
    await reaches(tier, 'complete');
    assert.deepEqual(model.taken.get('poison'), Int8Array.of(0, 0));
    const embedded = [...model.taken].filter(([, vector]) => vector[1] === 1).map(([text]) => text);
    assert.deepEqual(embedded.sort(), ['a', 'ccc', 'dddd', 'eeeee']);
  });

  it('does without no text while its process does nothing at all', async () => {
    const model = new Kept('a');
    const gone = new SextantError('closed', 'It has gone away.');
    encoder.kills = () => true;
    encoder.query = () => Promise.reject(gone);
    const tier = tierOf(model);
    tier.allow(true);
    while (encoder.asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(model.taken.size, 0);
    encoder.kills = () => false;
    await reaches(tier, 'complete');
    assert.deepEqual(model.taken.get('a'), Int8Array.of(1, 1));
  });

  it('waits for the built-in table, rests on battery, and goes on afterwards', async () => {
    const model = new Kept('a');
    let isReady = false;
    let isDraining = true;
    const tier = tierOf(model, {
      mayWork: () => isReady,
      isOnBattery: () => Promise.resolve(isDraining),
      batteryMs: 1,
    });
    tier.allow(true);
    await reaches(tier, 'waiting');
    isReady = true;
    tier.wake();
    await reaches(tier, 'battery');
    assert.deepEqual(encoder.asked, []);
    isDraining = false;
    await reaches(tier, 'complete');
    assert.equal(model.taken.size, 1);
  });

  it('says that it is missing, off, or why it failed', async () => {
    const model = new Kept('a');
    encoder.kills = () => true;
    const failing = tierOf(model, { firstPauseMs: 60_000 });
    failing.allow(true);
    await reaches(failing, 'failed');
    assert.equal((await failing.state()).problem, 'It has gone away.');
    failing.allow(false);
    assert.deepEqual([(await failing.state()).phase, model.id], ['off', undefined]);
    encoder.facts = undefined;
    const without = tierOf(model);
    without.allow(true);
    assert.equal((await without.state()).phase, 'missing');
  });

  it('lets nobody who types wait for a process that sleeps, and asks each question once', async () => {
    const model = new Kept('a');
    const tier = tierOf(model);
    const { signal } = new AbortController();
    assert.equal(await tier.vectorOf('early', 'long', signal), undefined, 'nothing to compare it with');
    tier.allow(true);
    await reaches(tier, 'complete');
    encoder.stop();
    let questions = 0;
    encoder.query = (text) => {
      questions++;
      return Promise.resolve(Float32Array.of(text.length, 1));
    };
    const refined = new Promise((resolve) => tier.onDidRefine(resolve));
    assert.equal(await tier.vectorOf('why', 'short', signal), undefined);
    await refined;
    assert.deepEqual(await tier.vectorOf('why', 'short', signal), Float32Array.of(3, 1));
    assert.deepEqual(await tier.vectorOf('whom', 'long', signal), Float32Array.of(4, 1));
    assert.equal(questions, 2);
    encoder.query = () => Promise.reject(new SextantError('closed', 'It has gone away.'));
    assert.equal(await tier.vectorOf('which', 'long', signal), undefined);
  });
});
