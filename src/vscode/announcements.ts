import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { t } from '../base/texts.ts';

const SHOWN_MS = 6_000;

/** Tells somebody what has happened. */
export type Announce = (sentence: string) => void;

/**
 * Says in the status bar for a while what has happened. A screen reader reads it out at once: unlike the messages that
 * VS Code puts there for an extension, the item is an alert.
 */
export class Announcements implements Disposable {
  readonly #parts = new DisposableStore();
  readonly #item = this.#parts.add(
    vscode.window.createStatusBarItem('message', vscode.StatusBarAlignment.Left, -1_000),
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#item.name = t('Sextant Messages');
  }

  readonly announce: Announce = (sentence) => {
    clearTimeout(this.#timer);
    this.#item.text = sentence;
    this.#item.accessibilityInformation = { label: sentence, role: 'alert' };
    this.#item.show();
    this.#timer = setTimeout(() => {
      this.#item.hide();
    }, SHOWN_MS);
  };

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
  }
}
