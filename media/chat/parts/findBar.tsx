import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { figure, t } from '../../../src/base/texts.ts';
import type { FindInChat } from '../findInChat.ts';
import { markWords } from '../markWords.ts';
import { IconButton } from './icon.tsx';

interface FindBarProps {
  readonly find: FindInChat;
  /** Is told what had the focus before. */
  readonly close: (opener: Element | null) => void;
  /** Opens the search of the history, which knows what words mean, for this chat. */
  readonly searchByMeaning: () => void;
}

/** Finds words in the shown chat: Enter and Shift+Enter lead on, Escape closes. */
export function FindBar({ find, close: closeBar, searchByMeaning }: FindBarProps): JSX.Element {
  const opener = useRef<Element | null>(null);
  const close = (): void => {
    closeBar(opener.current);
  };
  const input = useRef<HTMLInputElement>(null);
  const { hits, query } = find;
  const count = hits.value.length;
  useLayoutEffect(() => {
    if (input.current === null) return;
    opener.current = document.activeElement;
    input.current.value = query.peek();
    input.current.focus();
    input.current.select();
  }, []);
  useEffect(() => {
    let frame = 0;
    const mark = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        markWords('chat-find', '.question-text, .markdown', query.value);
      });
    };
    mark();
    // Messages are drawn as they come into sight.
    const messages = document.querySelector('.messages');
    const drawn = new MutationObserver(mark);
    if (messages !== null) drawn.observe(messages, { childList: true, subtree: true, characterData: true });
    return () => {
      drawn.disconnect();
      cancelAnimationFrame(frame);
      markWords('chat-find', '', '');
    };
  }, [query.value, hits.value]);
  const result = count === 0 ? t('Not found') : t('{0} of {1}', figure(find.at + 1), figure(count));
  const step = (by: number) => () => {
    find.step(by);
  };
  return (
    <div
      class="find-bar"
      role="search"
      aria-label={t('Find in this chat')}
      onKeyDown={(event) => {
        const isFind = event.key === 'f' && (event.ctrlKey || event.metaKey);
        if (event.key === 'Escape') close();
        else if (isFind) searchByMeaning();
        else if (event.key === 'Enter' && event.target === input.current && !event.isComposing) {
          step(event.shiftKey ? 1 : -1)();
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <input
        ref={input}
        class="find-input"
        type="text"
        placeholder={t('Find in this chat')}
        aria-label={t('Find in this chat')}
        spellcheck={false}
        onInput={({ currentTarget }) => {
          find.find(currentTarget.value);
        }}
      />
      <span class="find-count" role="status">
        {query.value === '' || find.isAsking ? '' : result}
      </span>
      <IconButton icon="arrow-up" label={t('Previous message (Enter)')} disabled={count === 0} onClick={step(-1)} />
      <IconButton icon="arrow-down" label={t('Next message (Shift+Enter)')} disabled={count === 0} onClick={step(1)} />
      <IconButton icon="sparkle" label={t('Search this chat by meaning (Ctrl+F)')} onClick={searchByMeaning} />
      <IconButton icon="close" label={t('Close (Escape)')} onClick={close} />
    </div>
  );
}
