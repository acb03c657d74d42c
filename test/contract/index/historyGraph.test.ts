import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ContextIndex } from '../../../src/index/contextIndex.node.ts';
import { unitVector } from '../../../src/index/embedding/quantise.ts';
import { HistoryIndex } from '../../../src/index/history/historyIndex.node.ts';
import type { HistoryMessage } from '../../../src/protocol/historyIndex.ts';
import type { StoreKey } from '../../../src/storage/seal/seal.ts';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { assetDirectory, until } from './indexFixture.ts';

const THINGS = ['a queue', 'the parser', 'a cache', 'the socket', 'a cursor', 'the tokenizer', 'a mutex', 'the lexer'];
const ACTS = ['closes', 'grows', 'fails', 'blocks', 'restarts', 'leaks memory', 'loops', 'times out', 'is slow'];
const TIMES = ['at start', 'under load', 'after an hour', 'on Windows', 'in a container', 'with two users'];
const texts = THINGS.flatMap((thing) => ACTS.flatMap((act) => TIMES.map((time) => `${thing} ${act} ${time}`)));

describe('The graph of the history', function () {
  this.timeout(60_000);
  const context = new ContextIndex(assetDirectory, { debug: ignore, info: ignore, warn: refuse, error: refuse });
  let directory = '';
  const opened: HistoryIndex[] = [];

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-history-graph-'));
  });

  afterEach(async () => {
    for (const index of opened.splice(0)) await index.close();
    rmSync(directory, { recursive: true, force: true });
  });

  after(() => {
    context.dispose();
  });

  const open = async (graphWorthAt: number, key: StoreKey | null = null): Promise<HistoryIndex> => {
    const index = new HistoryIndex(directory, key, context.tools, graphWorthAt);
    opened.push(index);
    await index.open();
    return index;
  };

  const graphFile = (): string => path.join(directory, 'graph.bin');
  const untilGraph = (): Promise<boolean> =>
    until(
      () => Promise.resolve(existsSync(graphFile())),
      (isThere) => isThere,
    );

  const fill = (index: HistoryIndex) =>
    index.apply({ epoch: 'e', after: 0, revision: 1, latest: 1, messages: texts.map(message), removed: [] });

  const search = async (index: HistoryIndex, query: string): Promise<string[]> => {
    const { matches } = await index.search(
      { query, offset: 0, limit: 20, conversations: { kind: 'except', ids: [] }, filter: {} },
      new AbortController().signal,
    );
    return matches.map(({ messageId }) => messageId);
  };

  it('finds what comparing all finds', async () => {
    const exact = await open(Number.POSITIVE_INFINITY);
    await fill(exact);
    const questions = ['something hangs with many requests', 'memory consumption', 'reading text', 'locks'];
    const expected: string[][] = [];
    for (const question of questions) expected.push(await search(exact, question));
    await exact.close();

    const index = await open(100);
    for (const question of questions) await search(index, question);
    await untilGraph();
    for (const [number, question] of questions.entries()) {
      const found = await search(index, question);
      const common = found.filter((id) => expected[number]?.includes(id)).length;
      assert.ok(
        common >= 0.95 * (expected[number]?.length ?? 0),
        `${question}: ${common} of ${expected[number]?.length}`,
      );
    }
  });

  it('is opened as it was saved, follows what comes, and is read by other windows', async () => {
    const first = await open(100);
    await fill(first);
    await untilGraph();
    await first.close();
    const savedAt = statSync(graphFile()).mtimeMs;

    const second = await open(100);
    const reader = await open(100);
    assert.deepEqual((await search(second, 'a mutex blocks under load'))[0], idOf('a mutex blocks under load'));
    assert.deepEqual((await search(reader, 'a mutex blocks under load'))[0], idOf('a mutex blocks under load'));
    const late = { ...message('the turbine vibrates at dawn'), messageId: 'late' };
    await second.apply({ epoch: 'e', after: 1, revision: 2, latest: 2, messages: [late], removed: [] });
    assert.equal((await search(second, 'turbine vibration in the morning'))[0], 'late');
    await second.close();
    assert.equal(statSync(graphFile()).mtimeMs, savedAt);
  });

  for (const [name, key] of [
    ['plain', () => null],
    ['encrypted', () => openStoreKey(newStoreSecret())],
  ] as const) {
    it(`keeps nothing of what is deleted: ${name}`, async () => {
      const sealedBy = key();
      const index = await open(100, sealedBy);
      await fill(index);
      await untilGraph();
      const deleted = texts[7] ?? '';
      const vector = Buffer.from(unitVector(await context.tools.parser.embed([deleted])).buffer);
      assert.equal(readFileSync(graphFile()).includes(vector), sealedBy === null);

      const graphBefore = statSync(graphFile()).ino;
      const removed = [idOf(deleted)];
      await index.apply({ epoch: 'e', after: 1, revision: 2, latest: 2, messages: [], removed });
      await until(
        () => Promise.resolve(statSync(graphFile(), { throwIfNoEntry: false })?.ino ?? graphBefore),
        (file) => file !== graphBefore,
      );
      assert.ok(!readFileSync(graphFile()).includes(vector));
      assert.ok(!(await search(index, deleted)).includes(idOf(deleted)));
      await index.close();
      const reopened = await open(100, sealedBy);
      assert.ok(!(await search(reopened, deleted)).includes(idOf(deleted)));
    });
  }

  it('is not used for another history', async () => {
    const index = await open(100);
    await fill(index);
    await untilGraph();
    const other = texts.map((text, number) => ({ ...message(text), messageId: idOf(texts.at(-1 - number) ?? '') }));
    await index.apply({ epoch: 'f', after: 0, revision: 1, latest: 1, messages: other, removed: [] });
    await index.close();
    const reopened = await open(100);
    const [first] = await search(reopened, 'a mutex blocks under load');
    assert.equal(first, other.find(({ text }) => text === 'a mutex blocks under load')?.messageId);
  });
});

function ignore(): void {}

function refuse(message: string): void {
  throw new Error(message);
}

function idOf(text: string): string {
  return `m${texts.indexOf(text)}`;
}

function message(text: string): HistoryMessage {
  return { messageId: idOf(text), conversationId: 'c', role: 'user', model: null, createdAt: 1, text };
}
