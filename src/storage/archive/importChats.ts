import { SextantError, errorCode, errorMessage } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ImportReport } from '../../protocol/archive.ts';
import { addAuditEntry } from '../auditRepository.ts';
import type { FileStore } from '../files/fileStore.ts';
import type { Scope } from '../scope.ts';
import { GENERAL, type StoreAccess } from '../storeAccess.ts';
import { type ArchiveFiles, fileName } from './archiveFiles.ts';
import { type ChatConversation, type ChatFile, type Chats, parseChats, wrongAt } from './chatFormat.ts';
import { CHATS_LIMIT_BYTES } from './exportChats.ts';
import { type ChatPlan, insertChat, insertFolders, planChat } from './importRows.ts';

export interface ImportDependencies {
  readonly access: StoreAccess;
  readonly files: Pick<FileStore, 'put'>;
  readonly archive: Pick<ArchiveFiles, 'size' | 'read' | 'hash'>;
}

/** So many messages go into one transaction, about: others have their turn in between. */
const BATCH_MESSAGES = 500;

/**
 * Takes chats in. Importing the same file again changes nothing, and nothing that is there is overwritten:
 *
 * - a chat that is not there is added, under its own ids;
 * - one that is there gets the messages that only the file has, as branches;
 * - one of which a message says something else in the file than here comes in as a copy beside it, under ids that are
 *   derived from its content. Which of the two is right, only the user knows; and a copy can be deleted.
 *
 * A file that is not in order is refused whole, with where it is wrong.
 */
export async function importChats(
  { access, files, archive }: ImportDependencies,
  { file, dryRun }: { file: string; dryRun: boolean },
): Promise<ImportReport> {
  const { chats, contents } = await readChats(archive, file);
  const digest = (text: string): string => {
    const hash = archive.hash();
    hash.update(new TextEncoder().encode(text));
    return hash.digest();
  };
  const report = { added: 0, unchanged: 0, extended: 0, copied: 0, messages: 0, folders: 0 };
  const count = ({ kind, chat }: ChatPlan): void => {
    report[kind]++;
    report.messages += chat.messages.length;
  };
  if (dryRun) {
    report.folders = await access.read((scope) => insertFolders(scope, chats.folders, true));
    for (const chat of chats.conversations) count(await access.read((scope) => planChat(scope, chat, digest)));
    return report;
  }
  for (const bytes of contents.values()) await files.put(bytes);
  report.folders = await access.write(GENERAL, (scope) => insertFolders(scope, chats.folders, false));
  const filesByHash = new Map(chats.files.map((entry) => [entry.sha256, entry]));
  for (const batch of batches(chats.conversations)) {
    const plans = await access.write(GENERAL, (scope) => insertBatch(scope, batch, filesByHash, digest));
    plans.forEach(count);
  }
  // Again: somebody who deleted an equal one meanwhile may have taken it for unused.
  for (const bytes of contents.values()) await files.put(bytes);
  await access.write(null, (scope) =>
    addAuditEntry(scope, { action: 'data imported', subject: file, detail: { ...report } }),
  );
  return report;
}

async function insertBatch(
  scope: Scope,
  batch: readonly ChatConversation[],
  files: ReadonlyMap<string, ChatFile>,
  digest: (text: string) => string,
): Promise<ChatPlan[]> {
  const plans: ChatPlan[] = [];
  for (const chat of batch) {
    const plan = await planChat(scope, chat, digest);
    if (plan.kind !== 'unchanged') await insertChat(scope, plan, files);
    plans.push(plan);
  }
  return plans;
}

function* batches(chats: readonly ChatConversation[]): Generator<ChatConversation[]> {
  let batch: ChatConversation[] = [];
  let messages = 0;
  for (const chat of chats) {
    batch.push(chat);
    messages += chat.messages.length;
    if (messages < BATCH_MESSAGES) continue;
    yield batch;
    batch = [];
    messages = 0;
  }
  if (batch.length > 0) yield batch;
}

/** What is wrong with the file is said with its name: nothing has been changed then. */
async function readChats(archive: ImportDependencies['archive'], file: string) {
  try {
    const chats = parseChats(await readText(archive, file));
    return { chats, contents: decodeFiles(chats, archive.hash) };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'not-found' || code === 'read-only') throw error;
    throw new SextantError(
      code,
      t('{0} cannot be imported. {1} Nothing was changed.', fileName(file), errorMessage(error)),
      {
        cause: error,
      },
    );
  }
}

async function readText(archive: Pick<ArchiveFiles, 'size' | 'read'>, file: string): Promise<string> {
  const size = await archive.size(file);
  if (size > CHATS_LIMIT_BYTES) {
    throw new SextantError('unsupported', t('It is too large. Export its chats in several files.'));
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  try {
    for await (const piece of archive.read(file)) text += decoder.decode(piece, { stream: true });
    return text + decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new SextantError('invalid', t('It is not a text file. Choose a file that Sextant exported.'), { cause });
  }
}

/** The bytes of the files that are there, by their hash. */
function decodeFiles({ files, conversations }: Chats, hash: ArchiveFiles['hash']): Map<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>();
  files.forEach(({ sha256, size, base64 }, index) => {
    if (base64 === null) return;
    const bytes = fromBase64(base64);
    const digest = hash();
    digest.update(bytes ?? new Uint8Array());
    if (bytes?.length !== size || digest.digest() !== sha256) {
      throw wrongAt(`files[${index}]`, 'it is not what its hash says');
    }
    contents.set(sha256, bytes);
  });
  const known = new Set(files.map(({ sha256 }) => sha256));
  conversations.forEach(({ messages }, index) => {
    const lacking = messages.flatMap(({ attachments }) => attachments).find(({ sha256 }) => !known.has(sha256));
    if (lacking !== undefined) {
      throw wrongAt(`conversations[${index}]`, `the file ${lacking.sha256} is not in its list of files`);
    }
  });
  return contents;
}

function fromBase64(base64: string): Uint8Array | undefined {
  try {
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
