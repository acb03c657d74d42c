import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import type { IndexPageHostContract } from './indexPage.ts';
import { indexStatusSchema, told } from './told.ts';

const text = v.string();
const count = v.number();
const flag = v.boolean();

const folder = v.looseObject({
  folder: text,
  name: text,
  status: indexStatusSchema,
  isOwner: flag,
  bytes: count,
  languages: v.array(v.looseObject({ language: text, files: count, bytes: count })),
  kinds: v.array(v.looseObject({ kind: text, chunks: count })),
  storeDirectory: text,
  diskBytes: count,
  changedAtMs: v.nullable(count),
  graph: v.nullable(v.looseObject({ inside: count, outside: count })),
});

const modelState = { id: text, dimensions: count, done: count, memoryBytes: count };

const overview = v.looseObject({
  folders: v.array(folder),
  model: v.looseObject({ id: text, dimensions: count }),
  chosenModel: v.nullable(v.looseObject(modelState)),
  deepModel: v.looseObject({
    ...modelState,
    phase: v.picklist(['off', 'missing', 'waiting', 'working', 'battery', 'failed', 'complete']),
    problem: v.nullable(text),
    wanted: count,
    process: v.nullable(v.looseObject({ memoryBytes: count, processorMs: count })),
  }),
  memoryBytes: count,
});

const state = told(
  v.looseObject({
    status: indexStatusSchema,
    overview: v.nullable(overview),
    hasWorkspace: flag,
    virtualFolders: v.array(text),
    isAutomatic: flag,
    cpuPercent: count,
    embedding: v.nullable(v.looseObject({ model: text, problem: v.nullable(text) })),
  }),
);

/** Checks what the index page is told. */
export const indexPageChecks: IncomingChecks<IndexPageHostContract> = {
  events: { state },
  results: { state, leftOut: told(v.array(v.looseObject({ folder: text, path: text, reason: text }))) },
};
