import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { QueuedQuestion } from '../../../src/protocol/store.ts';
import { sentText } from '../attach/sentList.tsx';
import type { Ask } from '../chatConnection.ts';
import { Icon, IconButton } from './icon.tsx';

interface QueueListProps {
  readonly queue: readonly QueuedQuestion[];
  readonly isAnswering: boolean;
  readonly ask: Ask;
  readonly focusInput: () => void;
}

/** The questions that wait until the answer before them has ended; each can be changed, asked at once or dropped. */
export function QueueList({ queue, isAnswering, ask, focusInput }: QueueListProps): JSX.Element | null {
  if (queue.length === 0) return null;
  return (
    <section class="queue" aria-label={t('Waiting questions')}>
      <ol>
        {queue.map((question) => (
          <Waiting key={question.id} {...{ question, isAnswering, ask, focusInput }} />
        ))}
      </ol>
    </section>
  );
}

interface WaitingProps extends Omit<QueueListProps, 'queue'> {
  readonly question: QueuedQuestion;
}

function Waiting({ question: { id, text, context }, isAnswering, ask, focusInput }: WaitingProps): JSX.Element {
  const attached = context?.sent.filter(({ source }) => source !== 'rule' && source !== 'prompt') ?? [];
  const isEdited = useSignal(false);
  const act = (acted: Promise<boolean>): void => {
    // What was pressed goes away.
    void acted.then(focusInput);
  };
  if (isEdited.value) {
    const close = (): void => {
      isEdited.value = false;
      focusInput();
    };
    return (
      <li>
        <WaitingEditor
          text={text}
          save={async (edited) => {
            if (edited === text || (await ask('changeQueued', { id, text: edited }))) close();
          }}
          close={close}
        />
      </li>
    );
  }
  return (
    <li class="queued">
      <Icon name="history" />
      <span class="queued-text" dir="auto" title={text.slice(0, 1_000)}>
        {text.slice(0, 300)}
      </span>
      {attached.length > 0 && (
        <span class="queued-attached" title={attached.map(({ label }) => label).join('\n')}>
          <Icon name="attach" />
          <span class="sent-what">{sentText(attached)}</span>
        </span>
      )}
      <IconButton icon="edit" label={t('Edit the waiting question')} onClick={() => (isEdited.value = true)} />
      <IconButton
        icon="arrow-up"
        label={isAnswering ? t('Stop the answer and send this now') : t('Send this now')}
        onClick={() => {
          act(ask('askQueuedNow', { id }));
        }}
      />
      <IconButton
        icon="close"
        label={t('Drop the waiting question')}
        onClick={() => {
          act(ask('dropQueued', { id }));
        }}
      />
    </li>
  );
}

interface WaitingEditorProps {
  readonly text: string;
  readonly save: (text: string) => Promise<void>;
  readonly close: () => void;
}

function WaitingEditor({ text, save, close }: WaitingEditorProps): JSX.Element {
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (input.current === null) return;
    input.current.value = text;
    input.current.focus();
  }, []);
  return (
    <textarea
      ref={input}
      class="composer-input queued-editor"
      aria-label={t('The waiting question')}
      rows={Math.min(6, text.split('\n').length)}
      dir="auto"
      onKeyDown={(event) => {
        // Safari ends a composition before the key that ended it, which only its code tells then.
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
          event.preventDefault();
          void save(event.currentTarget.value);
        } else if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          close();
        }
      }}
    />
  );
}
