import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { relativeTime } from '../relativeTime.ts';
import { Icon, IconButton } from './icon.tsx';

interface HistoryRowProps {
  readonly conversation: ConversationSummary;
  readonly isCurrent: boolean;
  /** The one row that is in the order of the Tab key. */
  readonly isActive: boolean;
  /** The user is being asked whether to delete it. */
  readonly isAsked: boolean;
  readonly activate: () => void;
  readonly open: (id: string) => void;
  readonly askDelete: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly keep: () => void;
}

/** A past chat: opened by its title, deleted in two steps. */
export function HistoryRow(props: HistoryRowProps): JSX.Element {
  const { id, title, lastMessageAt, messageCount, isRunning } = props.conversation;
  const tabIndex = props.isActive ? 0 : -1;
  if (props.isAsked) return <DeleteQuestion {...props} />;
  return (
    <div class={`history-row ${props.isCurrent ? 'current' : ''}`} role="listitem" onFocusIn={props.activate}>
      <button
        type="button"
        class="history-open"
        tabIndex={tabIndex}
        aria-current={props.isCurrent}
        onClick={() => {
          props.open(id);
        }}
      >
        <span class="history-title">{title}</span>
        <span class="history-facts">
          {isRunning && <span class="running-dot" role="img" aria-label="Answering" title="Answering" />}
          {relativeTime(lastMessageAt, Date.now(), document.documentElement.lang)}
          {` · ${messageCount} ${messageCount === 1 ? 'message' : 'messages'}`}
        </span>
      </button>
      <IconButton
        class="history-delete"
        icon="trash"
        label={`Delete “${title}”`}
        tabIndex={tabIndex}
        onClick={() => {
          props.askDelete(id);
        }}
      />
    </div>
  );
}

function DeleteQuestion({ conversation, remove, keep }: HistoryRowProps): JSX.Element {
  const no = useRef<HTMLElement>(null);
  useEffect(() => {
    // A second Enter by mistake keeps the chat. (The element takes the focus only once it has drawn itself.)
    no.current?.focus();
  }, []);
  return (
    <div class="history-row asked" role="listitem">
      <span class="history-title">
        <Icon name="trash" /> Delete “{conversation.title}”?
      </span>
      <span class="history-answers">
        <vscode-button
          secondary
          onClick={() => {
            remove(conversation.id);
          }}
        >
          Delete
        </vscode-button>
        <vscode-button ref={no} onClick={keep}>
          Keep
        </vscode-button>
      </span>
    </div>
  );
}
