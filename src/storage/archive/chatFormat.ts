import * as v from 'valibot';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { personaSchema } from '../../protocol/chatSetupValidators.ts';

/*
 * Chats as JSON, version 1. All that is known about them is in it: every branch, folders, attached files.
 *
 *   { "format": "sextant-chats", "version": 1,
 *     "folders":       [ parents before the folders in them ],
 *     "conversations": [ { …, "messages": [ parents before their answers; "attachments" of each ] } ],
 *     "files":         [ { "sha256", "size", "mimeType", "createdAt", "base64" } ] }
 *
 * Ids are those of the store, times are milliseconds since the epoch (UTC). A message's `parentId` makes the tree, the
 * conversation's `activeMessageId` is the leaf that is shown. `metadata`, `parts`, `context` and `model` are JSON as it
 * is stored. `persona` is who answers in the conversation. `base64` is null for a file that could not be read. An attachment with the role `content` holds the
 * message's own text where that is long. The order is that of the ids, so equal stores give equal files.
 */

const CHATS = 'sextant-chats';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const text = v.pipe(v.string(), v.maxLength(64_000_000));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
const time = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex is expected'));
const json = v.pipe(
  v.unknown(),
  v.check((value) => value !== undefined, 'it is missing'),
);

const attachment = v.object({
  id,
  sha256: hash,
  role: v.picklist(['attachment', 'content']),
  name: v.pipe(v.string(), v.maxLength(10_000)),
  mimeType: v.pipe(v.string(), v.maxLength(1_000)),
  size: count,
  url: v.nullable(v.pipe(v.string(), v.maxLength(10_000))),
  createdAt: time,
});

const message = v.object({
  id,
  parentId: v.nullable(id),
  role: v.picklist(['user', 'assistant', 'system', 'tool']),
  type: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  status: v.picklist(['complete', 'stopped', 'failed', 'interrupted']),
  content: text,
  reasoning: text,
  model: json,
  parts: json,
  context: json,
  metadata: v.pipe(
    json,
    v.check((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object is expected'),
  ),
  inputTokens: v.nullable(count),
  outputTokens: v.nullable(count),
  costMicrousd: v.nullable(count),
  clientMessageId: v.nullable(id),
  createdAt: time,
  attachments: v.array(attachment),
});

const conversation = v.object({
  id,
  title: name,
  titleSource: v.picklist(['question', 'model', 'person']),
  folderId: v.nullable(id),
  workspaceUri: v.nullable(v.pipe(v.string(), v.maxLength(10_000))),
  agent: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  mode: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  model: json,
  systemPrompt: v.nullable(text),
  // Files of before there were personas have none.
  persona: v.optional(v.nullable(personaSchema), null),
  extra: json,
  isPinned: v.boolean(),
  isArchived: v.boolean(),
  activeMessageId: v.nullable(id),
  createdAt: time,
  updatedAt: time,
  lastMessageAt: time,
  messages: v.array(message),
});

const folder = v.object({
  id,
  name,
  parentId: v.nullable(id),
  sortOrder: v.pipe(v.number(), v.safeInteger()),
  createdAt: time,
});

const file = v.object({
  sha256: hash,
  size: count,
  mimeType: v.pipe(v.string(), v.maxLength(1_000)),
  createdAt: time,
  base64: v.nullable(v.string()),
});

const chats = v.object({
  format: v.literal(CHATS),
  version: v.literal(1),
  folders: v.array(folder),
  conversations: v.array(conversation),
  files: v.array(file),
});

export type ChatAttachment = v.InferOutput<typeof attachment>;
export type ChatMessage = v.InferOutput<typeof message>;
export type ChatConversation = v.InferOutput<typeof conversation>;
export type ChatFolder = v.InferOutput<typeof folder>;
export type ChatFile = v.InferOutput<typeof file>;
export type Chats = v.InferOutput<typeof chats>;

/** The texts of a file of chats: what stands before each of its three lists, and after the last. */
export const chatsFrame = {
  folders: `{ "format": "${CHATS}", "version": 1,\n"folders": [`,
  conversations: '\n],\n"conversations": [',
  files: '\n],\n"files": [',
  end: '\n] }\n',
};

/**
 * The chats in a file's text. Whatever it is, what comes out is of this form and makes sense: every parent is there,
 * nothing is its own ancestor, no id stands twice. Codes `invalid`, with where it is wrong, and `outdated`.
 */
export function parseChats(source: string): Chats {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new SextantError('invalid', t('It holds no JSON. Choose a file that Sextant exported.'), { cause });
  }
  const head = v.safeParse(v.object({ format: v.literal(CHATS), version: count }), value);
  if (!head.success) {
    throw new SextantError('invalid', t('It holds no chats of Sextant’s. Choose a file that Sextant exported.'));
  }
  if (head.output.version > 1) {
    throw new SextantError('outdated', t('It was made by a newer version of Sextant. Update Sextant, and try again.'));
  }
  const parsed = v.safeParse(chats, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw wrongAt(describePath(issue.path ?? []), 'it is not as Sextant writes it');
  }
  requireTree('folders', parsed.output.folders);
  requireUnique('conversations', parsed.output.conversations);
  const messages = new Set<string>();
  parsed.output.conversations.forEach((each, index) => {
    const place = `conversations[${index}]`;
    requireTree(`${place}.messages`, each.messages);
    for (const one of each.messages) {
      if (messages.has(one.id))
        throw wrongAt(`${place}.messages`, 'there is a message that another conversation has, too');
      messages.add(one.id);
    }
    if (each.activeMessageId !== null && !each.messages.some((one) => one.id === each.activeMessageId)) {
      throw wrongAt(`${place}.activeMessageId`, 'there is no such message');
    }
    const sent = each.messages.flatMap(({ clientMessageId }) => (clientMessageId === null ? [] : [clientMessageId]));
    if (new Set(sent).size !== sent.length) throw wrongAt(`${place}.messages`, 'a clientMessageId stands there twice');
  });
  return parsed.output;
}

/** Parents stand before what is in them, so a parent that comes later, or never, is one that cannot be. */
function requireTree(place: string, nodes: readonly { readonly id: string; readonly parentId: string | null }[]): void {
  const seen = new Set<string>();
  nodes.forEach(({ id: own, parentId }, index) => {
    if (seen.has(own)) throw wrongAt(`${place}[${index}].id`, 'it stands there twice');
    if (parentId !== null && !seen.has(parentId)) {
      throw wrongAt(`${place}[${index}].parentId`, 'there is no such parent before it');
    }
    seen.add(own);
  });
}

function requireUnique(place: string, nodes: readonly { readonly id: string }[]): void {
  requireTree(
    place,
    nodes.map(({ id: own }) => ({ id: own, parentId: null })),
  );
}

function describePath(path: readonly { readonly key?: unknown }[]): string {
  return path
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** Says at which place of the file something is wrong, and what; a sentence. */
export function wrongAt(place: string, problem: string): SextantError {
  return new SextantError('invalid', t('At “{0}” {1}.', place, problem));
}
