import type { ModelRef } from '../models/chatModel.ts';
import type { QuestionContext } from './attach/questionContext.ts';
import type { ContextSource } from './context.ts';

/** What a session asks of the window that it runs in. */
export interface ChatSurroundings {
  readonly workspaceUri: string | null;
  /** The model that answers the next question. */
  currentModel(): ModelRef;
  /** What goes along with a question that is sent under this id; nothing where it is not known. */
  contextOf?(clientMessageId: string): QuestionContext | undefined;
  /** Null when the user has switched the workspace context off. */
  contextSource(): ContextSource | null;
  /** Whether the model that has answered first is asked to name the chat. */
  titlesByModel(): boolean;
}
