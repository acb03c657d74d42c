import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { plural, t } from '../../../src/base/texts.ts';
import type { Folder } from '../../../src/protocol/library.ts';
import type { Place } from './popup.ts';
import { QuestionBox } from './questionBox.tsx';

interface FolderQuestionProps {
  readonly folder: Folder;
  readonly count: number;
  readonly at: Place;
  readonly remove: (conversations: 'keep' | 'delete') => void;
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** Asks at the folder what shall become of its chats. */
export function FolderQuestion({ folder, count, at, remove, close }: FolderQuestionProps): JSX.Element {
  const first = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The element takes the focus only once it has drawn itself.
    const frame = requestAnimationFrame(() => first.current?.focus());
    return () => {
      cancelAnimationFrame(frame);
    };
  }, []);
  const answer = (conversations: 'keep' | 'delete') => (): void => {
    close();
    remove(conversations);
  };
  return (
    <QuestionBox role="alertdialog" labelledBy="folder-question" at={at} close={close}>
      <p id="folder-question">
        {count === 0
          ? t('Delete the empty folder “{0}”?', folder.name)
          : plural(
              count,
              'Delete “{1}”? What about its {0} chat?',
              'Delete “{1}”? What about its {0} chats?',
              folder.name,
            )}
      </p>
      <div class="card-actions">
        {count === 0 ? (
          <vscode-button ref={first} onClick={answer('keep')}>
            {t('Delete')}
          </vscode-button>
        ) : (
          <>
            <vscode-button ref={first} onClick={answer('keep')}>
              {plural(count, 'Keep it', 'Keep them')}
            </vscode-button>
            <vscode-button secondary onClick={answer('delete')}>
              {plural(count, 'Delete it too', 'Delete them too')}
            </vscode-button>
          </>
        )}
        <vscode-button
          secondary
          onClick={() => {
            close();
          }}
        >
          {t('Cancel')}
        </vscode-button>
      </div>
    </QuestionBox>
  );
}
