import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HistoryFixture, type HistoryWindow, find, idsOf, say } from './historyFixture.ts';
import { newStoreSecret } from '../../../src/storage/seal/storeKey.node.ts';
import { until } from './indexFixture.ts';

describe('The search of the history', function () {
  this.timeout(60_000);
  let fixture: HistoryFixture;

  beforeEach(() => {
    fixture = new HistoryFixture();
  });

  afterEach(() => {
    fixture.dispose();
  });

  const untilFound = (window: HistoryWindow, query: string, count: number) =>
    until(
      () => idsOf(window, query),
      (ids) => ids.length === count,
    );

  const untilSaved = (window: HistoryWindow) =>
    until(
      async () => {
        const { epoch, revision } = await window.index.call('history.state', null);
        const manifest = readFileSync(path.join(fixture.historyDirectory, 'history.bin'), { flag: 'a+' }).toString(
          'latin1',
        );
        return epoch !== null && manifest.includes(`"epoch":"${epoch}","revision":${revision},`);
      },
      (isSaved) => isSaved,
    );

  it('finds a message when it is final, with where it stands and what was found', async () => {
    const window = fixture.open();
    const ids = await say(
      window,
      'conversation-1',
      'How do I close the connection pool?',
      'Call `pool.end()` and wait for it.\nIt closes every idle connection first.',
    );
    await untilFound(window, 'connection', 2);
    const { hits, total } = await find(window, 'idle conn');
    const [hit] = hits;
    assert.ok(hit !== undefined && hit.createdAt > 0 && total === hits.length);
    assert.deepEqual(
      { ...hit, createdAt: 0, score: 0 },
      {
        conversationId: 'conversation-1',
        messageId: ids.answer,
        title: 'How do I close the connection pool?',
        role: 'assistant',
        createdAt: 0,
        workspaceUri: 'file:///work',
        snippet: 'Call pool.end() and wait for it. It closes every idle connection first.',
        highlights: [
          [49, 53],
          [54, 58],
        ],
        isRelated: false,
        score: 0,
      },
    );
    assert.deepEqual(await idsOf(window, 'connection', { role: 'user' }), [ids.question]);
    assert.deepEqual(await idsOf(window, 'connection', { model: { provider: 'ollama', model: 'qwen3' } }), [
      ids.answer,
    ]);
    assert.deepEqual(await idsOf(window, 'connection', { workspaceUri: 'file:///other' }), []);
    assert.deepEqual(await idsOf(window, 'connection', { conversationId: 'conversation-1', role: 'user' }), [
      ids.question,
    ]);
    assert.deepEqual(await idsOf(window, 'connection', { isArchived: true }), []);
  });

  it('never says that it has read everything before it has', async () => {
    const before = fixture.open();
    await say(before, 'conversation-1', 'What burns in the lamp?', 'Colza oil, in winter.');
    await fixture.close(before);
    rmSync(fixture.historyDirectory, { recursive: true, force: true });
    const window = fixture.open();
    const told: string[] = [];
    window.search.onDidChangeStatus(({ phase, messages, missing }) => {
      if (phase === 'ready' && missing === 0) told.push(`ready with ${messages}`);
    });
    const { total, status } = await until(
      () => find(window, 'colza'),
      (results) => results.status.phase === 'ready' && results.status.missing === 0,
    );
    assert.deepEqual([total, status.messages], [1, 2]);
    assert.deepEqual([...new Set(told)], ['ready with 2']);
  });

  it('finds what means the same, after what says it', async () => {
    const window = fixture.open();
    const same = await say(window, 'conversation-1', 'failures', 'Throw an error and let the callback fail.');
    await say(window, 'conversation-2', 'colours', 'Blue and yellow give green.');
    const said = await say(window, 'conversation-3', 'handle exceptions', 'handle exceptions');
    await untilFound(window, 'handle exceptions', 2);
    const { hits } = await find(window, 'handle exceptions');
    assert.deepEqual(
      new Set(hits.slice(0, 2).map(({ messageId }) => messageId)),
      new Set([said.question, said.answer]),
    );
    assert.ok(hits.some(({ messageId, isRelated }) => messageId === same.answer && isRelated));
    assert.ok(hits.every(({ snippet }) => !snippet.includes('yellow')));
  });

  it('forgets a deleted conversation: its words are in no file afterwards', async () => {
    const window = fixture.open();
    const kept = await say(window, 'conversation-1', 'remember the milk', 'yes, oatmilkword');
    await say(window, 'conversation-2', 'a secret xylophonics', 'about zanzibarian things');
    await untilFound(window, 'xylophonics', 1);
    await untilSaved(window);
    assert.ok(fixture.bytes().includes('xylophonics'), 'the words are searched for where they would be');
    const ids = ['conversation-2'];
    await window.store.call('conversations.delete', { ids });
    await untilFound(window, 'xylophonics', 0);
    await window.store.call('conversations.undelete', { ids });
    await untilFound(window, 'xylophonics', 1);
    await window.store.call('conversations.delete', { ids });
    await untilFound(window, 'xylophonics', 0);
    // They go when the delete can no longer be taken back.
    await until(
      () => Promise.resolve(['xylophonics', 'zanzibarian'].filter((word) => fixture.bytes().includes(word))),
      (words) => words.length === 0,
      1_000,
    );
    assert.deepEqual(await idsOf(window, 'oatmilkword'), [kept.answer]);
  });

  it('lets a newer search cancel the one before', async () => {
    const window = fixture.open();
    await say(window, 'conversation-1', 'one two three', 'four');
    await untilFound(window, 'one', 1);
    const results = await Promise.allSettled(['o', 'on', 'one'].map((query) => find(window, query)));
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? 'found' : (result.reason as { code: string }).code)),
      ['aborted', 'aborted', 'found'],
    );
  });

  it('is whole after its process was killed at any moment', async function () {
    this.timeout(120_000);
    const window = fixture.open();
    const answers: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 6; i++) {
        const { answer } = await say(
          window,
          `conversation-${round}-${i}`,
          `question ${i}`,
          `commonword number${round}x${i}`,
        );
        answers.push(answer);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
      window.children.at(-1)?.kill('SIGKILL');
      const found = await until(
        () => idsOf(window, 'commonword').catch((): string[] => []),
        (ids) => ids.length === Math.min(answers.length, 50),
        1_000,
      );
      assert.deepEqual([...found].sort(), [...answers].sort());
    }
    await fixture.close(window);
    const again = fixture.open();
    await untilFound(again, 'commonword', answers.length);
    assert.ok(again.children.length === 1);
  });

  for (const [what, damage] of Object.entries<(folder: string, words: string, vectors: string) => void>({
    'its words cut in half': (_folder, words) => {
      truncateSync(words, 2000);
    },
    'a wrong byte in its words': (_folder, words) => {
      flip(words);
    },
    'a wrong byte in its vectors': (_folder, _words, vectors) => {
      flip(vectors);
    },
    'its vectors gone': (_folder, _words, vectors) => {
      rmSync(vectors);
    },
    'garbage for a manifest': (folder) => {
      writeFileSync(path.join(folder, 'history.bin'), 'garbage');
    },
    'no manifest': (folder) => {
      rmSync(path.join(folder, 'history.bin'));
    },
    'nothing left': (folder) => {
      rmSync(folder, { recursive: true });
    },
  })) {
    it(`is made anew with ${what}`, async () => {
      const first = fixture.open();
      for (let i = 0; i < 5; i++) await say(first, `conversation-${i}`, `question ${i}`, `commonword ${i}`);
      await untilFound(first, 'commonword', 5);
      await fixture.close(first);
      const files = readdirSync(fixture.historyDirectory).map((name) => path.join(fixture.historyDirectory, name));
      const named = (ending: string): string => files.find((name) => name.endsWith(ending)) ?? '';
      damage(fixture.historyDirectory, named('.words'), named('.vectors'));
      await untilFound(fixture.open(), 'commonword', 5);
    });
  }

  it('is made anew when the store was replaced', async () => {
    const first = fixture.open();
    for (let i = 0; i < 5; i++) await say(first, `conversation-${i}`, `question ${i}`, `commonword ${i}`);
    await untilFound(first, 'commonword', 5);
    await fixture.close(first);
    const other = fixture.open('another store');
    for (let i = 0; i < 7; i++) await say(other, `conversation-${i}`, `question ${i}`, `otherword ${i}`);
    await untilFound(other, 'otherword', 7);
    assert.deepEqual(await idsOf(other, 'commonword'), []);
    await until(
      () => Promise.resolve(fixture.bytes().includes('commonword')),
      (isThere) => !isThere,
    );
  });

  it('is encrypted whenever the store is', async () => {
    const window = fixture.open();
    const { answer } = await say(window, 'conversation-1', 'first question', 'xylophonics');
    await untilFound(window, 'xylophonics', 1);
    await untilSaved(window);
    fixture.secret = newStoreSecret();
    await window.store.call('encryption.turnOn', { secret: fixture.secret });
    const second = await say(window, 'conversation-2', 'second question', 'zanzibarian xylophonics');
    await untilFound(window, 'xylophonics', 2);
    await until(
      () => Promise.resolve(['xylophonics', 'zanzibarian', '"epoch"'].filter((word) => fixture.bytes().includes(word))),
      (words) => words.length === 0,
    );
    await fixture.close(window);
    assert.ok(!fixture.bytes().includes('xylophonics'));
    const again = fixture.open();
    await untilFound(again, 'xylophonics', 2);
    await again.store.call('encryption.turnOff', null);
    assert.deepEqual(await untilFound(again, 'xylophonics', 2), [answer, second.answer]);
  });

  it('takes in at once what is new after it has failed, and does not wait until it tries again by itself', async () => {
    const window = fixture.open();
    const secret = newStoreSecret();
    await window.store.call('encryption.turnOn', { secret });
    await say(window, 'conversation-1', 'first question', 'commonword one');
    // Once for the change, and once more.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await window.search.catchUp();
    assert.equal(window.search.status.phase, 'failed');
    fixture.secret = secret;
    await say(window, 'conversation-2', 'second question', 'commonword two');
    await untilFound(window, 'commonword', 2);
  });

  it('is made anew when somebody asks for it', async () => {
    const window = fixture.open();
    for (let i = 0; i < 5; i++) await say(window, `conversation-${i}`, `question ${i}`, `commonword ${i}`);
    await untilFound(window, 'commonword', 5);
    await window.search.rebuild();
    assert.equal(window.search.status.messages, 10);
    assert.equal((await idsOf(window, 'commonword')).length, 5);
  });

  it('has one owner; another window reads what it publishes, and goes on when it has died', async () => {
    const owner = fixture.open();
    await say(owner, 'conversation-1', 'first question', 'commonword one');
    await untilFound(owner, 'commonword', 1);
    const reader = fixture.open();
    await untilFound(reader, 'commonword', 1);
    assert.equal((await reader.index.call('history.state', null)).isOwner, false);
    await assert.rejects(reader.search.rebuild(), { code: 'conflict' });
    await say(reader, 'conversation-2', 'second question', 'commonword two');
    await untilFound(owner, 'commonword', 2);
    await untilFound(reader, 'commonword', 2);
    owner.search.dispose();
    owner.children.at(-1)?.kill('SIGKILL');
    await say(reader, 'conversation-3', 'third question', 'commonword three');
    await untilFound(reader, 'commonword', 3);
    assert.equal((await reader.index.call('history.state', null)).isOwner, true);
  });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 16;
  writeFileSync(file, bytes);
}
