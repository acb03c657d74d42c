import assert from 'node:assert/strict';
import type { Attached, AttachmentSource } from '../../../../src/chat/attach/attachmentSource.ts';
import { Composer } from '../../../../src/chat/attach/composer.ts';
import { droppedFile } from '../../../../src/chat/attach/droppedFile.ts';
import { type SavedComposer, readSavedComposer } from '../../../../src/chat/attach/savedComposer.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A window that is reloaded: what its composer saves goes through JSON, as VS Code keeps it. */
class Windows {
  readonly stored = new Map<string, Uint8Array>();
  readonly texts = new Map([['a.ts', 'const a = 1;']]);
  /** How often each source was read. */
  readonly reads: string[] = [];
  saved: unknown = null;
  isActiveFileOn = true;
  isFull = false;

  open(): Composer {
    const source = (id: string, isFrozen: boolean): AttachmentSource => ({
      choice: { id, label: id, detail: '', icon: 'file', isSearched: true },
      isFrozen,
      find: () => Promise.resolve([]),
      read: (value) => this.#read(id, value),
      open: () => Promise.resolve(),
    });
    const saved: SavedComposer = readSavedComposer(this.saved);
    return new Composer(
      {
        sources: [source('file', false), source('code', false), source('url', true), source('dropped', true)],
        countTokens: (texts) => Promise.resolve(texts.map(({ length }) => Math.ceil(length / 4))),
        files: {
          put: (bytes) => {
            if (this.isFull) return Promise.reject(new Error('The disk is full.'));
            const sha256 = this.stored.size.toString(16).padStart(64, '0');
            this.stored.set(sha256, bytes);
            return Promise.resolve({ sha256 });
          },
          get: (sha256) => Promise.resolve(this.stored.get(sha256) ?? null),
        },
        attachesActiveFile: () => this.isActiveFileOn,
        save: (state) => {
          this.saved = JSON.parse(JSON.stringify(state));
        },
      },
      saved,
    );
  }

  #read(id: string, value: string): Promise<Attached> {
    this.reads.push(`${id} ${value}`);
    const text = this.texts.get(value);
    if (text === undefined) return Promise.reject(new Error(`${value} is not there any more.`));
    return Promise.resolve({ label: value, detail: id, place: null, content: { type: 'text', text } });
  }
}

const never = new AbortController().signal;
const labels = async (composer: Composer): Promise<string[]> => {
  const items = await composer.collect('?', never);
  return items.map(
    ({ attached: { label, content } }) => `${label}: ${content.type === 'text' ? content.text : content.mimeType}`,
  );
};

