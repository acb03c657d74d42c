import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { MessageEntry } from '../chatState.ts';

/** Longer questions are shown folded: pasted logs would push the answer out of sight. */
const FOLDED_CHARACTERS = 1_200;
const FOLDED_LINES = 16;

interface QuestionProps {
  readonly entry: MessageEntry;
  /** It is what the reader has looked for. */
  readonly isFound: boolean;
}

/** A question, as it was typed. */
export function Question({ entry, isFound }: QuestionProps): JSX.Element {
  const text = entry.message.value.content;
  const isUnfolded = useSignal(false);
  const folded = fold(text);
  return (
    <article class={`question ${isFound ? 'found' : ''}`} data-message={entry.id} aria-label="Your question">
      <h2 class="visually-hidden">Your question</h2>
      <div class="question-text" dir="auto">
        {isUnfolded.value ? text : folded}
        {folded.length < text.length && (
          <button
            type="button"
            class="link-button"
            aria-expanded={isUnfolded.value}
            onClick={() => (isUnfolded.value = !isUnfolded.value)}
          >
            {isUnfolded.value ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}
          </button>
        )}
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
