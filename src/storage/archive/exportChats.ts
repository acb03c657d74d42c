import { toBase64 } from '../../base/base64.ts';
import { SextantError, errorCode } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ExportFormat, ExportReport } from '../../protocol/archive.ts';
import { addAuditEntry } from '../auditRepository.ts';
import type { FileStore } from '../files/fileStore.ts';
import type { StoreAccess } from '../storeAccess.ts';
import type { ArchiveFiles } from './archiveFiles.ts';
import { type ChatConversation, chatsFrame } from './chatFormat.ts';
import { chatMarkdown } from './chatMarkdown.ts';
import { chatIds, readChat, readChatFiles, readChatFolders } from './chatRows.ts';

export interface ExportDependencies {
  readonly access: StoreAccess;
  readonly files: Pick<FileStore, 'get'>;
  readonly archive: Pick<ArchiveFiles, 'write'>;
}

/** What can be taken in again: a longer text is more than a JavaScript engine reads at once. */
export const CHATS_LIMIT_BYTES = 400_000_000;

/**
 * Writes chats to a file, one after the other, so that memory never holds more than one of them. It is written down in
 * the audit log. Code `not-found` when none of those that were named is there.
 */
export async function exportChats(
  { access, files, archive }: ExportDependencies,
  { ids, format, file }: { ids: readonly string[] | null; format: ExportFormat; file: string },
): Promise<ExportReport> {
  const present = await access.read((scope) => chatIds(scope, ids));
  if (ids !== null && present.length === 0) {
    throw new SextantError('not-found', t('These chats are gone: they were deleted, perhaps in another window.'));
  }
  const written = { conversations: 0, messages: 0, missingFiles: 0 };
  const chats = async function* (): AsyncGenerator<ChatConversation> {
    for (const id of present) {
      const chat = await access.read((scope) => readChat(scope, id));
      if (chat === undefined) continue;
      written.conversations++;
      written.messages += chat.messages.length;
      yield chat;
    }
  };
  const readFile = async (sha256: string): Promise<Uint8Array | undefined> => {
    try {
      return await files.get(sha256);
    } catch (error) {
      if (errorCode(error) !== 'not-found' && errorCode(error) !== 'damaged') throw error;
      written.missingFiles++;
      return undefined;
    }
  };
  const text =
    format === 'json'
      ? jsonText(access, ids === null ? null : present, chats(), readFile)
      : markdownText(chats(), readFile);
  const bytes = await archive.write(file, encoded(text, format === 'json' ? CHATS_LIMIT_BYTES : Infinity));
  const report = { file, bytes, ...written };
  await access.write(null, (scope) =>
    addAuditEntry(scope, { action: 'data exported', subject: file, detail: { format, ...written } }),
  );
  return report;
}

type ReadFile = (sha256: string) => Promise<Uint8Array | undefined>;

async function* jsonText(
  access: StoreAccess,
  ids: readonly string[] | null,
  chats: AsyncIterable<ChatConversation>,
  readFile: ReadFile,
): AsyncGenerator<string> {
  const list = new CommaList();
  yield chatsFrame.folders;
  for (const folder of await access.read((scope) => readChatFolders(scope, ids))) yield list.item(folder);
  yield chatsFrame.conversations;
  list.restart();
  const hashes = new Set<string>();
  for await (const chat of chats) {
    for (const { attachments } of chat.messages) for (const { sha256 } of attachments) hashes.add(sha256);
    yield list.item(chat);
  }
  yield chatsFrame.files;
  list.restart();
  for (const entry of await access.read((scope) => readChatFiles(scope, hashes))) {
    const bytes = await readFile(entry.sha256);
    yield list.item({ ...entry, base64: bytes === undefined ? null : toBase64(bytes) });
  }
  yield chatsFrame.end;
}

async function* markdownText(chats: AsyncIterable<ChatConversation>, readFile: ReadFile): AsyncGenerator<string> {
  let isFirst = true;
  for await (const chat of chats) {
    if (!isFirst) yield '\n---\n\n';
    isFirst = false;
    yield* chatMarkdown(chat, async (sha256) => {
      const bytes = await readFile(sha256);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    });
  }
}

async function* encoded(texts: AsyncIterable<string>, limitBytes: number): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let bytes = 0;
  for await (const text of texts) {
    const piece = encoder.encode(text);
    bytes += piece.length;
    if (bytes > limitBytes) {
      throw new SextantError(
        'unsupported',
        t(
          'These chats are too large for one JSON file. Export fewer of them, or make a backup, which has no such limit.',
        ),
      );
    }
    yield piece;
  }
}

/** Items of a JSON list, one a line. */
class CommaList {
  #isFirst = true;

  item(value: unknown): string {
    const separator = this.#isFirst ? '\n' : ',\n';
    this.#isFirst = false;
    return separator + JSON.stringify(value);
  }

  restart(): void {
    this.#isFirst = true;
  }
}
