import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { errorMessage } from '../../../src/base/errors.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { withOlderPage } from '../conversationPages.ts';
import { HistoryRow } from './historyRow.tsx';

interface HistoryPanelProps {
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly close: () => void;
  /** Hears that a chat was opened: the panel has done what it is for. */
  readonly opened: () => void;
}

/** The past chats over the conversation: open, delete, and more of them at the end of the list. */
export function HistoryPanel({ state, connection, close, opened }: HistoryPanelProps): JSX.Element {
  const conversations = state.conversations.value;
  const filter = useSignal('');
  const active = useSignal(0);
  const asked = useSignal<string | null>(null);
  const isComplete = useSignal(false);
  const isLoading = useRef(false);
  const list = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);

  const wanted = filter.value.trim().toLowerCase();
  const shown = conversations.filter(({ title }) => title.toLowerCase().includes(wanted));
  const at = Math.min(active.value, Math.max(0, shown.length - 1));
  const last = conversations.at(-1);

  const focusRow = (index: number): void => {
    const to = Math.min(Math.max(0, index), shown.length - 1);
    active.value = to;
    list.current?.querySelectorAll<HTMLElement>('.history-open')[to]?.focus();
  };
  const loadMore = async (): Promise<void> => {
    const before = state.conversations.value.at(-1)?.lastMessageAt;
    if (isLoading.current || isComplete.value || before === undefined) return;
    isLoading.current = true;
    try {
      const page = await connection.call('listConversations', { before });
      if (page.length === 0) isComplete.value = true;
      state.conversations.value = withOlderPage(state.conversations.value, page);
    } catch (error) {
      isComplete.value = true;
      state.failure.value = errorMessage(error);
    } finally {
      isLoading.current = false;
    }
  };

  useLayoutEffect(() => {
    const current = shown.findIndex(({ id }) => id === state.conversation.value?.id);
    if (shown.length > 0) focusRow(Math.max(0, current));
    else list.current?.focus();
  }, []);
  useEffect(() => {
    if (end.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        // Several may come at once when the page is busy: the last one is how it is now.
        if (entries.at(-1)?.isIntersecting === true) void loadMore();
      },
      { root: list.current, rootMargin: '200px' },
    );
    observer.observe(end.current);
    return () => {
      observer.disconnect();
    };
  }, [last?.id, isComplete.value]);

  const open = (id: string): void => {
    void connection.ask('openConversation', { id }).then((isOpen) => {
      if (isOpen) opened();
    });
  };
  const remove = (id: string): void => {
    asked.value = null;
    void connection.ask('deleteConversation', { id }).then((isDeleted) => {
      if (!isDeleted) return;
      state.conversations.value = state.conversations.value.filter((conversation) => conversation.id !== id);
      requestAnimationFrame(() => {
        focusRow(at);
      });
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const inList = event.target instanceof Element && event.target.closest('.history-row') !== null;
    const keys: Readonly<Record<string, (() => void) | false>> = {
      ArrowDown: () => {
        focusRow(inList ? at + 1 : 0);
      },
      ArrowUp:
        inList &&
        (() => {
          focusRow(at - 1);
        }),
      Home:
        inList &&
        (() => {
          focusRow(0);
        }),
      End:
        inList &&
        (() => {
          focusRow(shown.length - 1);
        }),
      Delete: inList && (() => (asked.value = shown[at]?.id ?? null)),
      Escape: () => {
        if (asked.value === null) close();
        else keep();
      },
    };
    const act = keys[event.key];
    if (act === undefined || act === false || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const keep = (): void => {
    asked.value = null;
    requestAnimationFrame(() => {
      focusRow(at);
    });
  };

  return (
    <section class="history" aria-label="Past chats" onKeyDown={onKeyDown}>
      <input
        class="history-filter"
        type="text"
        placeholder="Find a chat by its title"
        aria-label="Find a chat by its title"
        spellcheck={false}
        onInput={({ currentTarget }) => {
          filter.value = currentTarget.value;
          active.value = 0;
        }}
      />
      <div class="history-list" ref={list} role="list" tabIndex={-1}>
        {shown.map((conversation, index) => (
          <HistoryRow
            key={conversation.id}
            conversation={conversation}
            isCurrent={conversation.id === state.conversation.value?.id}
            isActive={index === at}
            isAsked={conversation.id === asked.value}
            activate={() => (active.value = index)}
            open={open}
            askDelete={(id) => (asked.value = id)}
            remove={remove}
            keep={keep}
          />
        ))}
        {shown.length === 0 && (
          <p class="history-none">{wanted === '' ? 'No chats yet.' : 'No chat has this in its title.'}</p>
        )}
        {!isComplete.value && <div class="history-end" ref={end} />}
      </div>
    </section>
  );
}
