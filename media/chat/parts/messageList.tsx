import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import type { SavedView } from '../savedView.ts';
import { type Jump, jumpOf, questionAt } from '../questionJump.ts';
import { MessagePages } from '../transcript/messagePages.ts';
import { TranscriptWindow } from '../transcript/transcriptWindow.ts';
import { isAllSelected, selectAll } from '../transcript/selectAll.ts';
import type { AnswerTools } from './answer.tsx';
import { IconButton } from './icon.tsx';
import { MessageRow } from './messageRow.tsx';

/** How much of the message before one that was looked for stays in sight. Pixels. */
const FOUND_MARGIN = 24;

interface MessageListProps {
  readonly conversationId: string;
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly saved: SavedView;
  readonly isAnswering: boolean;
  readonly tools: AnswerTools;
}

/** The messages of one conversation, oldest first: those near what is seen are drawn, the others are room. */
export function MessageList(props: MessageListProps): JSX.Element {
  const { conversationId, state, connection, saved, isAnswering, tools } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { reveal } = state;
  const rows = state.rows.value;
  const comparison = state.comparison.value;
  const window = useMemo(() => {
    const made = new TranscriptWindow(({ messageId, offset }) => {
      const atEnd = made.isFollowing.value;
      // While an answer is followed there is nothing new to keep.
      if (atEnd && saved.scroll?.atEnd === true && saved.scroll.conversationId === conversationId) return;
      saved.change({ scroll: { conversationId, messageId, offset, atEnd } });
    });
    return made;
  }, []);
  const pages = useMemo(() => new MessagePages(state, connection), []);
  useMemo(() => {
    const { scroll } = saved;
    const start = scroll?.conversationId === conversationId && !scroll.atEnd ? scroll : null;
    window.setRows(rows, state.places.value, window.anchor === null ? start : null);
  }, [rows]);
  const drawn = window.drawn.value;

  useLayoutEffect(() => {
    if (scroller.current !== null && content.current !== null) window.attach(scroller.current, content.current);
    return () => {
      window.dispose();
      pages.dispose();
    };
  }, []);
  useLayoutEffect(() => {
    pages.want(drawn.rows[0]?.at ?? 0, (drawn.rows.at(-1)?.at ?? 0) + 1);
  }, [drawn, rows]);

  const wanted = reveal.value?.conversationId === conversationId ? reveal.value : null;
  const found = wanted !== null && state.places.value.has(wanted.messageId) ? wanted.messageId : undefined;
  const lastQuestion = rows.findLast(({ role }) => role === 'user')?.id;
  const before = useRef({ found, lastQuestion });
  useLayoutEffect(() => {
    const isAsked = before.current.lastQuestion !== lastQuestion;
    const hasCome = before.current.found !== found;
    before.current = { found, lastQuestion };
    // Who asks wants to see what comes; who goes to another branch, what they have gone for.
    if (!isAsked || (hasCome && found !== undefined)) return;
    reveal.value = null;
    window.toEnd();
  }, [lastQuestion, found]);
  useLayoutEffect(() => {
    if (found !== undefined) window.toMessage(found, -(wanted?.below ?? FOUND_MARGIN));
  }, [found, wanted]);

  const jump = (way: Jump): boolean => {
    // The answer at whose beginning the reader is belongs to what is in sight.
    const { at, begins } = window.rowAt(FOUND_MARGIN + 1);
    const isAtTop = begins >= -FOUND_MARGIN * 2;
    const question = questionAt(rows, way === 'previous' && !isAtTop ? at + 1 : at, way);
    if (question === undefined) return false;
    reveal.value = { conversationId, messageId: question.id };
    return true;
  };

  /** From end to end at once: to slide through thousands of messages would draw them all. */
  const goToEdge = ({ key, target, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean => {
    if (target !== scroller.current || ctrlKey || metaKey || altKey || shiftKey) return false;
    if (key === 'End') window.toEnd();
    if (key === 'Home') window.toStart();
    return key === 'Home' || key === 'End';
  };

  /** Of all messages there is only the text of those that are drawn to be copied by the browser itself. */
  const onCopy = (event: ClipboardEvent): void => {
    if (drawn.rows.length === rows.length || !isAllSelected(content.current)) return;
    event.preventDefault();
    void tools.ask('copyChat', { conversationId }).then((isCopied) => {
      if (isCopied) tools.announce(t('Copied'));
    });
  };

  // What has come since the reader was at the end.
  const isFollowing = window.isFollowing.value;
  const now = useComputed(() => {
    const { length } = state.rows.value;
    const newest = state.rows.value.at(-1)?.entry.value?.message.value;
    return `${length} ${newest?.status ?? ''} ${newest?.resumeCount ?? 0}`;
  }).value;
  const seen = useRef(now);
  if (isFollowing) seen.current = now;
  const isUnread = seen.current !== now;
  // A button that went while it has the focus would take that with it.
  const isToEndFocused = useSignal(false);

  return (
    <div
      class="conversation"
      onKeyDown={(event) => {
        const way = jumpOf(event);
        const isAll = event.key === 'a' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
        if (isAll && event.target === scroller.current) selectAll(content.current);
        else if (!goToEdge(event) && (way === undefined || !jump(way))) return;
        event.preventDefault();
      }}
      onCopy={onCopy}
    >
      <div
        class={`scroller ${isFollowing ? 'following' : ''}`}
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t('Conversation')}
      >
        <div class="messages" ref={content} role="feed" aria-label={t('Messages')}>
          {drawn.rows.flatMap(({ at, gap }, number) => {
            const row = rows[at];
            if (row === undefined) return [];
            const isApart = gap > 0 || number === 0;
            return [
              isApart && <div key={number === 0 ? 'top' : `${row.id} gap`} style={{ height: `${gap}px` }} />,
              <MessageRow
                key={row.id}
                row={row}
                number={at + 1}
                count={rows.length}
                isFound={row.id === found && wanted?.below === undefined}
                isAnswering={isAnswering}
                comparison={comparison}
                tools={tools}
                window={window}
              />,
            ];
          })}
          <div key="rest" style={{ height: `${drawn.rest}px` }} />
        </div>
      </div>
      <div
        class="jumps"
        onFocusIn={({ target }) => (isToEndFocused.value = target instanceof Element && target.matches('.to-end'))}
        onFocusOut={() => (isToEndFocused.value = false)}
      >
        {rows.length > 2 && (
          <>
            <IconButton
              icon="chevron-up"
              label={t('Previous question (Alt+↑)')}
              onClick={() => void jump('previous')}
            />
            <IconButton icon="chevron-down" label={t('Next question (Alt+↓)')} onClick={() => void jump('next')} />
          </>
        )}
        {(isToEndFocused.value || (!isFollowing && !window.isEndInSight.value)) && (
          <IconButton
            class={`to-end ${isUnread ? 'unread' : ''}`}
            icon="arrow-down"
            label={isUnread ? t('Jump to the latest: there is something new') : t('Jump to the latest')}
            onClick={() => {
              window.toEnd();
              scroller.current?.focus();
            }}
          />
        )}
      </div>
    </div>
  );
}
