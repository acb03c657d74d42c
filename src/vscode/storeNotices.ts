import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';

/** What the store has to say to the user: kept over the chat, and shown once where VS Code shows messages. */
export class StoreNotices implements Disposable {
  readonly #changed = new Emitter<string | null>();
  readonly #subscription: Disposable;
  #current: string | null = null;

  readonly onDidChange: Event<string | null> = this.#changed.event;

  constructor(store: Caller<StoreContract>, log: Log) {
    this.#subscription = store.on('notice', ({ severity, message }) => {
      log[severity === 'warning' ? 'warn' : severity](`store: ${message}`);
      if (severity === 'info') return;
      this.#current = message;
      this.#changed.fire(message);
      if (severity === 'error') void vscode.window.showErrorMessage(message);
      else void vscode.window.showWarningMessage(message);
    });
  }

  current(): string | null {
    return this.#current;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
