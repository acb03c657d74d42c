import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

const SECRET = 'xyzzyplugh';
/** Tables whose rows belong to a user. */
const OWNED = ['conversations', 'messages', 'attachments', 'folders', 'settings', 'audit_log', 'removed_messages'];

describe('Two users of one store', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;
  let question: string;
  let answer: string;

  beforeEach(async () => {
    folder = new StoreFolder();
    store = folder.open();
    await store.call('folders.create', { id: 'folder-1', name: SECRET, parentId: null });
    const bytes = new TextEncoder().encode(SECRET);
    const { sha256 } = await store.call('files.put', { bytes, mimeType: 'text/plain' });
    const attachments = [{ sha256, name: SECRET, mimeType: 'text/plain' }];
    const turn = folder.turn({ text: SECRET, title: SECRET, attachments });
    const started = await store.call('turns.start', turn);
    [question, answer] = [started.user.id, started.assistant.id];
    await append(store, SECRET);
    await store.call('turns.finish', { ...finished, messageId: answer });
    await store.call('conversations.update', { ids: ['conversation-1'], changes: { folderId: 'folder-1' } });
    await store.call('settings.set', { key: 'mine', value: SECRET });
    await store.call('audit.add', { action: 'key stored', subject: SECRET, detail: {} });
  });

  afterEach(() => folder.dispose());

  const append = (by: Caller<StoreContract>, text: string): Promise<void> =>
    by.call('turns.append', { messageId: answer, offset: 0, text, reasoningOffset: 0, reasoning: '' });

  const rows = async (): Promise<unknown[]> => {
    const all = OWNED.map((table) =>
      folder.rows(`SELECT * FROM ${table} WHERE user_id = (SELECT id FROM users WHERE username = 'local')`),
    );
    return Promise.all(all);
  };

  it('neither see nor change what is the other’s, whichever of its ids they know', async () => {
    const before = await rows();
    const id = 'conversation-1';
    const ids = [id];
    const run = { owner: 'window-1', leaseUntil: folder.nowMs + 30_000 };
    await folder.asAnotherUser(async (other) => {
      const match = { messageId: question, startOffset: 0, isRelated: false, score: 1 };
      const file = `${folder.directory}/theirs.json`;
      const attempts: readonly (() => Promise<unknown>)[] = [
        () => other.call('conversations.list', { limit: 10 }),
        () => other.call('conversations.get', { id }),
        () => other.call('conversations.update', { ids, changes: { title: 'Mine now', isPinned: true } }),
        () => other.call('conversations.setAutomaticTitle', { id, title: 'Mine now' }),
        () => other.call('conversations.delete', { ids }),
        () => other.call('conversations.undelete', { ids }),
        () => other.call('conversations.branches', { id }),
        () => other.call('conversations.showBranch', { id, messageId: question }),
        () => other.call('messages.get', { messageId: question }),
        () => other.call('messages.delete', { messageId: question }),
        () => other.call('folders.list', null),
        () => other.call('folders.rename', { id: 'folder-1', name: 'Mine now' }),
        () => other.call('folders.move', { id: 'folder-1', parentId: null, before: null }),
        () => other.call('folders.delete', { id: 'folder-1', conversations: 'delete' }),
        () => other.call('folders.create', { id: 'folder-2', name: 'Inside', parentId: 'folder-1' }),
        () => other.call('turns.start', folder.turn({ clientMessageId: 'theirs', text: 'Mine now' })),
        () => other.call('turns.start', folder.turn()),
        () => other.call('turns.answerAgain', { userMessageId: question, model, ...run }),
        () => other.call('turns.resume', { messageId: answer, ...run }),
        () => other.call('turns.setContext', { messageId: answer, context: [] }),
        () => append(other, 'Mine now'),
        () => append(other, SECRET),
        () => other.call('turns.finish', { ...finished, messageId: answer, status: 'failed' }),
        () => other.call('turns.renewLease', { conversationId: id, ...run }),
        () => other.call('user.setActiveConversation', { conversationId: id }),
        () => other.call('user.get', null),
        () => other.call('settings.get', { key: 'mine' }),
        () => other.call('settings.set', { key: 'mine', value: 'theirs' }),
        () => other.call('history.changes', { epoch: null, after: 0, limit: 100 }),
        () => other.call('history.conversations', { folderId: 'folder-1' }),
        () => other.call('history.conversations', { conversationId: id }),
        () => other.call('history.describe', { query: 'plugh', matches: [match] }),
        async () => [...(await other.call('history.passages', { matches: [match] })).values()],
        () => other.call('audit.list', { limit: 100 }),
        () => other.call('library.export', { ids, format: 'json', file }),
        () => other.call('library.retain', { days: 1, dryRun: true }),
      ];
      for (const [at, attempt] of attempts.entries()) {
        // A refusal is as good as an empty answer.
        const told = await attempt().catch((error: unknown) => String(error));
        assert.ok(!JSON.stringify(told ?? null).includes(SECRET), `attempt ${at} tells: ${JSON.stringify(told)}`);
      }
    });
    assert.deepEqual(await rows(), before);
  });

  it('clear and keep each their own', async () => {
    const before = await rows();
    await folder.asAnotherUser(async (other) => {
      await other.call('library.clear', { what: 'everything', keepsPinned: false, withBackups: false, dryRun: false });
      folder.nowMs += 400 * 86_400_000;
      await other.call('library.retain', { days: 1, dryRun: false });
      await other.call('conversations.list', { limit: 1 });
    });
    assert.deepEqual(await rows(), before);
  });
}).timeout(20_000);
