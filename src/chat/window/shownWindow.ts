import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError } from '../../base/errors.ts';
import type { Caller, Handlers } from '../../base/rpc.ts';
import { t } from '../../base/texts.ts';
import { uuidV7 } from '../../base/identifiers.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import type { ComposerContext } from '../../protocol/chatContext.ts';
import type { WindowReport } from '../../protocol/chatWindow.ts';
import type { WindowContract } from '../../protocol/chatWindowValidators.ts';
import type { MessageSummary } from '../../protocol/messageSummary.ts';
import type { Message, StoreContract } from '../../protocol/store.ts';
import { turnHistory } from '../attach/readConversation.ts';
import { callAgain } from '../callAgain.ts';
import type { ChatEvent } from '../chatEvent.ts';
import type { ChatSession } from '../chatSession.ts';
import type { ChatSurroundings } from '../chatSurroundings.ts';
import { offlineModel } from '../offlineModel.ts';
import type { PromptManner } from '../prompt.ts';
import { findAnswer } from '../shownMessages.ts';
import type { ChatModels } from '../turn.ts';
import { longestBeginning } from './fitPrompt.ts';
import { lessContext } from './lessContext.ts';
import type { TurnWindow } from './turnWindow.ts';
import { windowReport } from './windowReport.ts';

export interface ShownWindowDependencies {
  readonly session: Pick<ChatSession, 'onDidChange' | 'shown' | 'isAnswering' | 'regenerate' | 'editMessage'>;
  readonly store: Caller<StoreContract>;
  readonly models: ChatModels;
  readonly turns: TurnWindow;
}

/** What else is in the next prompt. */
export interface NextPrompt extends Pick<ChatSurroundings, 'contextSource'> {
  /** Who answers, and how. */
  currentModel(): ModelRef;
  manner(): PromptManner;
  composer(): Pick<ComposerContext, 'chips' | 'rules'>;
}

/** Many things change together, and a summary of them is soon enough. */
const REPORT_DELAY_MS = 200;
const PAGE = 200;
/** A chat that is this much too long for a window is not read to its beginning: characters for each token of the window. */
const COUNTED_CHARACTERS = 12;

/** How full the model's window is with the shown chat, and what a user does about that. */
export class ShownWindow implements Disposable {
  readonly #dependencies: ShownWindowDependencies;
  readonly #next: NextPrompt;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<WindowReport | null>());
  readonly #closed = new AbortController();
  /** The shown branch, by its ids, and what of it was read. */
  #path: readonly string[] = [];
  #known = new Map<string, Message>();
  #conversationId = '';
  #report: WindowReport | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #compacting: AbortController | undefined;
  #reports = 0;

  readonly onDidChange = this.#changed.event;

