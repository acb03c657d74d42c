import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import { requestPurposes } from './egress.ts';
import type { RequestsPageHostContract } from './requestsPage.ts';
import { told } from './told.ts';

const text = v.string();
const count = v.number();
const purpose = v.picklist(requestPurposes);

const sum = v.looseObject({
  address: text,
  purpose,
  requests: count,
  bytesOut: count,
  bytesIn: count,
  lastAt: count,
  isLocal: v.boolean(),
});

const request = v.looseObject({
  id: text,
  at: count,
  address: text,
  purpose,
  model: v.nullable(text),
  files: v.array(text),
  bytesOut: count,
  bytesIn: count,
});

/** Checks what the page about requests is told. */
export const requestsPageChecks: IncomingChecks<RequestsPageHostContract> = {
  events: { changed: told(v.null()) },
  results: {
    state: told(v.looseObject({ sums: v.array(sum), localOnly: v.boolean(), keepDays: count })),
    list: told(v.array(request)),
  },
};
