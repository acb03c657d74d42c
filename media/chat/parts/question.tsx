import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { figure, t } from '../../../src/base/texts.ts';
import { SentList } from '../attach/sentList.tsx';
import type { MessageEntry } from '../chatState.ts';
import type { AnswerTools } from './answer.tsx';
import { BranchSwitch } from './branchSwitch.tsx';
import { IconButton } from './icon.tsx';
import { askToDelete, placeBelow } from './messageMenus.ts';
import { QuestionEditor } from './questionEditor.tsx';

/** Longer questions are shown folded: pasted logs would push the answer out of sight. */
const FOLDED_CHARACTERS = 1_200;
const FOLDED_LINES = 16;

interface QuestionProps {
  readonly entry: MessageEntry;
  /** Its place among all messages of the chat, from 1, and how many these are. */
  readonly number: number;
  readonly count: number;
  /** It is what the reader has looked for. */
  readonly isFound: boolean;
  /** True while an answer is written: its branch stays then. */
  readonly isAnswering: boolean;
  readonly tools: Pick<AnswerTools, 'ask' | 'focusInput' | 'popups' | 'versions'>;
}

/** A question, as it was typed. */
export function Question({ entry, number, count, isFound, isAnswering, tools }: QuestionProps): JSX.Element {
  const message = entry.message.value;
  const text = message.content;
  const isUnfolded = useSignal(false);
  const isEdited = useSignal(false);
  const folded = fold(text);
  const { ask } = tools;
  const place = { 'data-message': entry.id, 'aria-posinset': number, 'aria-setsize': count };
  if (isEdited.value) {
    return (
      <article class="question" {...place} aria-label={t('Your question')}>
        <QuestionEditor
          messageId={entry.id}
          text={text}
          isAnswering={isAnswering}
          ask={ask}
          close={() => {
            isEdited.value = false;
            tools.focusInput();
          }}
        />
      </article>
    );
  }
  return (
    <article class={`question ${isFound ? 'found' : ''}`} {...place} aria-label={t('Your question')}>
      <h2 class="visually-hidden">{t('Your question')}</h2>
      <div class="question-text" dir="auto">
        {isUnfolded.value ? text : folded}
        {folded.length < text.length && (
          <button
            type="button"
            class="link-button"
            aria-expanded={isUnfolded.value}
            onClick={() => (isUnfolded.value = !isUnfolded.value)}
          >
            {isUnfolded.value ? t('Show less') : t('Show all {0} characters', figure(text.length))}
          </button>
        )}
      </div>
      <SentList messageId={entry.id} sent={message.sent ?? []} ask={ask} />
      <div class="question-footer">
        <BranchSwitch message={message} isAnswering={isAnswering} versions={tools.versions} />
        <IconButton icon="edit" label={t('Edit this question')} onClick={() => (isEdited.value = true)} />
        <IconButton
          icon="trash"
          label={t('Delete from here on…')}
          waits={isAnswering}
          onClick={({ currentTarget }) => {
            if (currentTarget instanceof Element) askToDelete(entry, placeBelow(currentTarget), tools);
          }}
        />
      </div>
    </article>
  );
}

function fold(text: string): string {
  const lines = text.slice(0, FOLDED_CHARACTERS + 1).split('\n');
  const cut = lines.slice(0, FOLDED_LINES).join('\n').slice(0, FOLDED_CHARACTERS);
  // A fold that saves next to nothing is only a nuisance.
  return cut.length < text.length - 200 ? `${cut.trimEnd()}…\n` : text;
}
