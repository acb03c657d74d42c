import * as v from 'valibot';

/** What stands for the beginning of a conversation, when a model is asked what follows. The messages stay as they are. */
export interface MessageSummary {
  readonly text: string;
  /** Questions that it stands for, counted from the first of the conversation. */
  readonly turns: number;
  /** So many of the first of them were too long ago to be read for it. */
  readonly unreadTurns: number;
  /** False once the user has taken it back: then what was said goes along itself. */
  readonly isUsed: boolean;
  /** A person has changed what the model wrote. */
  readonly isEdited: boolean;
}

/** The longest summary, in UTF-16 code units. */
export const summaryLimit = 20_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.strictObject({
  text: v.pipe(v.string(), v.maxLength(summaryLimit)),
  turns: count,
  unreadTurns: count,
  isUsed: v.boolean(),
  isEdited: v.boolean(),
});

/** What is stored as such, which an imported chat may have from anywhere: null where it is not of this form. */
export function readSummary(stored: unknown): MessageSummary | null {
  const result = v.safeParse(schema, stored);
  return result.success ? result.output : null;
}
