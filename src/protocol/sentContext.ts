import * as v from 'valibot';
import { filePathSchema, lineSchema } from './requestSchemas.ts';

/** Lines of a file of the workspace. */
export interface FileLines {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Counted from 1. */
  readonly startLine: number;
  /** Inclusive. */
  readonly endLine: number;
}

/** Something that went along with a question. Its text or image is an attachment of the message, by its hash. */
export interface SentContext {
  /** What gave it: an id of a source, `rule` for a rule, `prompt` for what a slash command stands for. */
  readonly source: string;
  /** What its source knows it by. */
  readonly value: string;
  readonly label: string;
  readonly detail: string;
  /** A codicon’s name. */
  readonly icon: string;
  /** Null for what is no part of a file. */
  readonly place: FileLines | null;
  /** SHA-256 of what was sent, lower-case hex. */
  readonly sha256: string;
  readonly mimeType: string;
  readonly tokens: number;
  /** It goes along with each question of the chat. */
  readonly isPinned: boolean;
}

/** The most that goes along with one question. */
export const sentLimit = 100;

const text = v.pipe(v.string(), v.maxLength(4_096));

/** Checks a {@link SentContext}. */
export const sentItemSchema = v.strictObject({
  source: text,
  value: text,
  label: text,
  detail: text,
  icon: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/u)),
  place: v.nullable(
    v.strictObject({ folder: filePathSchema, path: filePathSchema, startLine: lineSchema, endLine: lineSchema }),
  ),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)),
  mimeType: v.pipe(v.string(), v.maxLength(100)),
  tokens: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  isPinned: v.boolean(),
});

/** What is stored as such, which an imported chat may have from anywhere: nothing where it is not of this form. */
export function readSentContext(stored: unknown): readonly SentContext[] {
  const result = v.safeParse(v.array(sentItemSchema), stored);
  return result.success ? result.output.slice(0, sentLimit) : [];
}
