import * as v from 'valibot';
import { type SentContext, sentItemSchema } from '../../protocol/sentContext.ts';

/** What was read of something when it was attached: its bytes are in the store. */
export type KeptItem = Pick<SentContext, 'label' | 'detail' | 'icon' | 'place' | 'sha256' | 'mimeType'>;

/** Something that is attached, as it can be found again after a reload. */
export interface AttachedReference {
  readonly source: string;
  readonly value: string;
  readonly isPinned: boolean;
  /** Null for what is read again. */
  readonly kept: KeptItem | null;
}

/** What a composer keeps of itself over a reload of the window. */
export interface SavedComposer {
  /** The chat that was shown. */
  readonly chat: string | null;
  readonly attached: readonly AttachedReference[];
  /** Chats in which the active file does not go along, or does where it usually does not: the newest last. */
  readonly switched: readonly (readonly [chat: string, isOn: boolean])[];
}

const { label, detail, icon, place, sha256, mimeType } = sentItemSchema.entries;
const kept = v.strictObject({ label, detail, icon, place, sha256, mimeType });
const attached = v.object({
  source: v.string(),
  value: v.string(),
  isPinned: v.boolean(),
  kept: v.optional(v.nullable(kept), null),
});
const switched = v.strictTuple([v.string(), v.boolean()]);

/** As far as it is what this version writes. */
export function readSavedComposer(saved: unknown): SavedComposer {
  const fields = (typeof saved === 'object' && saved !== null ? saved : {}) as Readonly<Record<string, unknown>>;
  return {
    chat: typeof fields['chat'] === 'string' ? fields['chat'] : null,
    attached: listOf(attached, fields['attached']),
    switched: listOf(switched, fields['switched']),
  };
}

function listOf<Output>(schema: v.GenericSchema<unknown, Output>, list: unknown): readonly Output[] {
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((each) => {
    const result = v.safeParse(schema, each);
    return result.success ? [result.output] : [];
  });
}
