import { figure, plural, t } from '../../../src/base/texts.ts';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { FileEdit } from '../../../src/protocol/chatView.ts';
import type { Message } from '../../../src/protocol/store.ts';
import { splitPath } from '../passages.ts';
import { visibleName } from '../visibleText.ts';
import type { AnswerTools } from './answer.tsx';
import { Icon } from './icon.tsx';

interface EditCardsProps {
  readonly message: Message;
  readonly tools: Pick<AnswerTools, 'ask' | 'announce' | 'filesVersion' | 'listEdits'>;
}

/** The files that an answer changes, one card each: how much, and what is to become of it. */
export function EditCards({ message, tools }: EditCardsProps): JSX.Element | null {
  const { id: messageId, discarded = [] } = message;
  const edits = useSignal<readonly FileEdit[]>([]);
  const isBusy = useSignal(false);
  const version = tools.filesVersion.value;
  const refresh = async (signal: AbortSignal): Promise<void> => {
    try {
      edits.value = await tools.listEdits(messageId, signal);
    } catch {
      // What was known stays; the next change asks again.
    }
  };
  useEffect(() => {
    const asked = new AbortController();
    void refresh(asked.signal);
    return () => {
      asked.abort();
    };
  }, [messageId, message.content, version]);
  if (edits.value.length === 0) return null;

  const isOpen = ({ path, kind }: FileEdit): boolean =>
    (kind === 'change' || kind === 'new') && !discarded.includes(path);
  const open = edits.value.filter(isOpen);
  const apply = async (paths: readonly string[]): Promise<void> => {
    isBusy.value = true;
    if (await tools.ask('applyEdits', { messageId, paths })) {
      tools.announce(plural(paths.length, 'The changes of {0} file are made', 'The changes of {0} files are made'));
    }
    await refresh(new AbortController().signal);
    isBusy.value = false;
  };
  const [added, removed] = [sum(open.map((each) => each.added)), sum(open.map((each) => each.removed))];
  return (
    <section class="edit-cards" aria-label={t('Changes of files')}>
      <div class="edit-cards-bar">
        <span class="edit-cards-count">{plural(edits.value.length, '{0} file', '{0} files')}</span>
        {open.length > 0 && <LineCounts added={added} removed={removed} />}
        {open.length > 1 && (
          <vscode-button
            disabled={isBusy.value}
            onClick={() => {
              void apply(open.map(({ path }) => path));
            }}
          >
            {t('Apply All')}
          </vscode-button>
        )}
      </div>
      <ul>
        {edits.value.map((edit) => (
          <li key={edit.path}>
            <EditCard
              edit={edit}
              isDiscarded={discarded.includes(edit.path)}
              isBusy={isBusy.value}
              review={() => void tools.ask('reviewEdit', { messageId, path: edit.path })}
              apply={() => void apply([edit.path])}
              discard={(isDiscarded) => void tools.ask('discardEdit', { messageId, path: edit.path, isDiscarded })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface EditCardProps {
  readonly edit: FileEdit;
  readonly isDiscarded: boolean;
  readonly isBusy: boolean;
  readonly review: () => void;
  readonly apply: () => void;
  readonly discard: (isDiscarded: boolean) => void;
}

const icons = { change: 'edit', new: 'new-file', done: 'check', 'in review': 'eye', refused: 'warning' } as const;

function EditCard({ edit, isDiscarded, isBusy, review, apply, discard }: EditCardProps): JSX.Element {
  const { path, kind, added, removed, message } = edit;
  const { name, directory } = splitPath(path);
  const shown = visibleName(path);
  const isOpen = kind === 'change' || kind === 'new';
  return (
    <div
      class={`edit-card edit-${kind.replace(' ', '-')} ${isDiscarded && isOpen ? 'edit-discarded' : ''}`}
      role="group"
      aria-label={shown}
    >
      <div class="edit-head" title={shown}>
        <Icon name={icons[kind]} />
        <span class="edit-name">{name}</span>
        <span class="edit-directory">{directory}</span>
        {isOpen && !isDiscarded && <LineCounts added={added} removed={removed} />}
      </div>
      {message !== null && <p class="edit-message">{message}</p>}
      <div class="edit-actions">
        {isOpen && !isDiscarded && (
          <>
            <vscode-button disabled={isBusy} onClick={apply}>
              {t('Apply')}
            </vscode-button>
            <vscode-button secondary onClick={review}>
              {kind === 'new' ? t('Open') : t('Review')}
            </vscode-button>
            <vscode-button
              secondary
              onClick={() => {
                discard(true);
              }}
            >
              {t('Discard')}
            </vscode-button>
          </>
        )}
        {isOpen && isDiscarded && (
          <>
            <span class="edit-state">{t('Discarded')}</span>
            <button
              type="button"
              class="link-button"
              onClick={() => {
                discard(false);
              }}
            >
              {t('Take back')}
            </button>
          </>
        )}
        {(kind === 'done' || kind === 'in review') && (
          <>
            <span class="edit-state">{kind === 'done' ? t('Applied') : t('In review in the editor')}</span>
            <button type="button" class="link-button" onClick={review}>
              {t('Show')}
            </button>
          </>
        )}
      </div>
    </div>
  );
}

function LineCounts({ added, removed }: Pick<FileEdit, 'added' | 'removed'>): JSX.Element {
  return (
    <span class="line-counts">
      {added > 0 && (
        <span class="line-added" aria-label={plural(added, '{0} line added', '{0} lines added')}>
          +{figure(added)}
        </span>
      )}
      {removed > 0 && (
        <span class="line-removed" aria-label={plural(removed, '{0} line removed', '{0} lines removed')}>
          −{figure(removed)}
        </span>
      )}
    </span>
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
