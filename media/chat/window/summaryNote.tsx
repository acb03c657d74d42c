import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { plural, t } from '../../../src/base/texts.ts';
import { type MessageSummary, summaryLimit } from '../../../src/protocol/messageSummary.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon, IconButton } from '../parts/icon.tsx';

interface SummaryNoteProps {
  readonly messageId: string;
  readonly summary: MessageSummary;
  readonly ask: Ask;
  readonly focusInput: () => void;
}

/** What stands for the conversation above it when the model is asked what follows: to be read, changed and taken back. */
export function SummaryNote({ messageId, summary, ask, focusInput }: SummaryNoteProps): JSX.Element {
  const { text, turns, unreadTurns, isUsed, isEdited } = summary;
  const isEditing = useSignal(false);
  const isOpen = useSignal(false);
  const editor = useRef<HTMLTextAreaElement>(null);
  const save = (): void => {
    const changed = editor.current?.value ?? '';
    void ask('changeSummary', { messageId, text: changed }).then((isKept) => {
      if (!isKept) return;
      isEditing.value = false;
      focusInput();
    });
  };
  const what = isUsed
    ? plural(turns, 'A summary stands for the question above', 'A summary stands for the {0} questions above')
    : t('What is above goes along itself again');
  return (
    <section class={`summary-note ${isUsed ? '' : 'summary-unused'}`} aria-label={t('Summary of what is above')}>
      <details
        open={isOpen.value}
        onToggle={({ currentTarget }) => {
          isOpen.value = currentTarget.open;
        }}
      >
        <summary>
          <Icon name="chevron-right" />
          <span class="summary-what">{what}</span>
        </summary>
        {isEditing.value ? (
          <div class="summary-editor">
            <textarea
              ref={editor}
              aria-label={t('The summary')}
              maxLength={summaryLimit}
              dir="auto"
              onKeyDown={(event) => {
                if (event.key === 'Escape') isEditing.value = false;
                else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
                else return;
                event.preventDefault();
                event.stopPropagation();
              }}
            >
              {text}
            </textarea>
            <div class="card-actions">
              <vscode-button onClick={save}>{t('Save')}</vscode-button>
              <vscode-button secondary onClick={() => (isEditing.value = false)}>
                {t('Cancel')}
              </vscode-button>
            </div>
          </div>
        ) : (
          <div class="summary-text" dir="auto">
            {text}
          </div>
        )}
        <p class="summary-origin">
          {[
            isEdited ? t('Changed by you.') : t('Written by the model.'),
            t('The model reads this in place of what is above, which stays here as it is.'),
            ...(unreadTurns > 0
              ? [
                  plural(
                    unreadTurns,
                    'The first question was too long ago to be read for it.',
                    'The first {0} questions were too long ago to be read for it.',
                  ),
                ]
              : []),
          ].join(' ')}
        </p>
      </details>
      <div class="summary-actions">
        {isUsed && !isEditing.value && (
          <IconButton
            icon="edit"
            label={t('Change the summary')}
            onClick={() => {
              isOpen.value = true;
              isEditing.value = true;
            }}
          />
        )}
        <IconButton
          icon={isUsed ? 'discard' : 'redo'}
          label={isUsed ? t('Undo: send what is above itself') : t('Use the summary again')}
          onClick={() => void ask('useSummary', { messageId, isUsed: !isUsed })}
        />
      </div>
    </section>
  );
}
