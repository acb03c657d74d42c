import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { errorMessage } from '../../../../src/base/errors.ts';
import type { ImportReport } from '../../../../src/protocol/archive.ts';
import { LibraryFolder, type StoreCaller } from './libraryFixture.ts';

interface ExportedMessage {
  id: string;
  parentId: string | null;
  content: string;
  createdAt: number;
  attachments: { id: string; sha256: string }[];
}

interface Exported {
  version: number;
  folders: { id: string; parentId: string | null }[];
  conversations: { id: string; title: string; activeMessageId: string | null; messages: ExportedMessage[] }[];
  files: { sha256: string; base64: string | null }[];
}

const nothing: ImportReport = { added: 0, unchanged: 0, extended: 0, copied: 0, messages: 0, folders: 0 };

describe('Exported chats', function () {
  this.timeout(30_000);
  let folder: LibraryFolder;
  let elsewhere: LibraryFolder;
  let store: StoreCaller;
  let other: StoreCaller;
  let file: string;

  beforeEach(async () => {
    folder = new LibraryFolder();
    elsewhere = new LibraryFolder();
    store = folder.open();
    other = elsewhere.open();
    file = folder.path('chats.json');
    await folder.fill(store);
  });

  afterEach(async () => {
    await folder.dispose();
    await elsewhere.dispose();
  });

  const exportAll = async (caller: StoreCaller, to: string): Promise<string> => {
    await caller.call('library.export', { ids: null, format: 'json', file: to });
    return readFileSync(to, 'utf8');
  };
  const parsed = (text: string): Exported => JSON.parse(text) as Exported;
  const importText = async (caller: StoreCaller, text: string): Promise<ImportReport> => {
    const from = elsewhere.path('import.json');
    writeFileSync(from, text);
    return caller.call('library.import', { file: from, dryRun: false });
  };

  describe('as JSON', () => {
    it('give the same rows back in an empty store: exported again, the file is the same byte for byte', async () => {
      const report = await store.call('library.export', { ids: null, format: 'json', file });
      assert.deepEqual([report.conversations, report.messages, report.missingFiles], [3, 9, 0]);
      const imported = await other.call('library.import', { file, dryRun: false });
      assert.deepEqual(imported, { ...nothing, added: 3, messages: 9, folders: 2 });
      const again = await exportAll(other, elsewhere.path('again.json'));
      assert.equal(again, readFileSync(file, 'utf8'));
      for (const id of ['chat-pinned', 'chat-branched', 'chat-plain']) {
        assert.deepEqual(await other.call('conversations.get', { id }), await store.call('conversations.get', { id }));
      }
      assert.deepEqual(await other.call('folders.list', null), await store.call('folders.list', null));
      assert.equal((await elsewhere.files.list()).length, 2);
    });

    it('keep the summary of a chat’s beginning, as it was changed and switched', async () => {
      const summary = { text: 'It was about buoys.', turns: 1, unreadTurns: 0, isUsed: false, isEdited: true };
      const answer = (await store.call('conversations.get', { id: 'chat-plain' }))?.messages.at(-1);
      await store.call('messages.setSummary', { messageId: answer?.id ?? '', summary });
      await importText(other, await exportAll(store, file));
      const chat = await other.call('conversations.get', { id: 'chat-plain' });
      assert.deepEqual(chat?.messages.at(-1)?.summary, summary);
    });

    it('change nothing where all of them are, however often', async () => {
      const text = await exportAll(store, file);
      for (let time = 0; time < 2; time++) {
        assert.deepEqual(await importText(store, text), { ...nothing, unchanged: 3 });
      }
      assert.equal(await exportAll(store, folder.path('again.json')), text);
    });

    it('say beforehand what an import would do', async () => {
      await exportAll(store, file);
      const dry = await other.call('library.import', { file, dryRun: true });
      assert.deepEqual(dry, { ...nothing, added: 3, messages: 9, folders: 2 });
      assert.deepEqual(await other.call('conversations.list', { limit: 10 }), []);
    });

    it('can be one chat, with the folders around it and nothing of the others', async () => {
      await store.call('library.export', { ids: ['chat-pinned', 'gone'], format: 'json', file });
      const chats = parsed(readFileSync(file, 'utf8'));
      assert.deepEqual(
        [chats.conversations.map(({ id }) => id), chats.folders.map(({ id }) => id), chats.files.length],
        [['chat-pinned'], ['folder-work', 'folder-deep'], 1],
      );
    });

    it('add what only the file has, and leave what is there', async () => {
      const before = await exportAll(store, file);
      await importText(other, before);
      const [first] = (await store.call('conversations.get', { id: 'chat-plain' }))?.messages ?? [];
      await folder.askAgain(store, first?.id ?? '', 'Said later.');
      await other.call('conversations.update', { ids: ['chat-plain'], changes: { title: 'Mine now' } });
      const report = await importText(other, await exportAll(store, file));
      assert.deepEqual(report, { ...nothing, unchanged: 2, extended: 1, messages: 1 });
      const chat = await other.call('conversations.get', { id: 'chat-plain' });
      assert.deepEqual([chat?.title, chat?.messageCount], ['Mine now', 3]);
    });

    it('that say something else come in as copies, once', async () => {
      const chats = parsed(await exportAll(store, file));
      const changed = chats.conversations.find(({ id }) => id === 'chat-branched');
      assert.ok(changed?.messages[1]);
      changed.messages[1].content = 'Something else was said.';
      const text = JSON.stringify(chats);
      assert.deepEqual(await importText(store, text), { ...nothing, unchanged: 2, copied: 1, messages: 3 });
      assert.deepEqual(await importText(store, text), { ...nothing, unchanged: 3 });
      const list = await store.call('conversations.list', { limit: 10, filter: { isArchived: true } });
      assert.deepEqual(list.map(({ title }) => title).sort(), [
        'What is 搜索引擎 for?',
        'What is 搜索引擎 for? (imported)',
      ]);
      const copy = list.find(({ title }) => title.endsWith('(imported)'));
      const { messages = [] } = (await store.call('conversations.get', { id: copy?.id ?? '' })) ?? {};
      assert.equal(messages[0]?.attachments.length, 2);
    });

    it('bring back a chat that was deleted, and the search finds it again', async () => {
      const text = await exportAll(store, file);
      await store.call('library.clear', { what: 'history', keepsPinned: false, withBackups: false, dryRun: false });
      const { latest } = await store.call('history.changes', { epoch: null, after: 0, limit: 1 });
      assert.equal((await importText(store, text)).added, 3);
      assert.equal(await exportAll(store, file), text);
      const { messages } = await store.call('history.changes', { epoch: null, after: latest, limit: 100 });
      assert.equal(messages.length, 9);
    });

    it('bring back at once a chat whose deletion can still be undone', async () => {
      const text = await exportAll(store, file);
      const [first] = await store.call('conversations.list', { limit: 1 });
      await store.call('conversations.delete', { ids: [first?.id ?? ''] });
      assert.deepEqual(await importText(store, text), { ...nothing, unchanged: 2, extended: 1 });
      folder.nowMs += 60_000;
      assert.equal(await exportAll(folder.open(), file), text);
    });

    it('say which files could not be read, and are taken in without them', async () => {
      for (const { sha256 } of await folder.files.list()) await folder.files.remove(sha256);
      const report = await store.call('library.export', { ids: null, format: 'json', file });
      assert.equal(report.missingFiles, 2);
      const text = readFileSync(file, 'utf8');
      await importText(other, text);
      assert.equal(await exportAll(other, elsewhere.path('again.json')), text);
    });

    it('take an answer that is being written as one that was cut off', async () => {
      const { assistant } = await store.call('turns.start', folder.turn({ conversationId: 'chat-busy' }));
      await store.call('turns.append', {
        messageId: assistant.id,
        offset: 0,
        text: 'So far',
        reasoningOffset: 0,
        reasoning: '',
      });
      await importText(other, await exportAll(store, file));
      const chat = await other.call('conversations.get', { id: 'chat-busy' });
      assert.deepEqual([chat?.messages.at(-1)?.status, chat?.isRunning], ['interrupted', false]);
    });

    it('carry the persona that answers, which is made where it is not; a namesake takes its place', async () => {
      const persona = {
        ...{ id: 'pilot', name: 'Pilot', description: 'Knows the harbour.', prompt: 'Speak as a pilot does.' },
        ...{ model: { provider: 'ollama', model: 'gone' }, temperature: 0.3, starters: ['Which buoy is nearest?'] },
      };
      await store.call('personas.save', persona);
      await store.call('conversations.setUp', { id: 'chat-pinned', setup: { mode: 'edit', personaId: persona.id } });
      const text = await exportAll(store, file);
      await importText(other, text);
      assert.deepEqual(await other.call('personas.list', null), [persona]);
      const chat = await other.call('conversations.get', { id: 'chat-pinned' });
      assert.deepEqual([chat?.mode, chat?.personaId], ['edit', persona.id]);
      await folder.asAnotherUser(async (third) => {
        await third.call('personas.save', { ...persona, id: 'own', name: 'PILOT', prompt: 'Their own.' });
        await third.call('library.import', { file, dryRun: false });
        const own = await third.call('personas.list', null);
        assert.deepEqual(
          own.map(({ id, prompt }) => [id, prompt]),
          [['own', 'Their own.']],
        );
        const [imported] = await third.call('conversations.list', { limit: 1, filter: { isPinned: true } });
        assert.equal((await third.call('conversations.get', { id: imported?.id ?? '' }))?.personaId, 'own');
      });
    });

    it('are written down in the audit log', async () => {
      await exportAll(store, file);
      await other.call('library.import', { file, dryRun: false });
      const [exported] = await store.call('audit.list', { limit: 1 });
      const [imported] = await other.call('audit.list', { limit: 1 });
      assert.deepEqual([exported?.action, exported?.subject], ['data exported', file]);
      assert.deepEqual([imported?.action, imported?.subject], ['data imported', file]);
    });
  });

  describe('that are not in order are refused whole, with where it is wrong:', () => {
    const hostile: [name: string, change: (chats: Exported) => unknown, words: RegExp][] = [
      ['no list of chats', (chats) => ({ ...chats, conversations: {} }), /At “conversations”/],
      ['another version', (chats) => ({ ...chats, version: 2 }), /newer version/],
      ['a title that is no text', (chats) => edit(chats, 'title', 5), /At “conversations\[0\]\.title” it is not/],
      ['a title of nothing', (chats) => edit(chats, 'title', ''), /At “conversations\[0\]\.title” it is not/],
      ['a role that there is not', (chats) => editMessage(chats, 'role', 'root'), /messages\[0\]\.role/],
      ['a time that is none', (chats) => editMessage(chats, 'createdAt', 1.5), /messages\[0\]\.createdAt/],
      ['a time that is no number', (chats) => editMessage(chats, 'createdAt', '1; DROP TABLE'), /createdAt/],
      ['a missing id', (chats) => editMessage(chats, 'id', undefined), /messages\[0\]\.id/],
      ['a parent that is not there', (chats) => editMessage(chats, 'parentId', 'nobody'), /messages\[0\]\.parentId/],
      ['a message that is its own parent', (chats) => editMessage(chats, 'parentId', firstId(chats)), /parentId/],
      ['a leaf that is not there', (chats) => edit(chats, 'activeMessageId', 'nobody'), /activeMessageId/],
      [
        'the same chat twice',
        (chats) => ({ ...chats, conversations: [chats.conversations[0], ...chats.conversations] }),
        /conversations\[1\]\.id/,
      ],
      [
        'a message in two chats',
        (chats) => ({ ...chats, conversations: [chats.conversations[0], { ...chats.conversations[0], id: 'new' }] }),
        /another conversation has, too/,
      ],
      [
        'a folder in itself',
        (chats) => ({ ...chats, folders: [{ ...chats.folders[0], parentId: chats.folders[0]?.id }] }),
        /folders\[0\]\.parentId/,
      ],
      [
        'a file with another hash',
        (chats) => ({ ...chats, files: [{ ...chats.files[0], sha256: 'ab'.repeat(32) }] }),
        /files\[0\]/,
      ],
      [
        'a file that is no base64',
        (chats) => ({ ...chats, files: [{ ...chats.files[0], base64: '%%%' }] }),
        /files\[0\]/,
      ],
      [
        'a hash that is a path',
        (chats) => ({ ...chats, files: [{ ...chats.files[0], sha256: '../../x' }] }),
        /files\[0\]\.sha256/,
      ],
      ['files that are not there', (chats) => ({ ...chats, files: [] }), /not in its list of files/],
    ];
    for (const [name, change, words] of hostile) {
      it(name, async () => {
        const text = JSON.stringify(change(parsed(await exportAll(store, file))));
        await assert.rejects(importText(other, text), (error) => {
          assert.match(errorMessage(error), words);
          return true;
        });
        assert.deepEqual(await other.call('conversations.list', { limit: 10 }), []);
        assert.deepEqual(await other.call('folders.list', null), []);
        assert.deepEqual(await elsewhere.files.list(), []);
      });
    }

    it('what is no JSON, no text, or not there', async () => {
      for (const [content, words] of [
        ['{"format": ', /no JSON/],
        ['[1, 2]', /no chats of Sextant’s/],
        [Uint8Array.of(0xff, 0xfe, 0x00), /not a text file/],
      ] as const) {
        writeFileSync(file, content);
        await assert.rejects(other.call('library.import', { file, dryRun: false }), { message: words });
      }
      const gone = other.call('library.import', { file: elsewhere.path('nowhere.json'), dryRun: false });
      await assert.rejects(gone, { code: 'not-found' });
    });

    it('and names of the prototype are only names', async () => {
      const text = (await exportAll(store, file)).replaceAll('"extra":{}', '"__proto__":{"isPinned":true},"extra":{}');
      assert.equal((await importText(other, text)).added, 3);
      assert.equal(({} as Record<string, unknown>)['isPinned'], undefined);
    });
  });

  describe('as Markdown', () => {
    const markdown = async (ids: readonly string[] | null): Promise<string> => {
      await store.call('library.export', { ids, format: 'markdown', file });
      return readFileSync(file, 'utf8');
    };

    it('are the branch that is shown, for reading', async () => {
      assert.equal(
        await markdown(['chat-pinned']),
        [
          String.raw`# A \# title \*of\* mine`,
          '',
          'Started 2026-09-21 14:13 UTC · last message 2026-09-21 14:13 UTC · workspace `file:///work`',
          '',
          '## Question · 2026-09-21 14:13 UTC',
          '',
          'How does it start?',
          '',
          '**Attached**',
          '',
          '- `data.bin` (application/octet-stream, 100000 bytes)',
          '',
          '## Answer · ollama qwen3 · 2026-09-21 14:13 UTC',
          '',
          'The answer to “How does it start?”.',
          '',
          '**Sources**',
          '',
          '- `src/start.ts`, lines 3–9, `start`',
          '',
          '## Question · 2026-09-21 14:13 UTC',
          '',
          'And then?',
          '',
          '## Answer · ollama qwen3 · 2026-09-21 14:13 UTC',
          '',
          'The answer to “And then?”.',
          '',
          '**Sources**',
          '',
          '- `src/start.ts`, lines 3–9, `start`',
          '',
        ].join('\n'),
      );
    });

    it('close a block of code that was cut off, so that the next question is none', async () => {
      assert.match(await markdown(['chat-branched']), /```\na block\n```\n/);
    });

    it('can be all in one file', async () => {
      assert.equal((await markdown(null)).split('\n---\n').length, 3);
    });
  });

  it('are refused where none of those that were named is there', async () => {
    const refused = store.call('library.export', { ids: ['gone'], format: 'json', file });
    await assert.rejects(refused, { code: 'not-found' });
  });
});

function edit(chats: Exported, key: string, value: unknown): unknown {
  const [first, ...others] = chats.conversations;
  return { ...chats, conversations: [{ ...first, [key]: value }, ...others] };
}

function editMessage(chats: Exported, key: string, value: unknown): unknown {
  const [first] = chats.conversations;
  return edit(chats, 'messages', [{ ...first?.messages[0], [key]: value }, ...(first?.messages.slice(1) ?? [])]);
}

function firstId(chats: Exported): string {
  return chats.conversations[0]?.messages[0]?.id ?? '';
}
