import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { Message } from '../../../src/protocol/store.ts';
import type { VersionWalk, Way } from '../versionWalk.ts';
import { IconButton } from './icon.tsx';

interface BranchSwitchProps {
  readonly message: Message;
  /** While an answer is written its branch stays. */
  readonly isAnswering: boolean;
  readonly versions: VersionWalk;
}

/** Which of several versions of a message is shown, and the way to those before and after; nothing where there is one. */
export function BranchSwitch({ message, isAnswering, versions }: BranchSwitchProps): JSX.Element | null {
  const { id, siblingIds, role } = message;
  const buttons = { before: useRef<HTMLButtonElement>(null), after: useRef<HTMLButtonElement>(null) };
  const at = siblingIds.indexOf(id);
  const next = { before: siblingIds[at - 1], after: siblingIds[at + 1] };
  useLayoutEffect(() => {
    const way = versions.takeArrival(id);
    if (way === null) return;
    const leadsOn = next[way] === undefined ? (way === 'before' ? 'after' : 'before') : way;
    buttons[leadsOn].current?.focus({ preventScroll: true });
  }, []);
  if (siblingIds.length < 2) return null;
  const button = (way: Way, icon: string, label: string): JSX.Element => (
    <IconButton
      icon={icon}
      label={label}
      buttonRef={buttons[way]}
      disabled={next[way] === undefined}
      waits={isAnswering}
      onClick={({ currentTarget }) => {
        const messageId = next[way];
        if (messageId !== undefined && currentTarget instanceof Element)
          void versions.go(messageId, way, currentTarget);
      }}
    />
  );
  const isQuestion = role === 'user';
  return (
    <span
      class="branch-switch"
      role="group"
      aria-label={isQuestion ? t('Versions of this question') : t('Versions of this answer')}
    >
      {button('before', 'chevron-left', isQuestion ? t('Show the question before') : t('Show the answer before'))}
      <span class="branch-count" aria-label={t('Version {0} of {1}', at + 1, siblingIds.length)}>
        {at + 1}/{siblingIds.length}
      </span>
      {button('after', 'chevron-right', isQuestion ? t('Show the question after') : t('Show the answer after'))}
    </span>
  );
}
