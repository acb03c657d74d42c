import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
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
  const chats = count === 1 ? 'chat' : `${count} chats`;
  return (
    <QuestionBox role="alertdialog" labelledBy="folder-question" at={at} close={close}>
      <p id="folder-question">
        {count === 0
          ? `Delete the empty folder “${folder.name}”?`
          : `Delete “${folder.name}”? What about its ${chats}?`}
      </p>
      <div class="card-actions">
        {count === 0 ? (
          <vscode-button ref={first} onClick={answer('keep')}>
            Delete
          </vscode-button>
        ) : (
          <>
            <vscode-button ref={first} onClick={answer('keep')}>
              Keep {count === 1 ? 'it' : 'them'}
            </vscode-button>
            <vscode-button secondary onClick={answer('delete')}>
              Delete {count === 1 ? 'it' : 'them'} too
            </vscode-button>
          </>
        )}
        <vscode-button
          secondary
          onClick={() => {
            close();
          }}
        >
          Cancel
        </vscode-button>
      </div>
    </QuestionBox>
  );
}
