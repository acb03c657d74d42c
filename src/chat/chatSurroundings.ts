import type { ModelRef } from '../models/chatModel.ts';
import type { ContextSource } from './context.ts';
import type { TurnWindow } from './window/turnWindow.ts';

/** What a session asks of the window that it runs in. */
export interface ChatSurroundings {
  readonly workspaceUri: string | null;
  /** The model that answers the next question. */
  currentModel(): ModelRef;
  /** Null when the user has switched the workspace context off. */
  contextSource(): ContextSource | null;
  /** Keeps prompts within the windows of models. */
  readonly window?: TurnWindow;
  /** Whether the model that has answered first is asked to name the chat. */
  titlesByModel(): boolean;
}
