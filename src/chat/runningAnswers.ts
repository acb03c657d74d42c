import type { Disposable } from '../base/disposable.ts';
import { errorCode } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Caller } from '../base/rpc.ts';
import type { FinishTurn, StoreContract } from '../protocol/store.ts';
import { type ChatModels, type Turn, type TurnListener, runTurn } from './turn.ts';

interface RunningAnswer {
  readonly abort: AbortController;
  readonly done: Promise<FinishTurn>;
}

const LEASE_MS = 15_000;
const LEASE_RENEWAL_MS = 5_000;

/** The answers that this window writes, one in a conversation, and the leases that say that it lives. */
export class RunningAnswers implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #models: ChatModels;
  readonly #owner = uuidV7(Date.now());
  readonly #running = new Map<string, RunningAnswer>();
  readonly #renewal: ReturnType<typeof setInterval>;

  constructor(store: Caller<StoreContract>, models: ChatModels) {
    this.#store = store;
    this.#models = models;
    this.#renewal = setInterval(() => void this.#renewLeases(Date.now() + LEASE_MS), LEASE_RENEWAL_MS);
  }

  /** What a request to the store says of who answers. */
  lease(): { readonly owner: string; readonly leaseUntil: number } {
    return { owner: this.#owner, leaseUntil: Date.now() + LEASE_MS };
  }

  has(conversationId: string): boolean {
    return this.#running.has(conversationId);
  }

  /** Writes an answer that the store has begun under {@link lease}; resolves with how it ended, and never rejects. */
  run(turn: Turn, listener: TurnListener): Promise<FinishTurn> {
    const { conversationId } = turn.answer;
    const abort = new AbortController();
    const done = runTurn(turn, this.#store, this.#models, listener, abort.signal).finally(() => {
      this.#running.delete(conversationId);
    });
    this.#running.set(conversationId, { abort, done });
    return done;
  }

  /** Resolves when nothing is written in these conversations any more; what came stays. */
  async stop(conversationIds: readonly string[]): Promise<void> {
    const running = conversationIds.flatMap((id) => this.#running.get(id) ?? []);
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
  }

  /** As {@link stop}, for the conversations in a folder and in those inside it. */
  async stopInFolder(folderId: string): Promise<void> {
    if (this.#running.size === 0) return;
    const parents = new Map((await this.#store.call('folders.list', null)).map(({ id, parentId }) => [id, parentId]));
    const isInside = (id: string | null): boolean =>
      id !== null && (id === folderId || isInside(parents.get(id) ?? null));
    const answered = [...this.#running.keys()].map((id) => this.#store.call('conversations.get', { id }));
    const conversations = (await Promise.all(answered)).filter((conversation) => conversation !== null);
    await this.stop(conversations.filter((conversation) => isInside(conversation.folderId)).map(({ id }) => id));
  }

  /** Gives up the leases, so that the next window need not wait to see that these answers were cut off. */
  async releaseLeases(): Promise<void> {
    await this.#renewLeases(0);
  }

  dispose(): void {
    clearInterval(this.#renewal);
    for (const { abort } of this.#running.values()) abort.abort();
  }

  async #renewLeases(leaseUntil: number): Promise<void> {
    const owner = this.#owner;
    const renewals = [...this.#running].map(([conversationId, { abort }]) =>
      this.#store.call('turns.renewLease', { conversationId, owner, leaseUntil }).catch((error: unknown) => {
        // The chat was deleted, or another window answers by now: a model that is still thinking does so for nobody.
        if (errorCode(error) === 'conflict') abort.abort();
      }),
    );
    await Promise.all(renewals);
  }
}
