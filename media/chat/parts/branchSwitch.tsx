import type { JSX } from 'preact';
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
  const what = role === 'user' ? 'question' : 'answer';
  return (
    <span class="branch-switch" role="group" aria-label={`Versions of this ${what}`}>
      <IconButton
        icon="chevron-left"
        label={`Show the ${what} before`}
        disabled={disabled || before === undefined}
        onClick={() => {
          if (before !== undefined) show(before);
        }}
      />
      <span class="branch-count" aria-label={`Version ${at + 1} of ${siblingIds.length}`}>
        {at + 1}/{siblingIds.length}
      </span>
      <IconButton
        icon="chevron-right"
        label={`Show the ${what} after`}
        disabled={disabled || after === undefined}
        onClick={() => {
          if (after !== undefined) show(after);
        }}
      />
    </span>
  );
}
