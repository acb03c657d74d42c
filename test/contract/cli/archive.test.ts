import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CliSandbox } from './runCli.ts';

const message = (id: string, parentId: string | null, role: string, content: string) => ({
  ...{ id, parentId, role, type: 'text', status: 'complete', content, reasoning: '' },
  ...{ model: null, parts: null, context: null, metadata: {}, inputTokens: null, outputTokens: null },
  ...{ costMicrousd: null, clientMessageId: null, createdAt: 1_790_000_000_000, attachments: [] },
});

const chats = {
  format: 'sextant-chats',
  version: 1,
  folders: [],
  conversations: [
    {
      ...{ id: 'chat-1', title: 'Why tar?', titleSource: 'person', folderId: null, workspaceUri: null },
      ...{ agent: 'native', mode: 'ask', model: null, systemPrompt: null, extra: {}, isPinned: false },
      ...{ isArchived: false, activeMessageId: 'm2', createdAt: 1, updatedAt: 1, lastMessageAt: 1_790_000_000_000 },
      messages: [message('m1', null, 'user', 'Why tar?'), message('m2', 'm1', 'assistant', 'Any tool opens it.')],
    },
  ],
  files: [],
};

describe('sextant backup, restore, export and import', function () {
  this.timeout(120_000);
  let sandbox: CliSandbox;

  beforeEach(async () => {
    sandbox = await CliSandbox.create({});
    await writeFile(path.join(sandbox.directory, 'chats.json'), JSON.stringify(chats));
  });

  afterEach(() => sandbox.remove());

  const sextant = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await sandbox.run([...args, '--store', 'store']);
    assert.deepEqual([code, err], [0, ''], args.join(' '));
    return out;
  };
  const refused = async (...args: string[]): Promise<string> => {
    const { code, err } = await sandbox.run([...args, '--store', 'store']);
    assert.equal(code, 1, err);
    assert.doesNotMatch(err, /\n +at /);
    return err;
  };

  it('and history lists the chats, and finds messages by words, phrases and what they do not hold', async () => {
    const { err: none } = await sandbox.run(['history', '--store', 'store']);
    assert.equal(none, 'There are no chats.\n');
    await sextant('import', 'chats.json');
    assert.match(await sextant('history'), /^chat-1 {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}Why tar\? \(2 messages\)\n$/);
    const [listed] = JSON.parse(await sextant('history', '--json')) as { id: string; lastMessageAt: string }[];
    assert.deepEqual([listed?.id, listed?.lastMessageAt], ['chat-1', new Date(1_790_000_000_000).toISOString()]);
    const found = await sextant('history', '"tool opens" -zip');
    assert.match(found, /^chat-1 .* Why tar\?\n {4}the model: Any tool opens it\.\n$/);
    const [hit] = JSON.parse(await sextant('history', 'any to', '--limit', '1', '--json')) as { messageId: string }[];
    assert.equal(hit?.messageId, 'm2');
    const { err } = await sandbox.run(['history', '"opens tool"', '--store', 'store']);
    assert.equal(err, 'Nothing was found.\n');
    const { err: archived } = await sandbox.run(['history', '--archived', '--store', 'store']);
    assert.equal(archived, 'There are no chats.\n');
  });

  it('take chats in, give them out again, back them up and bring them back', async () => {
    assert.match(await sextant('import', 'chats.json', '--dry-run'), /^It would be: 1 chat added, 2 messages/);
    assert.equal(await sextant('import', 'chats.json'), '1 chat added, 2 messages in all.\n');
    assert.equal(await sextant('import', 'chats.json'), '1 chat was here already.\n');

    assert.match(await sextant('export', 'out.json'), /^1 chat with 2 messages, in .*out\.json/);
    const exported = JSON.parse((await sandbox.read('out.json')).toString()) as unknown;
    // A file of before there were personas is taken in, too.
    const conversations = chats.conversations.map((each) => ({ ...each, persona: null }));
    assert.deepEqual(exported, { ...chats, conversations });
    await sextant('export', 'out.md', '--chat', 'chat-1');
    assert.match((await sandbox.read('out.md')).toString(), /^# Why tar\?\n[^]*## Answer[^]*Any tool opens it\./);
    assert.match(await refused('export', 'out.md'), /is there already/);
    assert.match(await refused('export', 'none.md', '--chat', 'nobody'), /These chats are gone/);

    assert.match(await sextant('backup', '--list'), /There are no backups/);
    assert.match(await sextant('backup', 'mine.tar.gz'), /mine\.tar\.gz {2}.* UTC, .* kB: 1 chat with 2 messages/);
    const { file } = JSON.parse(await sextant('backup', '--json')) as { file: string };
    assert.ok((await sextant('backup', '--list')).startsWith(file));

    assert.match(
      await sextant('doctor', '--json'),
      /"name": "upkeep",\s+"state": "ok",\s+"detail": ".*newest of 1 backup/,
    );
    const elsewhere = ['--store', 'elsewhere'];
    const dry = await sandbox.run(['restore', 'mine.tar.gz', '--dry-run', ...elsewhere]);
    assert.match(dry.out, /is whole: 1 chat with 2 messages\.\nIt would replace: nothing\. Nothing was changed/);
    const restored = await sandbox.run(['restore', 'mine.tar.gz', ...elsewhere]);
    assert.match(restored.out, /is restored: 1 chat with 2 messages\.\nWhat was there before is in .*backups/);
    const again = await sandbox.run(['export', 'again.json', ...elsewhere]);
    assert.equal(again.code, 0);
    assert.deepEqual(await sandbox.read('again.json'), await sandbox.read('out.json'));
  });

  it('work on the folder in which VS Code keeps its chats', async () => {
    await sextant('import', 'chats.json');
    await rename(path.join(sandbox.directory, 'store', 'database'), path.join(sandbox.directory, 'store', 'store'));
    assert.match(await sextant('export', 'out.json'), /^1 chat with 2 messages/);
  });

  it('refuse what is not what it should be, in a sentence', async () => {
    await writeFile(path.join(sandbox.directory, 'wrong.json'), JSON.stringify({ ...chats, folders: [{ id: 7 }] }));
    assert.match(
      await refused('import', 'wrong.json'),
      /wrong\.json cannot be imported\. At “folders\[0\]\.id” .* Nothing was changed\./,
    );
    assert.match(await refused('import', 'nowhere.json'), /There is no file/);
    assert.match(await refused('restore', 'chats.json'), /chats\.json cannot be restored\. The archive is damaged/);
    assert.match(await refused('restore', 'nowhere.tar.gz'), /There is no file/);
    assert.match(await refused('backup', 'chats.json'), /is there already/);
  });
});
