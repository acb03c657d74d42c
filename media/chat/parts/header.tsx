import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { Ask } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import type { Panels } from '../panels.ts';
import { IconButton } from './icon.tsx';

interface HeaderProps {
  readonly state: ChatState;
  readonly ask: Ask;
  readonly panels: Panels;
  readonly focusInput: () => void;
  /** The past chats stand beside the chat, not over it. */
  readonly isWide: boolean;
}

/** The chat's title, its history and a new one. */
export function Header({ state, ask, panels, focusInput, isWide }: HeaderProps): JSX.Element {
  const isHistory = panels.shown.value === 'history';
  const title = isHistory && !isWide ? t('Chats') : (state.conversation.value?.title ?? t('New chat'));
  return (
    <header class="header">
      <h1 class="header-title" title={title}>
        {title}
      </h1>
      {state.hasVersions.value && !(isHistory && !isWide) && (
        <IconButton
          icon="type-hierarchy-sub"
          label={t('Versions of this chat')}
          expanded={panels.shown.value === 'versions'}
          onClick={() => {
            panels.toggle('versions');
          }}
        />
      )}
      <IconButton
        icon="history"
        label={isHistory ? t('Close the list of chats') : t('Past chats')}
        expanded={isHistory}
        onClick={() => {
          panels.toggle('history');
        }}
      />
      <IconButton
        icon="add"
        label={t('New chat')}
        onClick={() => {
          if (!isWide) panels.close({ keepFocus: true });
          void ask('newChat', null).then(focusInput);
        }}
      />
    </header>
  );
}
