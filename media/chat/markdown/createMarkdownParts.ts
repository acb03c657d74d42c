import { errorMessage } from '../../../src/base/errors.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { CodeBlocks } from './codeBlocks.ts';
import { Diagrams } from './diagrams.ts';
import { Formulas } from './formulas.ts';
import { Islands } from './islands.ts';
import { Pictures } from './pictures.ts';
import { Places } from './places.ts';

/** What all answers of the view share to draw their Markdown. */
export function createMarkdownParts(
  connection: Pick<ChatConnection, 'call'>,
  state: Pick<ChatState, 'failure'>,
): { readonly codeBlocks: CodeBlocks; readonly islands: Islands; readonly places: Places } {
  const loadPicture = async (url: string): Promise<string | null> => {
    try {
      return (await connection.call('loadPicture', { url })).data;
    } catch (error) {
      state.failure.value = errorMessage(error);
      return null;
    }
  };
  const codeBlocks = new CodeBlocks(new Diagrams());
  return {
    codeBlocks,
    islands: new Islands(codeBlocks, new Formulas(), new Pictures(loadPicture)),
    places: new Places((names) => connection.call('resolvePlaces', { names })),
  };
}
