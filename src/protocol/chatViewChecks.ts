import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import { type ChatHostContract, viewCommands } from './chatView.ts';
import {
  messageNodeSchema,
  messageSchema,
  modeSchema,
  modelSchema,
  placeSchema,
  queueSchema,
  shownConversationSchema,
  summarySchema,
} from './messageSchemas.ts';
import { indexStatusSchema, told } from './told.ts';

const text = v.string();
const count = v.number();
const flag = v.boolean();
const sentence = v.nullable(text);
const ids = v.array(text);

const providers = v.array(
  v.looseObject({
    provider: text,
    displayName: text,
    models: v.array(v.looseObject({ ref: modelSchema, displayName: text })),
    problem: sentence,
  }),
);
const offers = v.array(
  v.looseObject({ provider: text, displayName: text, address: text, isOnHost: v.exactOptional(flag) }),
);

const notice = v.nullable(
  v.looseObject({
    message: text,
    action: v.nullable(
      v.looseObject({
        label: text,
        command: v.picklist(viewCommands),
      }),
    ),
  }),
);

const choice = v.looseObject({ source: text, value: text, label: text, detail: text, icon: text });
const composer = v.looseObject({
  chips: v.array(
    v.looseObject({
      id: text,
      source: text,
      label: text,
      detail: text,
      icon: text,
      state: v.picklist(['reading', 'ready', 'failed', 'off']),
      tokens: v.nullable(count),
      problem: sentence,
      isPinned: flag,
      isAutomatic: flag,
    }),
  ),
  sources: v.array(v.looseObject({ id: text, label: text, detail: text, icon: text, isSearched: flag })),
  rules: v.array(
    v.looseObject({ id: text, label: text, when: text, isOn: flag, applies: flag, tokens: count, problem: sentence }),
  ),
  prompts: v.array(v.looseObject({ name: text, description: text, argumentHint: text, origin: text })),
});

const report = v.nullable(
  v.looseObject({
    model: modelSchema,
    window: count,
    isAssumed: flag,
    isExact: flag,
    parts: v.array(
      v.looseObject({
        kind: v.picklist(['instructions', 'rules', 'history', 'attachedBefore', 'attached']),
        tokens: count,
      }),
    ),
    passages: count,
    reserve: count,
    compactAt: count,
    last: v.nullable(v.looseObject({ tokens: count, cached: v.nullable(count) })),
    canCompact: flag,
    isCompacting: flag,
  }),
);

const historyResults = v.looseObject({
  hits: v.array(
    v.looseObject({
      conversationId: text,
      messageId: text,
      title: text,
      role: v.picklist(['user', 'assistant']),
      createdAt: count,
      workspaceUri: sentence,
      snippet: text,
      highlights: v.array(v.tuple([count, count])),
      isRelated: flag,
      score: count,
    }),
  ),
  total: count,
  canDeepen: flag,
  status: v.looseObject({
    phase: v.picklist(['opening', 'building', 'ready', 'failed']),
    messages: count,
    missing: count,
    message: v.exactOptional(text),
  }),
});

const setup = v.looseObject({
  mode: modeSchema,
  personaId: sentence,
  personas: v.array(
    v.looseObject({
      id: text,
      name: text,
      description: text,
      prompt: text,
      model: v.nullable(modelSchema),
      temperature: v.nullable(count),
      starters: ids,
    }),
  ),
  note: sentence,
});

const edit = v.looseObject({
  path: text,
  kind: v.picklist(['change', 'new', 'done', 'in review', 'refused']),
  added: count,
  removed: count,
  message: sentence,
});

const firstRun = v.nullable(
  v.looseObject({ search: v.picklist(['running', 'done', 'off']), isTrusted: flag, remoteHint: v.exactOptional(text) }),
);

const models = { model: modelSchema, providers, offers };
const conversation = v.nullable(shownConversationSchema);

/** Checks what the chat view is told. */
export const chatViewChecks: IncomingChecks<ChatHostContract> = {
  events: {
    conversation: told(v.looseObject({ conversation })),
    conversations: told(v.looseObject({})),
    gone: told(v.looseObject({ message: text })),
    message: told(v.looseObject({ message: messageSchema })),
    queue: told(v.looseObject({ conversationId: text, queue: queueSchema })),
    delta: told(v.looseObject({ messageId: text, offset: count, text, reasoningOffset: count, reasoning: text })),
    held: told(
      v.looseObject({
        messageId: text,
        held: v.nullable(
          v.looseObject({
            why: v.picklist(['limit', 'retry']),
            ...{ provider: text, untilMs: count, attempt: count, attempts: count },
          }),
        ),
      }),
    ),
    models: told(v.looseObject(models)),
    index: told(v.looseObject({ status: indexStatusSchema, hasWorkspace: flag })),
    notice: told(v.looseObject({ notice })),
    composer: told(v.looseObject({ composer })),
    window: told(v.looseObject({ report })),
    setup: told(v.looseObject({ setup })),
    firstRun: told(v.looseObject({ firstRun })),
    edits: told(v.looseObject({})),
    draft: told(v.looseObject({ text: sentence, hasWaited: flag })),
  },
  results: {
    snapshot: told(
      v.looseObject({
        ...models,
        conversation,
        index: indexStatusSchema,
        hasWorkspace: flag,
        notice,
        composer,
        window: report,
        setup,
        firstRun,
        tab: sentence,
      }),
    ),
    send: told(v.looseObject({ conversationId: text })),
    listMessages: told(v.array(messageSchema)),
    findInChat: told(ids),
    listBranches: told(v.array(messageNodeSchema)),
    resolvePlaces: told(v.array(v.nullable(placeSchema))),
    listEdits: told(v.array(edit)),
    loadPicture: told(v.looseObject({ data: v.pipe(text, v.startsWith('data:image/')) })),
    findContext: told(v.array(choice)),
    listConversations: told(v.array(summarySchema)),
    searchHistory: told(historyResults),
    listFolders: told(
      v.array(
        v.looseObject({
          id: text,
          name: text,
          parentId: sentence,
          sortOrder: count,
          conversationCount: count,
        }),
      ),
    ),
    deleteFolder: told(ids),
  },
};
