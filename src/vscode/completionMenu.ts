import * as vscode from 'vscode';
import type { CompletionState } from '../completion/completionState.ts';
import { commands } from '../manifest.ts';
import { readSettings, saveDisabledLanguages } from './settings.ts';
import { describeState } from './completionStatusBar.ts';

interface Choice extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

/** What the menu changes. */
export interface MenuTarget {
  readonly state: CompletionState;
  readonly model: string;
  pause(minutes: number | null): void;
  resume(): void;
}

/** What can be done with inline completion, for the status bar's item. */
export async function showCompletionMenu(target: MenuTarget): Promise<void> {
  const { state, model } = target;
  const isOff = state.kind === 'off';
  const command =
    (id: string, ...values: unknown[]): (() => unknown) =>
    () =>
      vscode.commands.executeCommand(id, ...values);
  const items: Choice[] = [
    ...(state.kind === 'failing'
      ? [{ label: '$(warning) Why it fails', detail: state.reason, run: command(commands.showLog) }]
      : []),
    ...(isOff ? [] : [state.kind === 'paused' ? resumeChoice(target) : pauseChoice(target)]),
    ...(isOff ? [] : languageChoices()),
    {
      label: '$(chip) Change the model…',
      ...(model === '' ? {} : { description: model }),
      run: command(commands.pickCompletionModel),
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(list-tree) Show what was sent along', run: command(commands.showCompletionContext) },
    { label: '$(graph) Show statistics', run: command(commands.showCompletionStatistics) },
    { label: '$(settings-gear) Settings', run: command('workbench.action.openSettings', 'sextant.completion') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Inline Completion',
    placeHolder: state.kind === 'failing' ? 'Inline completion fails' : describeState(state),
  });
  await picked?.run?.();
}

/** Asks for how long, and pauses. */
export async function pauseCompletion(target: Pick<MenuTarget, 'pause'>): Promise<void> {
  const lengths = [5, 30, 60].map((minutes) => ({
    label: minutes === 60 ? '1 hour' : `${minutes} minutes`,
    minutes,
  }));
  const restart = { label: 'Until this window is opened anew', minutes: null };
  const picked = await vscode.window.showQuickPick([...lengths, restart], {
    title: 'Pause Inline Completion',
    placeHolder: 'For how long?',
  });
  if (picked !== undefined) target.pause(picked.minutes);
}

function pauseChoice(target: MenuTarget): Choice {
  return { label: '$(debug-pause) Pause…', run: () => pauseCompletion(target) };
}

function resumeChoice(target: MenuTarget): Choice {
  return {
    label: '$(debug-start) Resume',
    run: () => {
      target.resume();
    },
  };
}

function languageChoices(): Choice[] {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (language === undefined) return [];
  const disabled = readSettings.completionDisabledLanguages();
  const isOff = disabled.includes(language);
  const next = isOff ? disabled.filter((other) => other !== language) : [...disabled, language];
  return [
    {
      label: isOff ? `$(check) Switch on for ${language}` : `$(circle-slash) Switch off for ${language}`,
      run: () => saveDisabledLanguages(next),
    },
  ];
}
