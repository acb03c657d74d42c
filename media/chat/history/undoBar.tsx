import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { HistoryActions } from './historyActions.ts';

interface UndoBarProps {
  readonly actions: HistoryActions;
  readonly focusRows: () => void;
}

/** What was done last and can be taken back. It stays for as long as the pointer or the focus is at it. */
export function UndoBar({ actions, focusRows }: UndoBarProps): JSX.Element {
  const { done } = actions;
  const last = done.last.value;
  const isPointedAt = useSignal(false);
  const hasFocus = useSignal(false);
  const letGo = (): void => {
    isPointedAt.value = false;
    hasFocus.value = false;
  };
  useSignalEffect(() => {
    done.hold(isPointedAt.value || hasFocus.value);
  });
  useEffect(() => {
    // No event says that pointer and focus have left what is out of sight.
    if (last === null) letGo();
    document.addEventListener('visibilitychange', letGo);
    return () => {
      document.removeEventListener('visibilitychange', letGo);
    };
  }, [last === null]);
  useEffect(() => letGo, []);
  return (
    <>
      <div
        class={last === null ? 'visually-hidden' : 'history-strip undo'}
        onPointerEnter={() => (isPointedAt.value = true)}
        onPointerLeave={() => (isPointedAt.value = false)}
        onFocusIn={() => (hasFocus.value = true)}
        onFocusOut={() => (hasFocus.value = false)}
      >
        <span class="strip-text" role="status" title={last?.text}>
          {last?.text}
        </span>
        {last !== null && (
          <button
            type="button"
            class="link-button"
            aria-keyshortcuts="Control+Z"
            onClick={() => {
              if (done.count.value === 1) focusRows();
              void actions.undo();
            }}
          >
            {t('Undo')}
          </button>
        )}
      </div>
      <div class="visually-hidden" role="status">
        {actions.takenBack.value}
      </div>
    </>
  );
}
