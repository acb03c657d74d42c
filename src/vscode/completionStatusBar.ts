import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { CompletionState } from '../completion/completionState.ts';
import type { StatisticsSnapshot } from '../completion/tracking/completionStatistics.ts';
import { duration, percent } from '../completion/tracking/statisticsReport.ts';
import { commands } from '../manifest.ts';

export interface StatusBarFacts {
  readonly state: CompletionState;
  /** `provider/model`, empty for none. */
  readonly model: string;
  readonly statistics: StatisticsSnapshot;
}

/** A request that is answered sooner is not shown: nothing flickers while one types. */
const ASKING_AFTER_MS = 400;
const REDRAW_MS = 30_000;

/** The item that says what completion does; a click opens its menu. */
export class CompletionStatusBar implements Disposable {
  readonly #facts: () => StatusBarFacts;
  readonly #parts = new DisposableStore();
  readonly #item = this.#parts.add(
    vscode.window.createStatusBarItem('completion', vscode.StatusBarAlignment.Right, 11),
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(facts: () => StatusBarFacts) {
    this.#facts = facts;
    this.#item.name = 'Sextant Completion';
    this.#item.command = commands.showCompletionMenu;
    this.#draw();
    this.#item.show();
  }

  /** Something has changed. */
  update(): void {
    const isAsking = this.#facts().state.kind === 'asking';
    clearTimeout(this.#timer);
    if (isAsking) {
      this.#timer = setTimeout(() => {
        this.#draw();
      }, ASKING_AFTER_MS);
    } else this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    const facts = this.#facts();
    const sentence = describeState(facts.state);
    this.#item.text = textOf(facts.state);
    this.#item.tooltip = tooltip(facts, sentence);
    this.#item.accessibilityInformation = { label: `Sextant completion: ${sentence}`, role: 'button' };
    this.#item.backgroundColor =
      facts.state.kind === 'failing' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    // The minutes that are left.
    if (facts.state.kind === 'paused' && facts.state.leftMs !== null) {
      this.#timer = setTimeout(() => {
        this.#draw();
      }, REDRAW_MS);
    }
  }
}

/** What completion does, in a sentence. */
export function describeState(state: CompletionState): string {
  switch (state.kind) {
    case 'off':
      return state.reason === 'no model'
        ? 'Inline completion is off: no model is chosen.'
        : 'Inline completion is off in a folder you do not trust.';
    case 'paused':
      return state.leftMs === null
        ? 'Inline completion is paused until this window is opened anew.'
        : `Inline completion is paused for ${minutes(state.leftMs)}.`;
    case 'disabled':
      return `Inline completion is off for ${state.languageId}.`;
    case 'failing':
      return `Inline completion fails: ${state.reason}`;
    case 'asking':
      return 'Asking the model…';
    case 'ready':
      return 'Inline completion is ready.';
  }
}

function textOf(state: CompletionState): string {
  switch (state.kind) {
    case 'off':
    case 'disabled':
      return '$(circle-slash)';
    case 'paused':
      return state.leftMs === null ? '$(debug-pause)' : `$(debug-pause) ${minutes(state.leftMs)}`;
    case 'failing':
      return '$(warning)';
    case 'asking':
      return '$(loading~spin)';
    case 'ready':
      return '$(sparkle)';
  }
}

function tooltip({ state, model, statistics }: StatusBarFacts, sentence: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: Object.values(links).map(({ command }) => command) };
  text.appendText(sentence);
  if (model !== '') text.appendMarkdown(`\n\n\`${model}\``);
  const { request } = statistics.times;
  if (request.count > 0) {
    text.appendMarkdown(`\n\nTo a suggestion: ${duration(request.p50Ms)} (p50), ${duration(request.p95Ms)} (p95)`);
  }
  const { shown, accepted } = statistics;
  if (shown > 0) text.appendMarkdown(`\n\nAccepted: ${accepted} of ${shown} shown (${percent(accepted / shown)})`);
  const offered = state.kind === 'off' ? [links.model] : [state.kind === 'paused' ? links.resume : links.pause];
  const all = [...offered, links.context, links.statistics];
  text.appendMarkdown(`\n\n${all.map(({ title, command }) => `[${title}](command:${command})`).join(' · ')}`);
  return text;
}

const links = {
  model: { title: 'Choose a model', command: commands.pickCompletionModel },
  pause: { title: 'Pause', command: commands.pauseCompletion },
  resume: { title: 'Resume', command: commands.resumeCompletion },
  context: { title: 'Context', command: commands.showCompletionContext },
  statistics: { title: 'Statistics', command: commands.showCompletionStatistics },
} as const;

function minutes(leftMs: number): string {
  return `${Math.max(1, Math.ceil(leftMs / 60_000))} min`;
}
