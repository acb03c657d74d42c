import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { t } from '../base/texts.ts';
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
    this.#item.name = t('Sextant Completion');
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
    this.#item.accessibilityInformation = { label: t('Sextant completion: {0}', sentence), role: 'button' };
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
        ? t('Inline completion is off: no model is chosen.')
        : t('Inline completion is off in a folder you do not trust.');
    case 'paused':
      return state.leftMs === null
        ? t('Inline completion is paused until this window is opened anew.')
        : t('Inline completion is paused for {0}.', minutes(state.leftMs));
    case 'disabled':
      return t('Inline completion is off for {0}.', state.languageId);
    case 'failing':
      return t('Inline completion fails: {0}', state.reason);
    case 'asking':
      return t('Asking the model…');
    case 'ready':
      return t('Inline completion is ready.');
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
    text.appendMarkdown(
      `\n\n${t('To a suggestion: {0} (p50), {1} (p95)', duration(request.p50Ms), duration(request.p95Ms))}`,
    );
  }
  const { shown, accepted } = statistics;
  if (shown > 0)
    text.appendMarkdown(`\n\n${t('Accepted: {0} of {1} shown ({2})', accepted, shown, percent(accepted / shown))}`);
  const offered = state.kind === 'off' ? [links.model] : [state.kind === 'paused' ? links.resume : links.pause];
  const all = [...offered, links.context, links.statistics];
  text.appendMarkdown(`\n\n${all.map(({ title, command }) => `[${title}](command:${command})`).join(' · ')}`);
  return text;
}

const links = {
  model: {
    get title() {
      return t('Choose a model');
    },
    command: commands.pickCompletionModel,
  },
  pause: {
    get title() {
      return t('Pause');
    },
    command: commands.pauseCompletion,
  },
  resume: {
    get title() {
      return t('Resume');
    },
    command: commands.resumeCompletion,
  },
  context: {
    get title() {
      return t('Context');
    },
    command: commands.showCompletionContext,
  },
  statistics: {
    get title() {
      return t('Statistics');
    },
    command: commands.showCompletionStatistics,
  },
} as const;

function minutes(leftMs: number): string {
  return t('{0} min', Math.max(1, Math.ceil(leftMs / 60_000)));
}
