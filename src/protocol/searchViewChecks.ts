import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import type { SearchViewHostContract } from './searchView.ts';
import { indexStatusSchema, told } from './told.ts';

const text = v.string();
const count = v.number();

const state = told(v.looseObject({ status: indexStatusSchema, hasWorkspace: v.boolean() }));
const passage = v.looseObject({
  folder: text,
  path: text,
  startLine: count,
  endLine: count,
  symbol: text,
  kind: text,
  line: count,
  text,
  highlights: v.array(v.tuple([count, count])),
});

/** Checks what the search view is told. */
export const searchViewChecks: IncomingChecks<SearchViewHostContract> = {
  events: { state, query: told(v.looseObject({ typed: v.nullable(text) })), refined: told(v.null()) },
  results: {
    state,
    search: told(v.array(v.looseObject({ name: text, place: text, passages: v.array(passage) }))),
    hints: told(v.array(v.looseObject({ text, label: text, detail: text }))),
  },
};
