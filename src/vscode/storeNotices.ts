import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import type { ChatNotice } from '../protocol/chatView.ts';
import type { StoreContract } from '../protocol/store.ts';

const LOCKED: ChatNotice = {
  get message() {
    return t(
      'Your stored chats are encrypted, and their key is not at hand. If the keychain of this machine is locked, unlock it and try again. The recovery code opens them without it.',
    );
  },
  action: {
    get label() {
      return t('Enter Recovery Code');
    },
    command: 'enterRecoveryCode',
  },
};

/** What the store has to say to the user: kept over the chat, and shown once where VS Code shows messages. */
export class StoreNotices implements Disposable {
  readonly #changed = new Emitter<ChatNotice | null>();
  readonly #subscriptions = new DisposableStore();
  #last: ChatNotice | null = null;
  #isLocked = false;

  readonly onDidChange: Event<ChatNotice | null> = this.#changed.event;

  constructor(store: Caller<StoreContract>, log: Log) {
    this.#subscriptions.add(
      store.on('notice', ({ severity, message }) => {
        log[severity === 'warning' ? 'warn' : severity](t('store: {0}', message));
        if (severity === 'info') return;
        this.#last = { message, action: null };
        this.#changed.fire(this.current());
        if (severity === 'error') void vscode.window.showErrorMessage(message);
        else void vscode.window.showWarningMessage(message);
      }),
    );
    this.#subscriptions.add(
      store.on('locked', ({ reason }) => {
        if (reason !== null) log.warn(`store: ${reason}`);
        this.#isLocked = reason !== null;
        this.#changed.fire(this.current());
      }),
    );
  }

  current(): ChatNotice | null {
    return this.#isLocked ? LOCKED : this.#last;
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }
}
