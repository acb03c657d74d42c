import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { commands } from '../../manifest.ts';
import type { CodeActionTarget } from '../codeActions.ts';
import type { OpenChat } from '../chats.ts';
import { activeValue } from './editorSources.ts';
import { placeValue, workspacePlace } from './workspaceText.ts';

/** The commands of this room. */
export type AttachCommandId = (typeof commands)[
  'addToChat' | 'addSelectionToChat' | 'addTerminalToChat' | 'addChangesToChat' | 'askAboutProblem'];

/** What comes along with a problem: the lines around it. */
const AROUND = 5;

/** What the menus of VS Code add to the chat. */
export function attachCommandTable(chats: {
  readonly current: Pick<OpenChat, 'context' | 'summon'>;
}): Readonly<Record<AttachCommandId, (argument: unknown, selected?: unknown) => unknown>> {
  return {
    [commands.addToChat]: async (argument, selected) => {
      const { current } = chats;
      const uris = (Array.isArray(selected) ? (selected as unknown[]) : [argument]).flatMap(
        (each) => uriOf(each) ?? [],
      );
      const active = vscode.window.activeTextEditor?.document.uri;
      const all = uris.length > 0 ? uris : active === undefined ? [] : [active];
      if (all.length === 0)
        throw new SextantError('not-found', t('No file is open. Open one, or choose one in the explorer.'));
      await current.context.attachUris(all);
      await current.summon();
    },
    [commands.addSelectionToChat]: async () => {
      const { current } = chats;
      const value = activeValue(vscode.window.activeTextEditor);
      if (value === null) throw new SextantError('not-found', t('No file of the workspace is open in the editor.'));
      current.context.attach(vscode.window.activeTextEditor?.selection.isEmpty === true ? 'file' : 'selection', value);
      await current.summon();
    },
    [commands.addTerminalToChat]: async () => {
      const { current } = chats;
      await current.context.attachTerminal();
      await current.summon();
    },
    [commands.addChangesToChat]: async () => {
      const { current } = chats;
      current.context.attach('changes', '');
      await current.summon();
    },
    [commands.askAboutProblem]: async (argument) => {
      const { current } = chats;
      const { uri, range, problems } = argument as CodeActionTarget;
      const place = workspacePlace(uri);
      if (place === null) throw new SextantError('not-found', t('The file is not in the workspace.'));
      const startLine = Math.max(1, range.start.line + 1 - AROUND);
      current.context.attach('selection', placeValue({ ...place, startLine, endLine: range.end.line + 1 + AROUND }));
      await current.summon(
        `${t('What does this mean, and how do I fix it?')}\n\n${problems.map((problem) => `> ${problem}`).join('\n')}`,
      );
    },
  };
}

/** A file of the explorer, or of a list of changes. */
function uriOf(argument: unknown): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return argument;
  const of =
    typeof argument === 'object' && argument !== null && 'resourceUri' in argument ? argument.resourceUri : null;
  return of instanceof vscode.Uri ? of : null;
}
