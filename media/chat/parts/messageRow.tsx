import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { MessageEntry, MessageRow as Row } from '../chatState.ts';
import type { TranscriptWindow } from '../transcript/transcriptWindow.ts';
import { Answer, type AnswerTools } from './answer.tsx';
import { Comparison } from './comparison.tsx';
import { Question } from './question.tsx';

interface MessageRowProps {
  readonly row: Row;
  /** Its place among all messages of the chat, from 1, and how many these are. */
  readonly number: number;
  readonly count: number;
  readonly isFound: boolean;
  readonly isAnswering: boolean;
  /** Answers that stand side by side in the last one’s place; empty where none do. */
  readonly comparison: readonly MessageEntry[];
  readonly tools: AnswerTools;
  readonly window: TranscriptWindow;
}

/** A message in the list, or its place while it is read from the store. */
export function MessageRow({ row, window, comparison, ...place }: MessageRowProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const entry = row.entry.value;
  const isLast = place.number === place.count;
  const isCompared = isLast && comparison.length > 0;
  useLayoutEffect(() => {
    window.place(row.id, element.current);
    return () => {
      window.place(row.id, null);
    };
  }, []);
  useLayoutEffect(() => {
    const height = window.heights.measured(row.id);
    const isDrawn = element.current?.querySelector('.markdown[aria-busy="true"]') === null;
    // It is drawn again bit by bit, and what is read must not move meanwhile.
    if (!isDrawn && height !== undefined) element.current?.style.setProperty('min-height', `${height}px`);
  }, [entry]);
  const props = { 'data-message': row.id, 'aria-posinset': place.number, 'aria-setsize': place.count };
  return (
    <div class="message-row" ref={element} data-row={row.id}>
      {entry === null && (
        <article
          {...props}
          class="message-to-come"
          aria-label={t('A message that is being read')}
          aria-busy="true"
          style={{ height: `${window.heights.heightOf(place.number - 1)}px` }}
        />
      )}
      {entry?.role === 'user' && <Question entry={entry} {...place} />}
      {entry?.role === 'assistant' && !isCompared && <Answer entry={entry} isLast={isLast} {...place} />}
      {isCompared && <Comparison entries={comparison} shownId={row.id} {...place} />}
    </div>
  );
}
