import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import { systemClock } from '../completion/clock.ts';
import type { CompletionEvent } from '../completion/completionEvents.ts';
import { CompletionStatistics } from '../completion/tracking/completionStatistics.ts';
import { type Outcome, SuggestionTracker } from '../completion/tracking/suggestionTracker.ts';
import { type Kept, Survival } from '../completion/tracking/survival.ts';
import { internalCommands } from '../manifest.ts';
import { modelFamily } from '../models/modelFamily.ts';
import type { UsageRecorder } from './usageRecorder.ts';

const MODELS_KEPT = 500;

/** Sees what becomes of the suggestions in the editor, counts it, and records it where the user agreed. */
export class CompletionTracking implements Disposable {
  readonly statistics = new CompletionStatistics();
  readonly #usage: Pick<UsageRecorder, 'add'>;
  readonly #parts = new DisposableStore();
  readonly #tracker = this.#parts.add(new SuggestionTracker(systemClock));
  readonly #survival = this.#parts.add(new Survival(systemClock, readOpenDocument));
  /** Of each request, by the suggestion's id: the model's family, and the time it took, once it is over. */
  readonly #requests = new Map<number, { readonly model: string; ms: number }>();

  constructor(events: Event<CompletionEvent>, usage: Pick<UsageRecorder, 'add'>) {
    this.#usage = usage;
    this.#parts.add(
      events((event) => {
        this.#takeEvent(event);
      }),
    );
    this.#parts.add(
      this.#tracker.onDidHappen((outcome) => {
        this.#takeOutcome(outcome);
      }),
    );
    this.#parts.add(
      this.#survival.onDidLook((kept) => {
        this.#takeKept(kept);
      }),
    );
    this.#parts.add(
      vscode.commands.registerCommand(internalCommands.completionAccepted, (id: unknown) => {
        if (typeof id === 'number') this.#tracker.acceptedWhole(id);
      }),
    );
    this.#parts.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const uri = document.uri.toString();
        const changes = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          offset: rangeOffset,
          removed: rangeLength,
          text,
        }));
        this.#tracker.change(uri, changes);
        this.#survival.change(uri, changes);
      }),
    );
    this.#parts.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#survival.close(uri.toString());
      }),
    );
    this.#parts.add(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor: { document }, selections: [first] }) => {
        if (first === undefined || !this.#tracker.isFollowing) return;
        this.#tracker.moveCursor(document.uri.toString(), document.offsetAt(first.active));
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #takeEvent(event: CompletionEvent): void {
    this.statistics.addEvent(event);
    if (event.type === 'requested') {
      this.#requests.set(event.suggestionId, { model: modelFamily(event.ref), ms: 0 });
      const [oldest] = this.#requests.keys();
      if (this.#requests.size > MODELS_KEPT && oldest !== undefined) this.#requests.delete(oldest);
    } else if (event.type === 'answered') {
      const request = this.#requests.get(event.suggestionId);
      if (request !== undefined) request.ms = Math.round(event.stages.totalMs);
    } else {
      this.#tracker.show(event.suggestion, event.input.uri, event.input.offset);
    }
  }

  #takeOutcome(outcome: Outcome): void {
    this.statistics.addOutcome(outcome);
    const { model, ms } = this.#requests.get(outcome.id) ?? { model: '', ms: 0 };
    switch (outcome.type) {
      case 'shown':
        this.#usage.add('completionShown', { model, latencyMs: ms, ...size(outcome.text) });
        break;
      case 'accepted':
        this.#usage.add('completionAccepted', { model, how: outcome.how, ...size(outcome.text) });
        break;
      case 'rejected':
        this.#usage.add('completionRejected', { model, shownMs: outcome.shownMs });
        break;
      case 'inserted':
        this.#survival.follow(outcome);
        break;
    }
  }

  #takeKept(kept: Kept): void {
    this.statistics.addKept(kept);
    const { id, afterSeconds, share } = kept;
    const model = this.#requests.get(id)?.model ?? '';
    this.#usage.add('completionKept', { model, afterSeconds, share: Math.round(share * 100) / 100 });
  }
}

function size(text: string): { readonly characters: number; readonly lines: number } {
  return { characters: text.length, lines: text.split('\n').length };
}

function readOpenDocument(uri: string, start: number, end: number): string | undefined {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
  return document?.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
}
