import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { MessageEntry } from '../chatState.ts';
import { MarkdownView } from '../markdown/markdownView.ts';
import { actInAnswer } from './actInAnswer.ts';
import type { AnswerTools } from './answer.tsx';
import { Icon } from './icon.tsx';

interface AnswerTextProps {
  readonly entry: MessageEntry;
  readonly tools: AnswerTools;
  /** Which of its texts is shown: what it says, unless it is what the model thought. */
  readonly of?: 'content' | 'reasoning';
}

/** A text of an answer, as it comes; its links, places and code blocks act. */
export function AnswerText({ entry, tools, of = 'content' }: AnswerTextProps): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView | null>(null);
  const draw = (): void => {
    const { [of]: text, context, status } = entry.message.value;
    view.current?.update({ text, sources: context, isComplete: status !== 'running' });
  };
  useLayoutEffect(() => {
    if (container.current === null) return undefined;
    view.current = new MarkdownView(container.current, tools.islands, tools.places);
    draw();
    // What is proposed is decided on the cards; the code is there to be looked into.
    const element = container.current;
    const onDrawn = (): void => {
      const { as, status } = entry.message.peek();
      if (as?.mode === 'edit' && status !== 'running') tools.codeBlocks.foldFiles(element);
    };
    element.addEventListener('drawn', onDrawn);
    onDrawn();
    return () => {
      element.removeEventListener('drawn', onDrawn);
      view.current?.dispose();
    };
  }, []);
  useSignalEffect(draw);
  const onAct = (target: EventTarget | null): boolean => {
    const { [of]: text, context } = entry.message.peek();
    return target instanceof Element && actInAnswer(target, { text, context }, tools);
  };
  return (
    <div
      class={of === 'reasoning' ? 'markdown reasoning-text' : 'markdown'}
      ref={container}
      onClick={({ target }) => {
        onAct(target);
      }}
      onKeyDown={(event) => {
        const isLink = event.target instanceof Element && event.target.role === 'link';
        if (event.key === 'Enter' && isLink && onAct(event.target)) event.preventDefault();
      }}
    />
  );
}

/** What the model thought before it answered: folded, and drawn only while it is not. */
export function Reasoning({ entry, tools }: Pick<AnswerTextProps, 'entry' | 'tools'>): JSX.Element {
  const isOpen = useSignal(false);
  const { status, content, reasoningMs } = entry.message.value;
  const isThinking = status === 'running' && content === '';
  return (
    <details class="reasoning" onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" />
        {isThinking ? t('Thinking…') : thoughtFor(reasoningMs)}
      </summary>
      {isOpen.value && <AnswerText entry={entry} tools={tools} of="reasoning" />}
    </details>
  );
}

/** `Thought for 12 s`, where the time is known. */
function thoughtFor(ms: number | null): string {
  if (ms === null) return t('Thoughts');
  const seconds = Math.max(1, Math.round(ms / 1_000));
  return seconds < 60
    ? t('Thought for {0} s', seconds)
    : t('Thought for {0} min {1} s', Math.floor(seconds / 60), seconds % 60);
}
