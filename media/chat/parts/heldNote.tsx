import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { figure, t } from '../../../src/base/texts.ts';
import type { Held } from '../../../src/protocol/held.ts';
import type { AnswerTools } from './answer.tsx';

interface HeldNoteProps {
  readonly messageId: string;
  readonly held: Held;
  readonly tools: Pick<AnswerTools, 'announce' | 'ask'>;
}

/** In the place of an answer whose request waits: for what and for how long, counted down, with a way to stop it. */
export function HeldNote({ messageId, held, tools }: HeldNoteProps): JSX.Element {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    // The seconds that go by are not read out.
    tools.announce(sentence(held, Date.now()));
    const timer = setInterval(() => (nowMs.value = Date.now()), 1_000);
    return () => {
      clearInterval(timer);
    };
  }, [held]);
  return (
    <div class="progress-line">
      <span class="codicon codicon-watch" aria-hidden="true" />
      <span>{sentence(held, nowMs.value)}</span>
      <button type="button" class="link-button" onClick={() => void tools.ask('stopAnswer', { messageId })}>
        {t('Stop')}
      </button>
    </div>
  );
}

function sentence({ why, provider, untilMs, attempt, attempts }: Held, nowMs: number): string {
  const seconds = Math.max(1, Math.ceil((untilMs - nowMs) / 1_000));
  const wait = figure(seconds, { style: 'unit', unit: 'second', unitDisplay: 'long' });
  return why === 'limit'
    ? t('Waiting {0} for the limit of {1}…', wait, provider)
    : t('{0} did not answer. Asking again in {1} ({2} of {3})…', provider, wait, attempt, attempts);
}
