import type { ChatSetup } from '../protocol/chatSetup.ts';
import type { ContextSource } from './context.ts';
import type { Manner } from './setup/setupChoice.ts';
import type { TurnWindow } from './window/turnWindow.ts';

/** What a session asks of the window that it runs in. */
export interface ChatSurroundings {
  readonly workspaceUri: string | null;
  /** How a chat of this setup is answered, and by whom; null for a new one. */
  manner(setup: ChatSetup | null): Manner;
  /** Null when the user has switched the workspace context off. */
  contextSource(): ContextSource | null;
  /** Keeps prompts within the windows of models. */
  readonly window?: TurnWindow;
  /** Whether the model that has answered first is asked to name the chat. */
  titlesByModel(): boolean;
}
