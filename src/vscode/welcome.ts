import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { Caller } from '../base/rpc.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import type { WindowChats } from '../chat/windowChats.ts';
import { usualAddresses } from '../models/localServers.ts';
import { remoteHint } from '../models/remoteHint.ts';
import type { FirstRun } from '../protocol/chatView.ts';
import type { StoreContract } from '../protocol/store.ts';
import { readSettings } from './settings.ts';

export interface WelcomeDependencies {
  /** Remembers over all windows that there was an answer. */
  readonly memory: vscode.Memento;
  readonly store: Caller<StoreContract>;
  readonly models: Pick<ModelDirectory, 'isLooking' | 'onDidChange'>;
  readonly chats: Pick<WindowChats, 'onDidTell'>;
}

const ANSWERED = 'sextant.answered';

/** What a new user is told in an empty chat, until the first answer; then it is gone for good. */
export class Welcome implements Disposable {
  readonly #dependencies: WelcomeDependencies;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  #loaded: Promise<void> | undefined;
  #isOver = true;

  readonly onDidChange = this.#changed.event;

  constructor(dependencies: WelcomeDependencies) {
    this.#dependencies = dependencies;
    const tell = (): void => {
      if (!this.#isOver) this.#changed.fire(null);
    };
    this.#parts.add(dependencies.models.onDidChange(tell));
    this.#parts.add(vscode.workspace.onDidGrantWorkspaceTrust(tell));
    this.#parts.add(
      dependencies.chats.onDidTell(({ event }) => {
        if (event?.type !== 'message' || this.#isOver) return;
        const { role, status, content } = event.message;
        if (role === 'assistant' && status === 'complete' && content !== '') this.#end();
      }),
    );
  }

  /** Null where there was an answer already. */
  async current(): Promise<FirstRun | null> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
    await this.#loaded;
    return this.known();
  }

  /** As {@link current}, as far as it is known by now. */
  known(): FirstRun | null {
    if (this.#isOver) return null;
    const isOff = !readSettings.detectLocalServers();
    const search = this.#dependencies.models.isLooking ? 'running' : isOff ? 'off' : 'done';
    const { remoteName } = vscode.env;
    const hint = remoteName === undefined ? {} : { remoteHint: remoteHint(remoteName, usualAddresses.ollama) };
    return { search, isTrusted: vscode.workspace.isTrusted, ...hint };
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #load(): Promise<void> {
    const { memory, store } = this.#dependencies;
    if (memory.get<unknown>(ANSWERED) === true) return;
    // Who has chats, from an import or another machine, is not new here.
    const [chat] = await store.call('conversations.list', { limit: 1 });
    if (chat === undefined) this.#isOver = false;
    else this.#end();
  }

  #end(): void {
    this.#isOver = true;
    void this.#dependencies.memory.update(ANSWERED, true);
    this.#changed.fire(null);
  }
}
