import type { ChatSetup } from '../protocol/chatSetup.ts';
import type { ContextSource } from './context.ts';
import type { Manner } from './setup/setupChoice.ts';
import type { TurnWindow } from './window/turnWindow.ts';

/** What a session asks of the window that it runs in. */
export interface ChatSurroundings {
  /** It is the one in the sidebar, which begins with what was shown there last. */
  readonly isMain: boolean;
  readonly workspaceUri: string | null;
  /** How a chat of this setup is answered, and by whom; null for a new one. */
  manner(setup: ChatSetup | null): Manner;
  /** Null when the user has switched the workspace context off. */
  contextSource(): ContextSource | null;
  /** Keeps prompts within the windows of models. */
  readonly window?: TurnWindow;
}
