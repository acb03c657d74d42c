import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { nameLimit } from '../../../src/protocol/chatHistory.ts';

interface NameEditorProps {
  readonly label: string;
  readonly name: string;
  /** Gives a sentence when the name could not be taken; then the text stays to be mended. */
  readonly save: (name: string) => Promise<string | null>;
  /** `keepFocus` when the user has put the focus elsewhere already. */
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** A name that is changed where it stands: Enter or leaving it takes the new one, Escape the old one. */
export function NameEditor({ label, name, save, close }: NameEditorProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const problem = useSignal<string | null>(null);
  const isSaving = useRef(false);
  const isDone = useRef(false);

  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);

  const finish = (how?: { keepFocus: boolean }): void => {
    if (isDone.current) return;
    isDone.current = true;
    close(how);
  };
  const commit = async (how?: { keepFocus: boolean }): Promise<void> => {
    const wanted = input.current?.value.trim() ?? '';
    if (isSaving.current) return;
    if (wanted === '' || wanted === name) {
      finish(how);
      return;
    }
    isSaving.current = true;
    const failure = await save(wanted);
    isSaving.current = false;
    problem.value = failure;
    if (failure === null) finish(how);
    else input.current?.focus();
  };

  return (
    <span class="name-editor">
      <input
        ref={input}
        type="text"
        defaultValue={name}
        maxLength={nameLimit}
        aria-label={label}
        aria-invalid={problem.value !== null}
        aria-describedby={problem.value === null ? undefined : 'name-problem'}
        spellcheck={false}
        onInput={() => (problem.value = null)}
        onBlur={() => {
          if (!isDone.current && problem.value === null) void commit({ keepFocus: true });
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.isComposing) return;
          if (event.key === 'Enter') void commit();
          else if (event.key === 'Escape') finish();
          else return;
          event.preventDefault();
        }}
        // Marking text with the mouse drags no row.
        onPointerDown={(event) => {
          event.stopPropagation();
        }}
        onClick={(event) => {
          event.stopPropagation();
        }}
      />
      {problem.value !== null && (
        <span class="name-problem" id="name-problem" role="alert">
          {problem.value}
        </span>
      )}
    </span>
  );
}
