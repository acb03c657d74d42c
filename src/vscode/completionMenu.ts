import * as vscode from 'vscode';
import { t } from '../base/texts.ts';
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
      ? [{ label: t('$(warning) Why it fails'), detail: state.reason, run: command(commands.showLog) }]
      : []),
    ...(isOff ? [] : [state.kind === 'paused' ? resumeChoice(target) : pauseChoice(target)]),
    ...(isOff ? [] : languageChoices()),
    {
      label: t('$(chip) Change the model…'),
      ...(model === '' ? {} : { description: model }),
      run: command(commands.pickCompletionModel),
    },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: t('$(list-tree) Show what was sent along'), run: command(commands.showCompletionContext) },
    { label: t('$(graph) Show statistics'), run: command(commands.showCompletionStatistics) },
    { label: t('$(settings-gear) Settings'), run: command('workbench.action.openSettings', 'sextant.completion') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Inline Completion'),
    placeHolder: state.kind === 'failing' ? t('Inline completion fails') : describeState(state),
  });
  await picked?.run?.();
}

/** Asks for how long, and pauses. */
export async function pauseCompletion(target: Pick<MenuTarget, 'pause'>): Promise<void> {
  const lengths = [5, 30, 60].map((minutes) => ({
    label: minutes === 60 ? t('1 hour') : t('{0} minutes', minutes),
    minutes,
  }));
  const restart = { label: t('Until this window is opened anew'), minutes: null };
  const picked = await vscode.window.showQuickPick([...lengths, restart], {
    title: t('Pause Inline Completion'),
    placeHolder: t('For how long?'),
  });
  if (picked !== undefined) target.pause(picked.minutes);
}

function pauseChoice(target: MenuTarget): Choice {
  return { label: t('$(debug-pause) Pause…'), run: () => pauseCompletion(target) };
}

function resumeChoice(target: MenuTarget): Choice {
  return {
    label: t('$(debug-start) Resume'),
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
      label: isOff ? t('$(check) Switch on for {0}', language) : t('$(circle-slash) Switch off for {0}', language),
      run: () => saveDisabledLanguages(next),
    },
  ];
}
