import { t } from '../../../src/base/texts.ts';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { MessageEntry } from '../chatState.ts';
import { Answer, type AnswerTools } from './answer.tsx';
import { Icon } from './icon.tsx';

interface ComparisonProps {
  readonly entries: readonly MessageEntry[];
  /** The one that the conversation goes on with. */
  readonly shownId: string;
  /** The place of the answer among all messages of the chat, from 1, and how many these are. */
  readonly number: number;
  readonly count: number;
  readonly tools: AnswerTools;
}

/** Answers of several models to one question: side by side where there is room, else one at a time. */
export function Comparison({ entries, shownId, number, count, tools }: ComparisonProps): JSX.Element {
  const chosen = useSignal(0);
  const at = Math.min(chosen.value, entries.length - 1);
  const shown = entries.find(({ id }) => id === shownId);
  const isAnswering = entries.some(({ message }) => message.value.status === 'running');
  return (
    <div
      class="comparison"
      role="article"
      aria-label={t('Answers to compare')}
      aria-posinset={number}
      aria-setsize={count}
      style={{ '--answers': entries.length }}
    >
      <div class="comparison-tabs" role="group" aria-label={t('Show the answer of')}>
        {entries.map(({ id, message }, index) => (
          <button
            type="button"
            key={id}
            class="comparison-tab"
            aria-pressed={index === at}
            onClick={() => (chosen.value = index)}
          >
            <TabState status={message.value.status} />
            {nameOf(message.value, tools)}
          </button>
        ))}
      </div>
      <div class="comparison-answers">
        {entries.map((entry, index) => {
          const message = entry.message.value;
          const name = nameOf(message, tools);
          const { id: messageId } = entry;
          return (
            <div class={`compared ${index === at ? 'chosen' : ''}`} role="group" aria-label={name} key={entry.id}>
              <div class="compared-head">
                <span class="compared-name" title={name}>
                  {name}
                </span>
                {message.status === 'running' && (
                  <vscode-button secondary onClick={() => void tools.ask('stopAnswer', { messageId })}>
                    {t('Stop')}
                  </vscode-button>
                )}
                <vscode-button
                  onClick={() => {
                    tools.focusInput();
                    void tools.ask('keepAnswer', { messageId });
                  }}
                >
                  {t('Keep this')}
                </vscode-button>
              </div>
              <Answer
                entry={entry}
                number={number}
                count={count}
                isLast
                isFound={false}
                isAnswering={isAnswering}
                isCompared
                tools={tools}
              />
            </div>
          );
        })}
      </div>
      {shown !== undefined && (
        <p class="comparison-note">{t('If you write on, {0} is kept.', nameOf(shown.message.value, tools))}</p>
      )}
    </div>
  );
}

/** Tells of an answer that is not in sight that it is not whole. */
function TabState({ status }: Pick<MessageEntry['message']['value'], 'status'>): JSX.Element | null {
  if (status === 'complete') return null;
  const icon = status === 'running' ? 'loading codicon-modifier-spin' : status === 'failed' ? 'error' : 'circle-slash';
  return <Icon name={icon} />;
}

function nameOf({ model }: MessageEntry['message']['value'], tools: AnswerTools): string {
  return model === null ? t('Answer') : tools.modelName(model);
}