  constructor(dependencies: ShownWindowDependencies, next: NextPrompt) {
    this.#dependencies = dependencies;
    this.#next = next;
    this.#parts.add(
      dependencies.session.onDidChange((event) => {
        this.#take(event);
      }),
    );
    this.#parts.add(
      dependencies.turns.window.onDidChange(() => {
        this.changed();
      }),
    );
  }

  /** How it was when it was looked at last; null where the model sends nothing. */
  get current(): WindowReport | null {
    return this.#report;
  }

  /** To be called when the model or what goes along with the next question is other than it was. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#tell();
    }, REPORT_DELAY_MS);
  }

  /** Ends a summary that is being written outside of an answer. */
  stop(): void {
    this.#compacting?.abort();
  }

  /** Has the beginning of the shown chat summarised, by the model that is picked. Throws a sentence where that cannot be. */
  async compact(): Promise<void> {
    const { session, models, turns } = this.#dependencies;
    const conversation = await session.shown();
    const history = turnHistory(conversation?.messages ?? []);
    const end = longestBeginning(history);
    const model = this.#next.currentModel();
    if (conversation === null || end === null) {
      throw new SextantError('invalid', t('There is nothing in this chat yet that could be summarised.'));
    }
    if (model.provider === offlineModel.provider) {
      throw new SextantError('invalid', t('The Offline model writes no summaries. Choose another model first.'));
    }
    if (this.#compacting !== undefined || session.isAnswering) {
      throw new SextantError('conflict', t('An answer is still being written. Stop it, or wait for its end.'));
    }
    const compacting = new AbortController();
    this.#compacting = compacting;
    try {
      const signal = AbortSignal.any([compacting.signal, this.#closed.signal]);
      const turn = { conversationId: conversation.id };
      await turns.summarise(turn, history, end, await models.open(model, 'summary'), signal);
    } finally {
      this.#compacting = undefined;
    }
  }

  /** Answers what the view asks. */
  handlers(): Handlers<WindowContract> {
    const { session, store, turns } = this.#dependencies;
    return {
      compact: () => this.compact(),
      changeSummary: ({ messageId, text }) =>
        this.#changeSummary(messageId, (summary) => {
          if (text.trim() === '')
            throw new SextantError('invalid', t('A summary needs some words. Take it back instead.'));
          return { ...summary, text: text.trim(), isEdited: true };
        }),
      useSummary: ({ messageId, isUsed }) => this.#changeSummary(messageId, (summary) => ({ ...summary, isUsed })),
      refit: async ({ messageId, how }) => {
        const model = this.#next.currentModel();
        if (how === 'compact') {
          await session.regenerate(messageId, model, 'now');
          return;
        }
        const { user } = findAnswer(await session.shown(), messageId);
        const context = await lessContext(user, how, turns.window.sizeOf(model).room, store);
        const clientMessageId = uuidV7(Date.now());
        await session.editMessage({ messageId: user.id, clientMessageId, text: user.content, context });
      },
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#closed.abort();
    this.#parts.dispose();
  }

  async #changeSummary(messageId: string, change: (summary: MessageSummary) => MessageSummary): Promise<void> {
    const { store } = this.#dependencies;
    const message = await callAgain(() => store.call('messages.get', { messageId }));
    if (message?.summary === undefined) {
      throw new SextantError('not-found', t('This summary is no longer in the conversation.'));
    }
    await store.call('messages.setSummary', { messageId, summary: change(message.summary) });
  }

  #take(event: ChatEvent): void {
    if (event.type === 'conversation') {
      const { id = '', outline = [], messages = [] } = event.conversation ?? {};
      const known = id === this.#conversationId ? this.#known : new Map<string, Message>();
      this.#conversationId = id;
      this.#path = outline.map((each) => each.id);
      this.#known = new Map([...known, ...messages.map((each) => [each.id, each] as const)]);
    } else if (event.type === 'message') {
      const { message } = event;
      if (!this.#path.includes(message.id)) this.#path = [...this.#path, message.id];
      this.#known.set(message.id, message);
    } else return;
    this.changed();
  }

  /** The end of the shown branch: from the summary that is used on, or as much as fills the window. */
  async #readEnd(characters: number): Promise<readonly Message[]> {
    const { store } = this.#dependencies;
    const [path, known, conversationId] = [this.#path, this.#known, this.#conversationId];
    const messages: Message[] = [];
    let left = characters;
    // Once another chat is shown nobody asks about this one.
    for (let at = path.length - 1; at >= 0 && left > 0 && conversationId === this.#conversationId; at--) {
      const lastId = path[at] ?? '';
      if (!known.has(lastId)) {
        const page = await store.call('messages.page', { conversationId, lastId, limit: PAGE });
        for (const each of page) known.set(each.id, each);
      }
      const message = known.get(lastId);
      // It was deleted meanwhile: what is shown will be told anew.
      if (message === undefined) break;
      messages.unshift(message);
      left -= message.content.length;
      if (message.summary?.isUsed === true) break;
    }
    return messages;
  }

  async #tell(): Promise<void> {
    const { window } = this.#dependencies.turns;
    const number = ++this.#reports;
    const model = this.#next.currentModel();
    const report = await this.#readEnd(window.sizeOf(model).window * COUNTED_CHARACTERS)
      .then((messages) => {
        const prompt = {
          model,
          messages: messages.filter(({ status }) => status !== 'running'),
          ...this.#next.composer(),
          manner: this.#next.manner(),
          isGrounded: this.#next.contextSource() !== null,
          isCompacting: window.isSummarising(this.#conversationId),
        };
        return windowReport(prompt, window, this.#closed.signal);
      })
      .catch(() => null);
    if (number !== this.#reports || this.#closed.signal.aborted) return;
    this.#report = report;
    this.#changed.fire(report);
  }
}
