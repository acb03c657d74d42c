import type { Disposable } from '../base/disposable.ts';
import { errorCode } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Caller } from '../base/rpc.ts';
import type { ChatModel, ModelRef } from '../models/chatModel.ts';
import type { ModelRole } from '../models/firstToAnswer.ts';
import type { FinishTurn, StoreContract } from '../protocol/store.ts';
import { type ChatModels, type Turn, type TurnListener, runTurn } from './turn.ts';

interface RunningAnswer {
  readonly id: string;
  readonly conversationId: string;
  readonly abort: AbortController;
  readonly done: Promise<FinishTurn>;
}

const LEASE_MS = 15_000;
const LEASE_RENEWAL_MS = 5_000;

/** The answers that this window writes, several in a conversation where they are compared, and the leases that say that it lives. */
export class RunningAnswers implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #models: ChatModels;
  readonly #owner = uuidV7(Date.now());
  readonly #running = new Set<RunningAnswer>();
  readonly #renewal: ReturnType<typeof setInterval>;
  #opened: { readonly ref: ModelRef; readonly model: Promise<ChatModel> } | undefined;

  constructor(store: Caller<StoreContract>, models: ChatModels) {
    this.#store = store;
    this.#models = models;
    this.#renewal = setInterval(() => void this.#renewLeases(Date.now() + LEASE_MS), LEASE_RENEWAL_MS);
  }

  /** What a request to the store says of who answers. Meanwhile that model is opened: reading its key takes as long. */
  lease(ref: ModelRef): { readonly owner: string; readonly leaseUntil: number } {
    this.#opened = { ref, model: this.#models.open(ref, 'chat') };
    // Whoever runs the answer hears it; there may be none.
    this.#opened.model.catch(() => undefined);
    return { owner: this.#owner, leaseUntil: Date.now() + LEASE_MS };
  }

  has(conversationId: string): boolean {
    return this.#in(conversationId).length > 0;
  }

  /** Writes an answer that the store has begun under {@link lease}; resolves with how it ended, and never rejects. */
  run(turn: Turn, listener: TurnListener): Promise<FinishTurn> {
    const { id, conversationId } = turn.answer;
    const abort = new AbortController();
    const done = runTurn(turn, this.#store, { open: this.#open.bind(this) }, listener, abort.signal).finally(() => {
      this.#running.delete(running);
    });
    const running = { id, conversationId, abort, done };
    this.#running.add(running);
    return done;
  }

  /** Resolves when nothing is written in these conversations any more, or not these answers; what came stays. */
  async stop(conversationIds: readonly string[], answerIds?: readonly string[]): Promise<void> {
    const all = conversationIds.flatMap((id) => this.#in(id));
    const running = answerIds === undefined ? all : all.filter(({ id }) => answerIds.includes(id));
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
  }

  /** As {@link stop}, for the conversations in a folder and in those inside it. */
  async stopInFolder(folderId: string): Promise<void> {
    if (this.#running.size === 0) return;
    const parents = new Map((await this.#store.call('folders.list', null)).map(({ id, parentId }) => [id, parentId]));
    const isInside = (id: string | null): boolean =>
      id !== null && (id === folderId || isInside(parents.get(id) ?? null));
    const ids = new Set([...this.#running].map(({ conversationId }) => conversationId));
    const answered = [...ids].map((id) => this.#store.call('conversations.get', { id }));
    const conversations = (await Promise.all(answered)).filter((conversation) => conversation !== null);
    await this.stop(conversations.filter((conversation) => isInside(conversation.folderId)).map(({ id }) => id));
  }

  /** Gives up the leases, so that the next window need not wait to see that these answers were cut off. */
  async releaseLeases(): Promise<void> {
    await this.#renewLeases(0);
  }

  dispose(): void {
    clearInterval(this.#renewal);
    for (const { abort } of this.#running) abort.abort();
  }

  /** Each opened one is taken once: keys are read for one request. */
  #open(ref: ModelRef, role: ModelRole): Promise<ChatModel> {
    const opened = this.#opened;
    const isOpened = role === 'chat' && opened?.ref.provider === ref.provider && opened.ref.model === ref.model;
    if (!isOpened) return this.#models.open(ref, role);
    this.#opened = undefined;
    return opened.model;
  }

  #in(conversationId: string): RunningAnswer[] {
    return [...this.#running].filter((each) => each.conversationId === conversationId);
  }

  async #renewLeases(leaseUntil: number): Promise<void> {
    const owner = this.#owner;
    const renewals = [...this.#running].map(({ conversationId, abort }) =>
      this.#store.call('turns.renewLease', { conversationId, owner, leaseUntil }).catch((error: unknown) => {
        // The chat was deleted, or another window answers by now: a model that is still thinking does so for nobody.
        if (errorCode(error) === 'conflict') abort.abort();
      }),
    );
    await Promise.all(renewals);
  }
}
