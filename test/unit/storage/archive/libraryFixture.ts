import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Caller } from '../../../../src/base/rpc.ts';
import type { StoreContract } from '../../../../src/protocol/store.ts';
import { fileFolder } from '../../../../src/storage/files/fileFolder.node.ts';
import { FileStore } from '../../../../src/storage/files/fileStore.ts';
import { StoreFolder, model } from '../storeFixture.ts';

export type StoreCaller = Caller<StoreContract>;

/** Bytes of a file that several messages have attached. */
export const sharedBytes = new Uint8Array(100_000).map((_, at) => (at * 31) % 251);

/** A store's folder with a file store of its own beside the stores that are open. */
export class LibraryFolder extends StoreFolder {
  readonly files = new FileStore({
    folder: fileFolder(path.join(this.directory, 'files')),
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    keys: { current: null, all: [] },
  });

  get backupDirectory(): string {
    return path.join(this.directory, 'backups');
  }

  backupFiles(): string[] {
    return readdirSync(this.backupDirectory).map((name) => path.join(this.backupDirectory, name));
  }

  path(name: string): string {
    return path.join(this.directory, name);
  }

  /** A question with its answer; gives the ids of both. */
  async ask(
    store: StoreCaller,
    conversationId: string,
    text: string,
    parentId: string | null = null,
  ): Promise<{ question: string; answer: string }> {
    this.nowMs += 1_000;
    const turn = this.turn({
      conversationId,
      clientMessageId: `${conversationId} ${text}`,
      text,
      title: text,
      parentId,
    });
    const { user, assistant } = await store.call('turns.start', turn);
    await store.call('turns.setContext', {
      messageId: assistant.id,
      context: [
        {
          folder: '/work',
          path: 'src/start.ts',
          startLine: 3,
          endLine: 9,
          symbol: 'start',
          language: 'typescript',
          textHash: 'ab'.repeat(32),
        },
      ],
    });
    await this.finish(store, assistant.id, `The answer to “${text}”.`);
    return { question: user.id, answer: assistant.id };
  }

  /** Another answer to a question, as a branch. */
  async askAgain(store: StoreCaller, userMessageId: string, text: string): Promise<string> {
    this.nowMs += 1_000;
    const again = { userMessageId, model, owner: 'window-1', leaseUntil: this.nowMs + 30_000 };
    const { id } = await store.call('turns.answerAgain', again);
    await this.finish(store, id, text);
    return id;
  }

  /** Attaches a file to a message. */
  async attach(messageId: string, name: string, bytes: Uint8Array): Promise<string> {
    const { sha256, size } = await this.files.put(bytes);
    await this.rows(`INSERT OR IGNORE INTO files (sha256, size, mime_type, created_at)
      VALUES ('${sha256}', ${size}, 'application/octet-stream', ${this.nowMs})`);
    await this.rows(`INSERT INTO attachments (id, user_id, message_id, sha256, name, mime_type, size, created_at)
      SELECT '${messageId}-${name}', user_id, id, '${sha256}', '${name}', 'application/octet-stream', ${size}, ${this.nowMs}
      FROM messages WHERE id = '${messageId}'`);
    return sha256;
  }

  /** Three chats, two of them in nested folders, one pinned, one with branches, two with the same file. */
  async fill(store: StoreCaller): Promise<{ pinned: string; branched: string; plain: string; sha256: string }> {
    await store.call('folders.create', { id: 'folder-work', name: 'Work', parentId: null });
    await store.call('folders.create', { id: 'folder-deep', name: 'Deep “inside”', parentId: 'folder-work' });
    const first = await this.ask(store, 'chat-pinned', 'How does it start?');
    await this.ask(store, 'chat-pinned', 'And then?', first.answer);
    const branch = await this.ask(store, 'chat-branched', 'What is 搜索引擎 for?');
    await this.askAgain(store, branch.question, 'Another answer, with `code` and\n```\na block');
    await this.ask(store, 'chat-plain', 'Anything else?');
    await store.call('conversations.update', {
      ids: ['chat-pinned'],
      changes: { isPinned: true, folderId: 'folder-deep', title: 'A # title *of* mine' },
    });
    await store.call('conversations.update', { ids: ['chat-branched'], changes: { isArchived: true } });
    const sha256 = await this.attach(first.question, 'data.bin', sharedBytes);
    await this.attach(branch.question, 'same.bin', sharedBytes);
    await this.attach(branch.question, 'own.txt', new TextEncoder().encode('only here'));
    return { pinned: 'chat-pinned', branched: 'chat-branched', plain: 'chat-plain', sha256 };
  }

  async finish(store: StoreCaller, messageId: string, text: string): Promise<void> {
    await store.call('turns.append', {
      messageId,
      offset: 0,
      text,
      reasoningOffset: 0,
      reasoning: 'I thought about it.',
    });
    await store.call('turns.finish', {
      messageId,
      status: 'complete',
      error: null,
      finishReason: 'stop',
      inputTokens: 12,
      outputTokens: 34,
    });
  }
}
