import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { Message } from '../../../src/protocol/store.ts';
import { IconButton } from './icon.tsx';

interface BranchSwitchProps {
  readonly message: Message;
  /** While an answer is written its branch stays. */
  readonly disabled: boolean;
  readonly show: (messageId: string) => void;
}

/** Which of several versions of a message is shown, and the way to those before and after; nothing where there is one. */
export function BranchSwitch({ message, disabled, show }: BranchSwitchProps): JSX.Element | null {
  const { id, siblingIds, role } = message;
  if (siblingIds.length < 2) return null;
  const at = siblingIds.indexOf(id);
  const [before, after] = [siblingIds[at - 1], siblingIds[at + 1]];
  const isQuestion = role === 'user';
  return (
    <span
      class="branch-switch"
      role="group"
      aria-label={isQuestion ? t('Versions of this question') : t('Versions of this answer')}
    >
      <IconButton
        icon="chevron-left"
        label={isQuestion ? t('Show the question before') : t('Show the answer before')}
        disabled={disabled || before === undefined}
        onClick={() => {
          if (before !== undefined) show(before);
        }}
      />
      <span class="branch-count" aria-label={t('Version {0} of {1}', at + 1, siblingIds.length)}>
        {at + 1}/{siblingIds.length}
      </span>
      <IconButton
        icon="chevron-right"
        label={isQuestion ? t('Show the question after') : t('Show the answer after')}
        disabled={disabled || after === undefined}
        onClick={() => {
          if (after !== undefined) show(after);
        }}
      />
    </span>
  );
}
