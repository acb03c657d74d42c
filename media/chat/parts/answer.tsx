import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { Held } from '../../../src/protocol/held.ts';
import type { Message } from '../../../src/protocol/store.ts';
import type { FileEdit, ProviderChoice } from '../../../src/protocol/chatView.ts';
import type { Ask } from '../chatConnection.ts';
import { fullTime } from '../history/times.ts';
import type { Popups } from '../history/popup.ts';
import type { MessageEntry } from '../chatState.ts';
import type { CodeBlocks } from '../markdown/codeBlocks.ts';
import type { Islands } from '../markdown/islands.ts';
import type { Places } from '../markdown/places.ts';
import { AnswerCost } from './answerCost.tsx';
import { AnswerText, Reasoning } from './answerText.tsx';
import { BranchSwitch } from './branchSwitch.tsx';
import { EditCards } from './editCards.tsx';
import { ErrorCard } from './errorCard.tsx';
import { Icon, IconButton } from './icon.tsx';
import { openModelMenu, placeBelow } from './messageMenus.ts';
import { Sources } from './sources.tsx';
import type { VersionWalk } from '../versionWalk.ts';
import { SummaryNote } from '../window/summaryNote.tsx';
import { HeldNote } from './heldNote.tsx';
import { ToolCards } from './toolCards.tsx';

/** Longer than this nothing is read; then it is the model that takes its time, with no passage found. */
const READING_MS = 2_000;

/** What an answer needs to be drawn and to act. */
export interface AnswerTools {
  readonly ask: Ask;
  readonly codeBlocks: CodeBlocks;
  readonly islands: Islands;
  readonly places: Places;
  /** Names a model as the user knows it. */
  readonly modelName: (model: NonNullable<Message['model']>) => string;
  readonly providers: () => readonly ProviderChoice[];
  /** The one menu over the messages. */
  readonly popups: Popups;
  readonly openModels: () => void;
  readonly focusInput: () => void;
  readonly versions: VersionWalk;
  readonly hasWorkspace: () => boolean;
  /** What an answer’s request waits for, where it does. */
  readonly heldOf: (messageId: string) => Held | null;
  /** Whether the beginning of the chat is being summarised, before the answer can begin. */
  readonly isCompacting: () => boolean;
  /** Makes the built-in model answer; false when it could not be picked. */
  readonly useOffline: () => Promise<boolean>;
  readonly announce: (text: string) => void;
  /** What an answer’s changes of files come to now; `filesVersion` grows when that may be otherwise. */
  readonly listEdits: (messageId: string, signal: AbortSignal) => Promise<readonly FileEdit[]>;
  readonly filesVersion: ReadonlySignal<number>;
}

interface AnswerProps {
  readonly entry: MessageEntry;
  /** Its place among all messages of the chat, from 1, and how many these are. */
  readonly number: number;
  readonly count: number;
  readonly isLast: boolean;
  /** It is what the reader has looked for. */
  readonly isFound: boolean;
  /** True while an answer is written, this one or another. */
  readonly isAnswering: boolean;
  /** It stands beside others, until one is kept. */
  readonly isCompared?: boolean;
  readonly tools: AnswerTools;
}

/** An answer: its text as it comes, its sources, how it ended and what can be done then. */
export function Answer(props: AnswerProps): JSX.Element {
  const { entry, number, count, isLast, isFound, isAnswering, isCompared = false, tools } = props;
  const message = entry.message.value;
  const isRunning = message.status === 'running';
  return (
    <article
      class={`answer ${isLast ? 'last' : ''} ${isFound ? 'found' : ''}`}
      data-message={entry.id}
      aria-label={t('Answer')}
      aria-posinset={number}
      aria-setsize={count}
      aria-busy={isRunning}
    >
      <h2 class="visually-hidden">{t('Answer')}</h2>
      {message.reasoning !== '' && <Reasoning entry={entry} tools={tools} />}
      {message.toolCalls !== undefined && <ToolCards calls={message.toolCalls} />}
      {message.handedOn !== undefined && <HandedOnNote message={message} handedOn={message.handedOn} tools={tools} />}
      <AnswerText entry={entry} tools={tools} />
      {isRunning ? (
        <Progress message={message} tools={tools} />
      ) : (
        <Ending message={message} isLast={isLast} isAnswering={isAnswering} isCompared={isCompared} tools={tools} />
      )}
      {message.summary !== undefined && (
        <SummaryNote messageId={entry.id} summary={message.summary} ask={tools.ask} focusInput={tools.focusInput} />
      )}
    </article>
  );
}

function Progress({ message, tools }: { readonly message: Message; readonly tools: AnswerTools }): JSX.Element {
  const isLong = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (isLong.value = true), READING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  const held = tools.heldOf(message.id);
  if (held !== null) return <HeldNote messageId={message.id} held={held} tools={tools} />;
  const hasNothing = message.content === '' && message.reasoning === '' && message.context.length === 0;
  const isReading = hasNothing && tools.hasWorkspace() && !isLong.value;
  return (
    <div class="progress-line">
      <span class="codicon codicon-loading codicon-modifier-spin" aria-hidden="true" />
      {tools.isCompacting()
        ? t('Summarising the beginning of this chat…')
        : isReading
          ? t('Reading your workspace…')
          : t('Answering…')}
    </div>
  );
}

interface EndingProps extends Pick<AnswerProps, 'isLast' | 'isAnswering' | 'isCompared' | 'tools'> {
  readonly message: Message;
}

