import * as v from 'valibot';
import { figuresSchema } from './answerFigures.ts';
import { chatModes } from './chatSetup.ts';
import type { MessageOutline } from './store.ts';

/*
 * What the extension host tells a view of chats. A field that a newer host has beside these goes through; what is
 * missing or of another kind does not.
 */

export const modelSchema = v.looseObject({ provider: v.string(), model: v.string() });
const place = { folder: v.string(), path: v.string(), startLine: v.number(), endLine: v.number() };
/** Lines of a file. */
export const placeSchema = v.looseObject(place);

const attachment = v.looseObject({
  id: v.string(),
  sha256: v.string(),
  name: v.string(),
  mimeType: v.string(),
  size: v.number(),
});

const sent = v.looseObject({
  source: v.string(),
  value: v.string(),
  label: v.string(),
  detail: v.string(),
  icon: v.string(),
  place: v.nullable(placeSchema),
  sha256: v.string(),
  mimeType: v.string(),
  tokens: v.number(),
  isPinned: v.boolean(),
});

const role = v.picklist(['user', 'assistant']);
export const modeSchema = v.picklist(chatModes);
const as = v.looseObject({
  mode: modeSchema,
  persona: v.nullable(v.looseObject({ id: v.string(), name: v.string() })),
});
const toolCall = v.looseObject({
  id: v.string(),
  name: v.string(),
  input: v.string(),
  output: v.nullable(v.string()),
  state: v.picklist(['called', 'done', 'failed', 'denied']),
});

export const messageSchema = v.looseObject({
  id: v.string(),
  conversationId: v.string(),
  parentId: v.nullable(v.string()),
  siblingIds: v.array(v.string()),
  role,
  content: v.string(),
  reasoning: v.string(),
  status: v.picklist(['complete', 'running', 'stopped', 'failed', 'interrupted']),
  model: v.nullable(modelSchema),
  handedOn: v.exactOptional(v.looseObject({ from: modelSchema, because: v.string() })),
  context: v.array(
    v.looseObject({
      ...place,
      symbol: v.string(),
      language: v.string(),
      textHash: v.string(),
      masked: v.exactOptional(v.array(v.string())),
    }),
  ),
  attachments: v.array(attachment),
  sent: v.exactOptional(v.array(sent)),
  error: v.nullable(v.looseObject({ message: v.string(), kind: v.string(), actions: v.array(v.string()) })),
  finishReason: v.nullable(v.picklist(['stop', 'length', 'content-filter', 'other'])),
  inputTokens: v.nullable(v.number()),
  outputTokens: v.nullable(v.number()),
  cachedTokens: v.exactOptional(v.number()),
  savedAt: v.exactOptional(v.number()),
  figures: v.exactOptional(figuresSchema),
  resumeCount: v.number(),
  feedback: v.nullable(v.picklist(['good', 'bad'])),
  reasoningMs: v.nullable(v.number()),
  summary: v.exactOptional(
    v.looseObject({
      text: v.string(),
      turns: v.number(),
      unreadTurns: v.number(),
      isUsed: v.boolean(),
      isEdited: v.boolean(),
    }),
  ),
  as: v.exactOptional(as),
  toolCalls: v.exactOptional(v.array(toolCall)),
  discarded: v.exactOptional(v.array(v.string())),
  createdAt: v.number(),
});

const summary = {
  id: v.string(),
  title: v.string(),
  workspaceUri: v.nullable(v.string()),
  model: v.nullable(modelSchema),
  folderId: v.nullable(v.string()),
  isPinned: v.boolean(),
  isArchived: v.boolean(),
  messageCount: v.number(),
  lastMessageAt: v.number(),
  createdAt: v.number(),
  isRunning: v.boolean(),
};
export const summarySchema = v.looseObject(summary);

export const queueSchema = v.array(
  v.looseObject({
    id: v.string(),
    text: v.string(),
    context: v.exactOptional(
      v.looseObject({
        sent: v.array(sent),
        attachments: v.array(v.looseObject({ sha256: v.string(), name: v.string(), mimeType: v.string() })),
        model: v.exactOptional(modelSchema),
      }),
    ),
  }),
);

export const shownConversationSchema = v.looseObject({
  ...summary,
  mode: modeSchema,
  personaId: v.nullable(v.string()),
  comparison: v.exactOptional(v.array(messageSchema)),
  titleSource: v.picklist(['question', 'model', 'person']),
  queue: queueSchema,
  outline: v.custom<readonly MessageOutline[]>(isOutline),
  hasVersions: v.boolean(),
  messages: v.array(messageSchema),
});

export const messageNodeSchema = v.looseObject({
  id: v.string(),
  parentId: v.nullable(v.string()),
  role,
  status: messageSchema.entries.status,
  createdAt: v.number(),
  preview: v.string(),
});

/** By hand: it has thousands of entries, for each of which the library would make an object or two. */
function isOutline(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((each: unknown) => {
      if (typeof each !== 'object' || each === null) return false;
      const { id, role: who } = each as Partial<Record<string, unknown>>;
      return typeof id === 'string' && (who === 'user' || who === 'assistant');
    })
  );
}
