import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { SearchViewCommand } from '../../src/protocol/searchView.ts';
import { indexSentence } from '../chat/indexSentence.ts';
import { Icon } from '../chat/parts/icon.tsx';
import { QueryBox } from './queryBox.tsx';
import { ResultTree } from './resultTree.tsx';
import type { SearchState } from './searchState.ts';

/** The search of the code in the sidebar: a box, the state of the index where it matters, and what was found. */
export function SearchApp({ state }: { state: SearchState }): JSX.Element {
  const tree = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const failure = state.failure.value;
  const hasResults = state.rows.value.length > 0;
  return (
    <main class="search">
      <h1 class="visually-hidden">Semantic Search</h1>
      <QueryBox
        state={state}
        inputRef={box}
        toResults={() => {
          tree.current?.focus();
        }}
      />
      <IndexNote state={state} />
      {failure !== null && (
        <p class="note failure" role="alert">
          <Icon name="warning" /> <span>{failure}</span>
        </p>
      )}
      <p class={hasResults ? 'count' : 'visually-hidden'} role="status">
        {countSentence(state)}
      </p>
      {hasResults ? (
        <ResultTree
          state={state}
          treeRef={tree}
          toBox={() => {
            box.current?.focus();
          }}
        />
      ) : (
        <Nothing state={state} />
      )}
    </main>
  );
}

/** Says why something may not be found yet; nothing while the index is complete. */
function IndexNote({ state }: { state: SearchState }): JSX.Element | null {
  const view = state.view.value;
  if (view?.hasWorkspace !== true) return null;
  const { status } = view;
  const language = document.documentElement.lang;
  const button = (label: string, command: SearchViewCommand): JSX.Element => (
    <button type="button" class="link-button" onClick={() => void state.ask('runCommand', { command })}>
      {label}
    </button>
  );
  switch (status.phase) {
    case 'ready':
      return null;
    case 'none':
      return (
        <p class="note">
          <Icon name="info" />{' '}
          <span>This workspace is not indexed yet. {button('Index workspace', 'indexWorkspace')}</span>
        </p>
      );
    case 'failed':
      return (
        <p class="note failure">
          <Icon name="warning" />{' '}
          <span>
            {status.message ?? 'The index could not be built.'} {button('Details', 'showIndex')}
          </span>
        </p>
      );
    case 'opening':
    case 'scanning':
    case 'indexing':
    case 'paused':
      return (
        <p class="note">
          <Icon name={status.phase === 'paused' ? 'debug-pause' : 'sync'} />{' '}
          <span>
            {indexSentence(status, language)}. What is there is searched.{' '}
            {status.phase === 'paused' && button('Resume', 'resumeIndexing')}
          </span>
        </p>
      );
  }
}

function Nothing({ state }: { state: SearchState }): JSX.Element {
  const view = state.view.value;
  if (view !== null && !view.hasWorkspace) {
    return (
      <div class="nothing">
        <p>No folder is open. Open one; its code is then searched.</p>
        <button
          type="button"
          class="link-button"
          onClick={() => void state.ask('runCommand', { command: 'openFolder' })}
        >
          Open folder…
        </button>
      </div>
    );
  }
  if (state.typed.value.trim() === '') {
    return (
      <div class="nothing">
        <p>Say in your own words what the code does, or type a name that stands in it.</p>
        <p>Filters go among the words:</p>
        <ul>
          {filters.map(({ text, meaning }) => (
            <li key={text}>
              <button
                type="button"
                class="link-button code"
                onClick={() => {
                  state.startFilter(text.slice(0, text.indexOf(':') + 1));
                }}
              >
                {text}
              </button>{' '}
              {meaning}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  if (state.answered.value === null || state.answered.value !== state.typed.value || state.isBusy.value) return <></>;
  return (
    <div class="nothing">
      <p>No code was found. Try other words, or fewer filters.</p>
    </div>
  );
}

const filters = [
  { text: 'path:src/**', meaning: 'only these files; -path: leaves out' },
  { text: 'lang:python', meaning: 'only this language' },
  { text: 'kind:class', meaning: 'only passages of this kind' },
];

function countSentence(state: SearchState): string {
  if (state.answered.value === null) return '';
  const files = state.files.value.length;
  const passages = state.files.value.reduce((sum, file) => sum + file.passages.length, 0);
  if (passages === 0) return 'No code was found.';
  return `${passages === 1 ? '1 passage' : `${passages} passages`} in ${files === 1 ? '1 file' : `${files} files`}`;
}