function Ending({ message, isLast, isAnswering, isCompared = false, tools }: EndingProps): JSX.Element {
  const { ask } = tools;
  const retry = (): void => {
    // What was pressed goes away with the answer.
    tools.focusInput();
    const { id: messageId, model } = message;
    // One that is compared is asked again itself.
    void ask('retry', isCompared && model !== null ? { messageId, model } : { messageId });
  };
  const goOn =
    isLast && canGoOn(message) && !(isCompared && isAnswering)
      ? (): void => {
          tools.focusInput();
          void ask('continueAnswer', { messageId: message.id });
        }
      : null;
  const note = endingNote(message);
  return (
    <>
      {note !== null && (
        <div class="ending-note">
          <Icon name={message.status === 'stopped' ? 'circle-slash' : 'warning'} />
          <span>{note}</span>
          <div class="ending-actions">
            {isLast && message.status === 'interrupted' && (
              <vscode-button secondary onClick={retry}>
                {t('Retry')}
              </vscode-button>
            )}
            {goOn !== null && <vscode-button onClick={goOn}>{t('Continue')}</vscode-button>}
          </div>
        </div>
      )}
      {message.error !== null && (
        <ErrorCard message={message} error={message.error} retry={isLast ? retry : null} goOn={goOn} tools={tools} />
      )}
      {message.as?.mode === 'edit' && <EditCards message={message} tools={tools} />}
      {message.context.length > 0 && <Sources messageId={message.id} sources={message.context} ask={ask} />}
      <footer class="answer-footer">
        {!isCompared && <BranchSwitch message={message} isAnswering={isAnswering} versions={tools.versions} />}
        {message.model !== null && !isCompared && <span class="answer-model">{answeredBy(message, tools)}</span>}
        {message.savedAt !== undefined && <FromCache savedAt={message.savedAt} />}
        {!isCompared && <AnswerCost message={message} />}
        <div class="answer-actions">
          {message.content !== '' && (
            <IconButton
              icon="copy"
              label={t('Copy the answer as Markdown')}
              onClick={() => {
                void ask('copy', { text: message.content }).then((isCopied) => {
                  if (isCopied) tools.announce(t('Copied'));
                });
              }}
            />
          )}
          <Feedback message={message} ask={ask} />
          {!isCompared && (message.status === 'complete' || message.status === 'stopped') && (
            <>
              <IconButton icon="refresh" label={t('Answer again')} waits={isAnswering} onClick={retry} />
              <IconButton
                icon="arrow-swap"
                label={t('Answer again with another model…')}
                waits={isAnswering}
                onClick={({ currentTarget }) => {
                  if (currentTarget instanceof Element) openModelMenu(message, placeBelow(currentTarget), tools);
                }}
              />
            </>
          )}
        </div>
      </footer>
    </>
  );
}

/** That another model was asked than the one that was chosen, and what that one has said. */
function HandedOnNote({ message, handedOn, tools }: HandedOnNoteProps): JSX.Element {
  const name = message.model === null ? '' : tools.modelName(message.model);
  return (
    <details class="reasoning">
      <summary>
        <Icon name="chevron-right" />
        {t('{0} did not answer, so {1} was asked.', tools.modelName(handedOn.from), name)}
      </summary>
      <div class="reasoning-text">{handedOn.because}</div>
    </details>
  );
}

interface HandedOnNoteProps {
  readonly message: Message;
  readonly handedOn: NonNullable<Message['handedOn']>;
  readonly tools: AnswerTools;
}

function FromCache({ savedAt }: { readonly savedAt: number }): JSX.Element {
  const writtenAt = fullTime(savedAt, document.documentElement.lang);
  const why = t('The same was asked before, so nothing was sent. “Answer again” asks the model.');
  return (
    <span class="answer-cached" title={`${t('Written on {0}.', writtenAt)} ${why}`}>
      <Icon name="history" />
      {t('From the cache')}
    </span>
  );
}

function Feedback({ message, ask }: { readonly message: Message; readonly ask: Ask }): JSX.Element {
  const choice = (feedback: 'good' | 'bad', icon: string, label: string): JSX.Element => {
    const isMade = message.feedback === feedback;
    return (
      <IconButton
        icon={isMade ? `${icon}-filled` : icon}
        label={label}
        pressed={isMade}
        class={isMade ? 'made' : ''}
        onClick={() => void ask('setFeedback', { messageId: message.id, feedback: isMade ? null : feedback })}
      />
    );
  };
  return (
    <>
      {choice('good', 'thumbsup', t('A good answer'))}
      {choice('bad', 'thumbsdown', t('A bad answer'))}
    </>
  );
}

/** The model, and the persona that it was asked as. */
function answeredBy({ model, as }: Message, tools: AnswerTools): string {
  const names = [model === null ? [] : tools.modelName(model), as?.persona?.name ?? []].flat();
  return names.join(' · ');
}

/** An answer that has begun and was cut short, by a model that can go on. */
function canGoOn({ status, finishReason, content, model }: Message): boolean {
  const isCut = (status !== 'complete' && status !== 'running') || finishReason === 'length';
  return isCut && content !== '' && model?.provider !== 'offline';
}

function endingNote({ status, finishReason, error }: Message): string | null {
  switch (status) {
    case 'stopped':
      return t('Stopped.');
    case 'interrupted':
      return t('This answer was cut off when the window closed.');
    case 'failed':
      return error === null ? t('This answer failed.') : null;
    case 'running':
    case 'complete':
      if (finishReason === 'length') return t('The model reached the longest answer it may give.');
      return finishReason === 'content-filter' ? t('The provider’s content filter ended this answer.') : null;
  }
}
