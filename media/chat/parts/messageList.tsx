import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatState, MessageEntry } from '../chatState.ts';
import type { SavedView } from '../savedView.ts';
import { type Jump, jumpOf, questionAt } from '../questionJump.ts';
import { ScrollFollower } from '../scrollFollower.ts';
import { Answer, type AnswerTools } from './answer.tsx';
import { IconButton } from './icon.tsx';
import { Question } from './question.tsx';

/** How many messages are drawn at first, and how many more each time the reader comes to the top. */
const PAGE = 20;
/** How much of the message before one that was looked for stays in sight. Pixels. */
const FOUND_MARGIN = 24;

interface MessageListProps {
  readonly conversationId: string;
  readonly entries: readonly MessageEntry[];
  readonly saved: SavedView;
  readonly reveal: ChatState['reveal'];
  readonly isAnswering: boolean;
  readonly tools: AnswerTools;
}

/** The messages of one conversation, oldest first; the newest are drawn at once, older ones as they are reached. */
export function MessageList({
  conversationId,
  entries,
  saved,
  reveal,
  isAnswering,
  tools,
}: MessageListProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [follower, setFollower] = useState<ScrollFollower | null>(null);
  const first = useSignal(firstDrawn(entries, saved, conversationId));
  const earlier = useRef<HTMLButtonElement>(null);

  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return undefined;
    const made = new ScrollFollower(scroller.current, content.current);
    setFollower(made);
    const anchor = saved.scroll;
    const message = anchor === null ? undefined : messageElement(content.current, anchor.messageId);
    if (anchor?.conversationId !== conversationId || anchor.atEnd || message === undefined) made.toEnd();
    else made.toTop(message.offsetTop + anchor.offset);
    return () => {
      made.dispose();
    };
  }, []);

  const lastQuestion = entries.findLast(({ role }) => role === 'user')?.id;
  useLayoutEffect(() => {
    if (follower === null) return;
    // Who asks wants to see what comes.
    reveal.value = null;
    follower.toEnd();
  }, [lastQuestion]);

  const wanted = reveal.value;
  const foundAt =
    wanted?.conversationId === conversationId ? entries.findIndex(({ id }) => id === wanted.messageId) : -1;
  const found = entries[foundAt]?.id;
  useLayoutEffect(() => {
    if (found === undefined || content.current === null) return;
    const message = messageElement(content.current, found);
    if (message !== undefined) follower?.toTop(Math.max(0, message.offsetTop - FOUND_MARGIN));
  }, [found, wanted, follower]);

  useEffect(() => {
    if (earlier.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        // Several may come at once when the page is busy: the last one is how it is now.
        if (entries.at(-1)?.isIntersecting === true) first.value = Math.max(0, first.value - PAGE);
      },
      { root: scroller.current, rootMargin: '400px' },
    );
    observer.observe(earlier.current);
    return () => {
      observer.disconnect();
    };
  }, [first.value]);

  const onScroll = (): void => {
    if (content.current === null || scroller.current === null || follower === null) return;
    const atEnd = follower.isFollowing.value;
    // While an answer is followed there is nothing new to keep.
    if (atEnd && saved.scroll?.atEnd === true && saved.scroll.conversationId === conversationId) return;
    const top = scroller.current.scrollTop;
    const message = [...content.current.children].findLast(
      (child) => child instanceof HTMLElement && child.dataset['message'] !== undefined && child.offsetTop <= top,
    );
    if (!(message instanceof HTMLElement)) return;
    const messageId = message.dataset['message'] ?? '';
    saved.change({ scroll: { conversationId, messageId, offset: top - message.offsetTop, atEnd } });
  };

  const jump = (way: Jump): boolean => {
    if (content.current === null || scroller.current === null) return false;
    const top = scroller.current.scrollTop + FOUND_MARGIN + 1;
    const shown = [...content.current.querySelectorAll<HTMLElement>('[data-message]')];
    // The answer at whose beginning the reader is belongs to what is in sight.
    const current = shown.findLast((message) => message.offsetTop <= top) ?? shown[0];
    const from = entries.findIndex(({ id }) => id === current?.dataset['message']);
    const isAtTop = current !== undefined && current.offsetTop >= top - FOUND_MARGIN * 2;
    const question = questionAt(entries, way === 'previous' && !isAtTop ? from + 1 : from, way);
    if (question === undefined) return false;
    reveal.value = { conversationId, messageId: question.id };
    return true;
  };

  // What has come since the reader was at the end.
  const isFollowing = follower?.isFollowing.value !== false;
  const newest = entries.at(-1)?.message.value;
  const state = `${entries.length} ${newest?.status ?? ''} ${newest?.resumeCount ?? 0}`;
  const seen = useRef(state);
  if (isFollowing) seen.current = state;
  const isUnread = seen.current !== state;

  // A shorter branch may end before the first that was drawn.
  const usual = Math.min(first.value, Math.max(0, entries.length - PAGE));
  const start = foundAt === -1 ? usual : Math.min(usual, foundAt);
  return (
    <div
      class="conversation"
      onKeyDown={(event) => {
        const way = jumpOf(event);
        if (way !== undefined && jump(way)) event.preventDefault();
      }}
    >
      <div class="scroller" ref={scroller} tabIndex={0} role="region" aria-label="Conversation" onScroll={onScroll}>
        <div class="messages" ref={content}>
          {start > 0 && (
            <button
              type="button"
              class="link-button earlier"
              ref={earlier}
              onClick={() => (first.value = Math.max(0, first.value - PAGE))}
            >
              Show earlier messages
            </button>
          )}
          {entries
            .slice(start)
            .map((entry, at, drawn) =>
              entry.role === 'user' ? (
                <Question
                  key={entry.id}
                  entry={entry}
                  isFound={entry.id === found}
                  isAnswering={isAnswering}
                  tools={tools}
                />
              ) : (
                <Answer
                  key={entry.id}
                  entry={entry}
                  isLast={at === drawn.length - 1}
                  isFound={entry.id === found}
                  isAnswering={isAnswering}
                  tools={tools}
                />
              ),
            )}
        </div>
      </div>
      <div class="jumps">
        {entries.length > 2 && (
          <>
            <IconButton icon="chevron-up" label="Previous question (Alt+↑)" onClick={() => void jump('previous')} />
            <IconButton icon="chevron-down" label="Next question (Alt+↓)" onClick={() => void jump('next')} />
          </>
        )}
        {!isFollowing && (
          <IconButton
            class={`to-end ${isUnread ? 'unread' : ''}`}
            icon="arrow-down"
            label={isUnread ? 'Jump to the latest: there is something new' : 'Jump to the latest'}
            onClick={() => {
              follower.toEnd();
              scroller.current?.focus();
            }}
          />
        )}
      </div>
    </div>
  );
}

function firstDrawn(entries: readonly MessageEntry[], saved: SavedView, conversationId: string): number {
  const { scroll } = saved;
  const anchor =
    scroll?.conversationId === conversationId ? entries.findIndex(({ id }) => id === scroll.messageId) : -1;
  const usual = Math.max(0, entries.length - PAGE);
  return anchor === -1 ? usual : Math.min(anchor, usual);
}

function messageElement(content: HTMLElement, id: string): HTMLElement | undefined {
  return [...content.querySelectorAll<HTMLElement>('[data-message]')].find(({ dataset }) => dataset['message'] === id);
}
