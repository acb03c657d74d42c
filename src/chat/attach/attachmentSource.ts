import type { ContextChoice, ContextSourceChoice } from '../../protocol/chatContext.ts';
import type { FileLines } from '../../protocol/sentContext.ts';

/** What a source has read, as it will be sent. */
export interface Attached {
  readonly label: string;
  readonly detail: string;
  /** Null for what is no part of a file. */
  readonly place: FileLines | null;
  readonly content: TextContent | ImageContent;
  /** What it is known by from now on, where that is more exact than what was asked for. */
  readonly value?: string;
}

export interface TextContent {
  readonly type: 'text';
  readonly text: string;
}

export interface ImageContent {
  readonly type: 'image';
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Where something that goes along with a question comes from. Every source, also of later features, is one of these. */
export interface AttachmentSource {
  readonly choice: ContextSourceChoice;
  /** True: what was read when it was attached is what is sent. False: it is read again then. */
  readonly isFrozen: boolean;
  /** What can be attached, best first; for a source that is searched. */
  find(typed: string, signal: AbortSignal): Promise<readonly ContextChoice[]>;
  /** What a value is called while it is not read yet, or cannot be; empty where the source’s own label says it. */
  labelOf?(value: string): string;
  /** Throws a sentence for the user where it cannot be sent. `question` is empty before the question is sent. */
  read(value: string, question: string, signal: AbortSignal): Promise<Attached>;
  /** Shows it to the user. */
  open(value: string): Promise<void>;
}

/** The longest text that can be attached in one piece. Characters. */
export const textLimit = 1_000_000;
