import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { t } from '../base/texts.ts';
import { systemClock } from '../completion/clock.ts';
import type { CompletionEvent } from '../completion/completionEvents.ts';
import { CompletionPause } from '../completion/completionPause.ts';
import { type CompletionState, completionState } from '../completion/completionState.ts';
import { type SentContext, contextReport } from '../completion/context/contextReport.ts';
import { GatheredContext } from '../completion/context/gatheredContext.ts';
import { statisticsReport } from '../completion/tracking/statisticsReport.ts';
import { contextKeys, settings } from '../manifest.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { CompletionModel } from '../models/completionModel.ts';
import type { Announce } from './announcements.ts';
import { CompletionStatusBar, describeState } from './completionStatusBar.ts';
import { CompletionTracking } from './completionTracking.ts';
import { pauseCompletion, showCompletionMenu } from './completionMenu.ts';
import { ContextGatherer } from './contextGatherer.ts';
import { registerInlineCompletion } from './inlineCompletion.ts';
import { ReadOnlyDocuments } from './readOnlyDocuments.ts';
import type { IndexAsker } from './readPermission.ts';
import { readSettings } from './settings.ts';
import type { UsageRecorder } from './usageRecorder.ts';

export interface CompletionDependencies {
  /** Opens the model of the setting; throws a model error that says what is missing. `tell` hears what it sends. */
  openModel(ref: ModelRef, tell: (body: string) => void): Promise<CompletionModel>;
  readonly index: IndexAsker;
  readonly usage: Pick<UsageRecorder, 'add'>;
  readonly announce: Announce;
  readonly log: Log;
}

/** Inline completion with what surrounds it: its context, what becomes of it, and the user's controls. */
export class Completion implements Disposable {
  readonly #index: IndexAsker;
  readonly #announce: Announce;
  readonly #parts = new DisposableStore();
  readonly #context = new GatheredContext(readSettings.completionContext);
  readonly #pause = this.#parts.add(new CompletionPause(systemClock));
  readonly #documents = this.#parts.add(new ReadOnlyDocuments('sextant-completion'));
  readonly #tracking: CompletionTracking;
  readonly #statusBar: CompletionStatusBar;
  #gatherer: ContextGatherer | undefined;
  #sent: SentContext | undefined;
  #failure: string | undefined;
  /** The request whose answer is awaited at the cursor. */
  #asked: number | undefined;

  constructor(dependencies: CompletionDependencies) {
    const { index, usage, announce, log } = dependencies;
    this.#index = index;
    this.#announce = announce;
    const inline = this.#parts.add(
      registerInlineCompletion({
        openModel: (ref) =>
          dependencies.openModel(ref, (body) => {
            if (this.#sent !== undefined) this.#sent = { ...this.#sent, body };
          }),
        context: this.#context,
        pause: this.#pause,
        log,
      }),
    );
    this.#tracking = this.#parts.add(new CompletionTracking(inline.onDidHappen, usage));
    this.#parts.add(
      inline.onDidHappen((event) => {
        this.#take(event);
      }),
    );
    this.#statusBar = this.#parts.add(
      new CompletionStatusBar(() => ({
        state: this.#state,
        model: readSettings.completionModel(),
        statistics: this.#tracking.statistics.snapshot(),
      })),
    );
    const follow = (): void => {
      this.#follow();
    };
    this.#parts.add(
      this.#pause.onDidChange(() => {
        follow();
        this.#tellState();
      }),
    );
    this.#parts.add(vscode.window.onDidChangeActiveTextEditor(follow));
    this.#parts.add(vscode.workspace.onDidGrantWorkspaceTrust(follow));
    this.#parts.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('sextant')) return;
        // What was wrong may be mended.
        this.#failure = undefined;
        this.#asked = undefined;
        follow();
        if (change.affectsConfiguration(settings.completionDisabledLanguages)) this.#tellState();
      }),
    );
    follow();
  }

  async showContext(): Promise<void> {
    await this.#documents.show(t('Completion Context.md'), contextReport(this.#sent));
  }

  async showStatistics(): Promise<void> {
    const report = statisticsReport(this.#tracking.statistics.snapshot(), readSettings.telemetryState() === 'on');
    await this.#documents.show(t('Completion Statistics.md'), report);
  }

  async showMenu(): Promise<void> {
    await showCompletionMenu({
      state: this.#state,
      model: readSettings.completionModel(),
      pause: (minutes) => {
        this.#pause.start(minutes);
      },
      resume: () => {
        this.resume();
      },
    });
  }

  /** For so many minutes; asks for how long where that is not said. */
  async pause(minutes: unknown): Promise<void> {
    if (typeof minutes === 'number' && minutes > 0) this.#pause.start(minutes);
    else
      await pauseCompletion({
        pause: (chosen) => {
          this.#pause.start(chosen);
        },
      });
  }

  resume(): void {
    this.#pause.end();
  }

  dispose(): void {
    this.#gatherer?.dispose();
    this.#parts.dispose();
  }

  get #state(): CompletionState {
    const language = vscode.window.activeTextEditor?.document.languageId;
    const isDisabled = language !== undefined && readSettings.completionDisabledLanguages().includes(language);
    return completionState({
      hasModel: readSettings.completionModel() !== '',
      isTrusted: vscode.workspace.isTrusted,
      pauseLeftMs: this.#pause.leftMs,
      disabledLanguage: isDisabled ? language : undefined,
      failure: this.#failure,
      isAsking: this.#asked !== undefined,
    });
  }

  /** Gathers as long as there is something to gather for, and shows the state. */
  #follow(): void {
    const { kind } = this.#state;
    const isActive = kind !== 'off' && kind !== 'paused';
    if (isActive) {
      this.#gatherer ??= new ContextGatherer(
        this.#context,
        () => readSettings.completionContext().sources,
        this.#index,
      );
    } else {
      this.#gatherer?.dispose();
      this.#gatherer = undefined;
      this.#context.clear();
    }
    void vscode.commands.executeCommand('setContext', contextKeys.completionPaused, this.#pause.isPaused);
    this.#statusBar.update();
  }

  /** Of what the user has switched. */
  #tellState(): void {
    this.#announce(describeState(this.#state));
  }

  #take(event: CompletionEvent): void {
    if (event.type === 'requested') {
      const { ref, request } = event;
      const selection = this.#context.lastSelection;
      const { sources } = readSettings.completionContext();
      if (selection !== undefined) this.#sent = { ref, request, selection, sources, sentAt: new Date(), body: null };
      if (!event.isPrefetch) this.#asked = event.suggestionId;
    } else if (event.type === 'answered') {
      if (this.#asked === event.suggestionId) this.#asked = undefined;
      if (event.outcome === 'complete') this.#failure = undefined;
      if (event.outcome === 'failed') this.#failure = errorMessage(event.error);
    }
    this.#statusBar.update();
  }
}
