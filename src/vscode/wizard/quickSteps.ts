import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable.ts';
import type { Event } from '../../base/emitter.ts';
import { errorMessage } from '../../base/errors.ts';

/** Where a question stands among those of a wizard. */
export interface Place {
  /** Counted from 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}

/** What the user does instead of answering: undefined is to leave. */
export type Left = 'back' | undefined;

/** Asks one thing, and says what is asked next. */
export type Step = (place: Place) => Promise<Step | 'done' | Left>;

/** Asks step by step; back leads to the step that was asked before. */
export async function runSteps(first: Step, totalSteps: () => number): Promise<void> {
  const taken: Step[] = [first];
  for (let step = taken.at(-1); step !== undefined; step = taken.at(-1)) {
    const count = taken.length;
    const next = await step({ step: count, totalSteps: Math.max(totalSteps(), count), canGoBack: count > 1 });
    if (next === undefined || next === 'done') return;
    if (next === 'back') taken.pop();
    else taken.push(next);
  }
}

/** Gives a box its title, its number among the steps and the way back. */
export function placeBox(
  box: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  place: Place | undefined,
): void {
  box.ignoreFocusOut = true;
  if (place === undefined) return;
  box.step = place.step;
  box.totalSteps = place.totalSteps;
  box.buttons = place.canGoBack ? [vscode.QuickInputButtons.Back] : [];
}

interface Choice<Item> {
  readonly title: string;
  readonly placeholder: string;
  /** Asked again whenever they change. */
  readonly items: () => readonly Item[];
  readonly onDidChange?: Event<unknown>;
  /** Several can be chosen, these to begin with. */
  readonly picked?: readonly Item[];
}

/** Lets the user choose one thing, or several. */
export async function choose<Item extends vscode.QuickPickItem>(
  place: Place,
  { title, placeholder, items, onDidChange, picked }: Choice<Item>,
): Promise<readonly Item[] | Left> {
  const parts = new DisposableStore();
  const box = parts.add(vscode.window.createQuickPick<Item>());
  placeBox(box, place);
  box.title = title;
  box.placeholder = placeholder;
  box.matchOnDescription = true;
  box.canSelectMany = picked !== undefined;
  box.items = items();
  if (picked !== undefined) box.selectedItems = picked;
  if (onDidChange !== undefined)
    parts.add(
      onDidChange(() => {
        const changed = items();
        // Rows that are set anew lose who is chosen, and move below the pointer.
        if (JSON.stringify(changed) === JSON.stringify(box.items)) return;
        const active = box.activeItems.map(({ label }) => label);
        box.keepScrollPosition = true;
        box.items = changed;
        box.activeItems = changed.filter(({ label }) => active.includes(label));
      }),
    );
  try {
    return await new Promise((resolve) => {
      parts.add(
        box.onDidAccept(() => {
          resolve(box.selectedItems);
        }),
      );
      parts.add(
        box.onDidTriggerButton(() => {
          resolve('back');
        }),
      );
      parts.add(
        box.onDidHide(() => {
          resolve(undefined);
        }),
      );
      box.show();
    });
  } finally {
    parts.dispose();
  }
}

interface Question {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** What is wrong from the beginning. */
  readonly trouble?: string | null;
  /** What is wrong with the form of a text; a sentence. */
  problem(typed: string): string | undefined;
  /** Tries what was typed; rejects with a sentence. */
  readonly attempt?: (typed: string, signal: AbortSignal) => Promise<void>;
  /** Said while it is tried, and with a failure. */
  readonly trying?: string;
  readonly keepAnyway?: (failure: string) => string;
}

/**
 * Asks for a text. What is wrong with it, and that trying it fails, is said in the box, which stays open; Enter again
 * keeps what could not be tried.
 */
export async function enter(place: Place, question: Question): Promise<{ readonly text: string } | Left> {
  const parts = new DisposableStore();
  const box = parts.add(vscode.window.createInputBox());
  placeBox(box, place);
  box.title = question.title;
  box.value = question.value;
  box.validationMessage = question.trouble ?? undefined;
  try {
    let refused: string | undefined;
    for (;;) {
      box.prompt = question.prompt;
      const typed = await entered(box, () => {
        refused = undefined;
        box.validationMessage = box.value.trim() === '' ? undefined : question.problem(box.value);
      });
      if (typed.is !== 'typed') return typed.is === 'back' ? 'back' : undefined;
      const { text } = typed;
      const problem = question.problem(text);
      if (problem !== undefined) {
        // Not where another text has come since.
        if (box.value === text) box.validationMessage = problem;
        continue;
      }
      const { attempt } = question;
      if (attempt === undefined || refused === text) return { text };
      box.prompt = question.trying ?? question.prompt;
      const failure = await tried(box, (signal) => attempt(text, signal));
      if (failure === null) return { text };
      if (failure === undefined) return undefined;
      refused = text;
      box.validationMessage = question.keepAnyway?.(failure) ?? failure;
    }
  } finally {
    parts.dispose();
  }
}

/** Shows the box until Enter, the way back, or until the user leaves. */
export async function entered(
  box: vscode.InputBox,
  onChange: () => void,
): Promise<{ readonly is: 'typed'; readonly text: string } | { readonly is: 'back' | 'left' }> {
  const parts = new DisposableStore();
  try {
    return await new Promise((resolve) => {
      parts.add(box.onDidChangeValue(onChange));
      parts.add(
        box.onDidAccept(() => {
          resolve({ is: 'typed', text: box.value });
        }),
      );
      parts.add(
        box.onDidTriggerButton(() => {
          resolve({ is: 'back' });
        }),
      );
      parts.add(
        box.onDidHide(() => {
          resolve({ is: 'left' });
        }),
      );
      box.show();
    });
  } finally {
    parts.dispose();
  }
}

/** Null when it succeeds, the sentence of its error when not, undefined when the user leaves meanwhile. */
export async function tried(
  box: vscode.InputBox,
  attempt: (signal: AbortSignal) => Promise<void>,
): Promise<string | null | undefined> {
  const left = new AbortController();
  const hidden = box.onDidHide(() => {
    left.abort();
  });
  box.enabled = false;
  box.busy = true;
  try {
    await attempt(left.signal);
    return left.signal.aborted ? undefined : null;
  } catch (error) {
    return left.signal.aborted ? undefined : errorMessage(error);
  } finally {
    hidden.dispose();
    box.enabled = true;
    box.busy = false;
  }
}
