import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { figure, plural, t } from '../../../src/base/texts.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { type VersionRow, versionRows } from '../versionRows.ts';
import { Icon, IconButton } from './icon.tsx';

interface VersionsProps {
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly close: () => void;
}

/** The deepest indentation that a narrow view has room for. */
const DEEPEST = 8;

/** All versions of the shown chat as a tree; choosing one shows it. */
export function Versions({ state, connection, close }: VersionsProps): JSX.Element {
  const rows = useSignal<readonly VersionRow[]>([]);
  const panel = useRef<HTMLDivElement>(null);
  const shownRows = state.rows.value;
  const conversationId = state.conversation.value?.id;
  useEffect(() => {
    const asked = new AbortController();
    const shown = new Set(shownRows.map(({ id }) => id));
    connection.call('listBranches', null, asked.signal).then(
      (nodes) => (rows.value = versionRows(nodes, shown)),
      () => undefined,
    );
    return () => {
      asked.abort();
    };
  }, [shownRows]);
  const isEmpty = rows.value.length === 0;
  useLayoutEffect(() => {
    panel.current?.querySelector<HTMLElement>(isEmpty ? 'button' : '[aria-current], .version')?.focus();
  }, [isEmpty]);
  const step = (by: number): void => {
    const buttons = [...(panel.current?.querySelectorAll<HTMLElement>('.version') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[Math.max(0, Math.min(at + by, buttons.length - 1))]?.focus();
  };
  return (
    <div
      class="versions"
      ref={panel}
      role="dialog"
      aria-label={t('Versions of this chat')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
        else if (event.key === 'ArrowDown') step(1);
        else if (event.key === 'ArrowUp') step(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div class="versions-bar">
        <h2>{t('Versions of this chat')}</h2>
        <IconButton icon="close" label={t('Close the versions')} onClick={close} />
      </div>
      <ul>
        {rows.value.map(({ id, role, preview, count, depth, isShown }) => (
          <li key={id}>
            <button
              type="button"
              class="version"
              style={{ '--depth': Math.min(depth, DEEPEST) }}
              aria-current={isShown}
              onClick={() => {
                if (conversationId !== undefined) state.reveal.value = { conversationId, messageId: id };
                void connection.ask('showBranch', { messageId: id });
              }}
            >
              <Icon name={role === 'user' ? 'account' : 'comment'} />
              <span class="version-preview" dir="auto">
                {preview.trim() === '' ? t('An empty answer') : preview}
              </span>
              <span class="version-count" aria-hidden="true">
                {figure(count)}
              </span>
              <span class="visually-hidden">{plural(count, '{0} message', '{0} messages')}</span>
              {isShown && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
