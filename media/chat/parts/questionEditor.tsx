import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { uuidV7 } from '../../../src/base/identifiers.ts';
import { t } from '../../../src/base/texts.ts';
import { questionLimit } from '../../../src/protocol/chatView.ts';
import type { Ask } from '../chatConnection.ts';

interface QuestionEditorProps {
  readonly messageId: string;
  readonly text: string;
  /** True while an answer is written, which sending stops; what came of it stays. */
  readonly isAnswering: boolean;
  readonly ask: Ask;
  /** To be called when it is sent, or left. */
  readonly close: () => void;
}

/** A question in other words: Enter sends it as a branch beside the old one, Escape leaves everything as it was. */
export function QuestionEditor({ messageId, text, isAnswering, ask, close }: QuestionEditorProps): JSX.Element {
  const input = useRef<HTMLTextAreaElement>(null);
  const isSending = useSignal(false);
  const isSendable = useSignal(true);
  // The same one for every try, so that a question whose reply was lost is not asked twice.
  const clientMessageId = useRef(uuidV7(Date.now()));

  useLayoutEffect(() => {
    if (input.current === null) return;
    input.current.value = text;
    input.current.focus();
    input.current.setSelectionRange(text.length, text.length);
  }, []);

  const send = async (): Promise<void> => {
    const edited = input.current?.value ?? '';
    if (isSending.value || !isSendable.value) return;
    isSending.value = true;
    const isStored = await ask('editQuestion', { messageId, clientMessageId: clientMessageId.current, text: edited });
    isSending.value = false;
    if (isStored) close();
  };
  return (
    <form
      class="question-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        ref={input}
        class="composer-input"
        aria-label={t('The question in other words')}
        readOnly={isSending.value}
        rows={Math.min(12, text.split('\n').length + 1)}
        dir="auto"
        onInput={({ currentTarget: { value } }) => {
          isSendable.value = /\S/.test(value) && value.length <= questionLimit;
          clientMessageId.current = uuidV7(Date.now());
        }}
        onKeyDown={(event) => {
          // Safari ends a composition before the key that ended it, which only its code tells then.
          // eslint-disable-next-line @typescript-eslint/no-deprecated
          if (event.isComposing || event.keyCode === 229) return;
          if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
            event.preventDefault();
            void send();
          } else if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            close();
          }
        }}
      />
      <div class="question-editor-bar">
        <vscode-button secondary onClick={close}>
          {t('Cancel')}
        </vscode-button>
        <vscode-button title={isAnswering ? t('Stop the answer and send this now') : ''} onClick={() => void send()}>
          {t('Send')}
        </vscode-button>
      </div>
    </form>
  );
}