describe('what goes along with the next question', () => {
  let windows: Windows;
  let composer: Composer;

  beforeEach(() => {
    windows = new Windows();
    composer = windows.open();
  });

  /** Attaches, and waits until all of it is read, counted and kept. */
  const settled = async (of = composer): Promise<void> => {
    await of.collect('?', never);
    await new Promise(setImmediate);
  };
  const reload = async (): Promise<void> => {
    await settled();
    composer.dispose();
    composer = windows.open();
    await settled();
  };

  it('goes without what opens a door, says how much that was, and keeps nothing of it', async () => {
    const key = `ghp_${'a1'.repeat(18)}`;
    windows.texts.set('config.ts', `export const token = '${key}';`);
    composer.attach('file', 'config.ts');
    composer.attach('url', 'config.ts');
    const sent = await composer.collect('?', never);
    assert.equal(sent.length, 2);
    for (const { attached } of sent) {
      assert.deepEqual(attached.content, { type: 'text', text: "export const token = '[redacted]';" });
      assert.match(attached.detail, / · 1 secret masked: GitHub$/);
    }
    assert.deepEqual(
      composer.chips().map(({ detail }) => detail),
      sent.map(({ attached }) => attached.detail),
    );
    for (const bytes of windows.stored.values()) assert.ok(!new TextDecoder().decode(bytes).includes(key));
  });

  it('is there after a reload, also what was pasted, dropped or fetched, which is not fetched again', async () => {
    windows.texts.set('https://a.example/', 'A page.');
    composer.attach('file', 'a.ts');
    composer.attach('url', 'https://a.example/');
    composer.put('dropped', droppedFile('note.txt', encode('Remember.')));
    composer.put('dropped', droppedFile('x.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])));
    await settled();
    windows.texts.delete('https://a.example/');
    windows.texts.set('a.ts', 'const a = 2;');
    const before = windows.reads.filter((read) => read.startsWith('url')).length;
    await reload();
    assert.deepEqual(await labels(composer), [
      'a.ts: const a = 2;',
      'https://a.example/: A page.',
      'note.txt: Remember.',
      'x.png: image/png',
    ]);
    assert.equal(windows.reads.filter((read) => read.startsWith('url')).length, before);
    assert.deepEqual(
      composer.chips().map(({ state, tokens }) => [state, tokens]),
      [
        ['ready', 3],
        ['ready', 2],
        ['ready', 3],
        ['ready', 1_000],
      ],
    );
  });

  it('is kept over one reload after the other', async () => {
    composer.put('dropped', droppedFile('note.txt', encode('Remember.')));
    for (let time = 0; time < 3; time++) await reload();
    assert.deepEqual(await labels(composer), ['note.txt: Remember.']);
  });

  it('is two things where two files were dropped, one of them with the same bytes', async () => {
    for (const [name, text] of [
      ['one.txt', 'One.'],
      ['two.txt', 'Two.'],
      ['two.txt', 'Two.'],
    ] as const) {
      composer.put('dropped', droppedFile(name, encode(text)));
    }
    const values = (await composer.collect('?', never)).map(({ value }) => value);
    assert.equal(new Set(values).size, 3);
    for (const { id } of composer.chips()) composer.pin(id, true);
    await reload();
    assert.deepEqual(await labels(composer), ['one.txt: One.', 'two.txt: Two.', 'two.txt: Two.']);
  });

  it('goes along also where the disk is full, and says so where it is gone after a reload', async () => {
    windows.isFull = true;
    composer.put('dropped', droppedFile('note.txt', encode('Remember.')));
    assert.deepEqual(await labels(composer), ['note.txt: Remember.']);
    await reload();
    assert.deepEqual(composer.chips(), []);
    windows.isFull = false;
    composer.put('dropped', droppedFile('note.txt', encode('Remember.')));
    await settled();
    windows.stored.clear();
    await reload();
    assert.deepEqual(
      composer.chips().map(({ state, problem }) => [state, problem]),
      [['failed', 'note.txt is no longer stored. Attach it again.']],
    );
    assert.deepEqual(await labels(composer), [], 'it does not hold the question up');
  });

  it('is pinned in its chat, also over a reload before the first question, and not in others', async () => {
    composer.showChat({ id: 'one', messages: [] });
    composer.put('dropped', droppedFile('note.txt', encode('Remember.')));
    composer.attach('file', 'a.ts');
    await settled();
    for (const { id } of composer.chips()) composer.pin(id, true);
    await reload();
    composer.showChat({ id: 'one', messages: [] });
    assert.deepEqual(
      composer.chips().map(({ label, isPinned }) => [label, isPinned]),
      [
        ['note.txt', true],
        ['a.ts', true],
      ],
    );
    composer.sent();
    assert.equal(composer.chips().length, 2, 'they go along with the next question too');
    composer.showChat({ id: 'two', messages: [] });
    assert.deepEqual(composer.chips(), []);
  });

  it('has the active file, until it is switched off for the chat, and again where it is switched on', async () => {
    windows.texts.set('active', 'const shown = true;');
    composer.setAutomatic('code', 'active');
    assert.deepEqual(await labels(composer), ['active: const shown = true;']);
    composer.showChat({ id: 'one', messages: [] });
    composer.switchActiveFile(false);
    assert.deepEqual(await labels(composer), []);
    assert.equal(composer.chips()[0]?.state, 'off', 'it is seen all the same');
    await reload();
    composer.setAutomatic('code', 'active');
    assert.deepEqual(await labels(composer), []);
    composer.showChat({ id: 'two', messages: [] });
    assert.deepEqual(await labels(composer), ['active: const shown = true;']);
    windows.isActiveFileOn = false;
    assert.deepEqual(await labels(composer), []);
    composer.switchActiveFile(true);
    assert.deepEqual(await labels(composer), ['active: const shown = true;']);
  });

  it('follows one edit after the other, also while the lines are still read', async () => {
    composer.attach('file', 'a.ts');
    await settled();
    const id = composer.chips()[0]?.id ?? '';
    const lines = { folder: '/work', path: 'a.ts' };
    windows.texts.set('5', 'five').set('6', 'six');
    composer.move(id, '5', { ...lines, startLine: 5, endLine: 5 });
    assert.deepEqual(
      composer.places().map(({ place }) => place.startLine),
      [5],
    );
    composer.move(id, '6', { ...lines, startLine: 6, endLine: 6 });
    assert.deepEqual(await labels(composer), ['6: six']);
  });

  it('holds a question up with a sentence where something attached cannot be read any more', async () => {
    composer.attach('file', 'a.ts');
    await settled();
    windows.texts.delete('a.ts');
    await assert.rejects(
      composer.collect('?', never),
      /^SextantError: a\.ts cannot go along: a\.ts is not there any more/,
    );
    assert.equal(composer.chips()[0]?.state, 'failed');
  });

  for (const saved of [
    undefined,
    7,
    'x',
    [],
    { attached: 7, switched: 7 },
    {
      attached: [
        null,
        {},
        { source: 'dropped', value: '', isPinned: false },
        { source: '__proto__', value: '', isPinned: true },
      ],
    },
    { chat: 7, attached: [{ source: 'dropped', value: '', isPinned: false, kept: { sha256: '../../x' } }] },
    { switched: [['a'], [1, 2], ['a', true, 3]] },
  ]) {
    it(`takes ${JSON.stringify(saved) ?? 'nothing'} that was saved for nothing`, () => {
      windows.saved = saved;
      assert.deepEqual(windows.open().chips(), []);
    });
  }
});
