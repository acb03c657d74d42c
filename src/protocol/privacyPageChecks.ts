import * as v from 'valibot';
import type { IncomingChecks } from '../base/rpc.ts';
import { type PrivacyPageHostContract, privacyActions } from './privacyPage.ts';
import { told } from './told.ts';

const text = v.string();

const section = v.looseObject({
  id: v.picklist(['sent', 'providers', 'never', 'telemetry', 'kept', 'policies']),
  title: text,
  statements: v.array(v.looseObject({ tone: v.picklist(['good', 'plain', 'warning']), text })),
  table: v.exactOptional(v.looseObject({ head: v.array(text), rows: v.array(v.array(text)), hasFigures: v.boolean() })),
  actions: v.array(v.looseObject({ action: v.picklist(privacyActions), label: text })),
});

/** Checks what the page about privacy is told. */
export const privacyPageChecks: IncomingChecks<PrivacyPageHostContract> = {
  events: { changed: told(v.null()) },
  results: { state: told(v.array(section)) },
};
