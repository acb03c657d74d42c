import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { Days } from './filters.ts';
import type { Place } from './popup.ts';
import { QuestionBox } from './questionBox.tsx';

interface DayRangeProps {
  readonly days: Days;
  readonly at: Place;
  readonly choose: (days: Days | null) => void;
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** Asks between which days; each may be left open. */
export function DayRange({ days, at, choose, close }: DayRangeProps): JSX.Element {
  const from = useSignal(days.from ?? '');
  const to = useSignal(days.to ?? '');
  const first = useRef<HTMLInputElement>(null);
  const isTurnedRound = from.value !== '' && to.value !== '' && from.value > to.value;
  useLayoutEffect(() => first.current?.focus(), []);
  const submit = (): void => {
    if (isTurnedRound) return;
    close();
    const isOpen = from.value === '' && to.value === '';
    choose(isOpen ? null : { from: from.value === '' ? null : from.value, to: to.value === '' ? null : to.value });
  };
  return (
    <QuestionBox role="dialog" labelledBy="day-range" at={at} close={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p id="day-range">{t('Written between which days?')}</p>
        <div class="day-fields">
          <label>
            {t('From')}
            <input
              ref={first}
              type="date"
              value={from.value}
              onInput={({ currentTarget }) => (from.value = currentTarget.value)}
            />
          </label>
          <label>
            {t('To')}
            <input
              type="date"
              value={to.value}
              aria-invalid={isTurnedRound}
              aria-describedby="day-problem"
              onInput={({ currentTarget }) => (to.value = currentTarget.value)}
            />
          </label>
        </div>
        <p class="day-problem" id="day-problem" role="status">
          {isTurnedRound && t('The last day is before the first one.')}
        </p>
        <div class="card-actions">
          <vscode-button onClick={submit}>{t('Show')}</vscode-button>
          <vscode-button
            secondary
            onClick={() => {
              close();
            }}
          >
            {t('Cancel')}
          </vscode-button>
        </div>
        {/* Enter in a field submits only where there is a button of the form’s own. */}
        <input type="submit" hidden />
      </form>
    </QuestionBox>
  );
}
