import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { plural, t } from '../../src/base/texts.ts';
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
      <h1 class="visually-hidden">{t('Semantic Search')}</h1>
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
          <span>
            {t('This workspace is not indexed yet.')} {button(t('Index workspace'), 'indexWorkspace')}
          </span>
        </p>
      );
    case 'failed':
      return (
        <p class="note failure">
          <Icon name="warning" />{' '}
          <span>
            {status.message ?? t('The index could not be built.')} {button(t('Details'), 'showIndex')}
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
            {t('{0}. What is there is searched.', indexSentence(status) ?? '')}{' '}
            {status.phase === 'paused' && button(t('Resume'), 'resumeIndexing')}
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
        <p>{t('No folder is open. Open one; its code is then searched.')}</p>
        <button
          type="button"
          class="link-button"
          onClick={() => void state.ask('runCommand', { command: 'openFolder' })}
        >
          {t('Open folder…')}
        </button>
      </div>
    );
  }
  if (state.typed.value.trim() === '') {
    return (
      <div class="nothing">
        <p>{t('Say in your own words what the code does, or type a name that stands in it.')}</p>
        <p>{t('Filters go among the words:')}</p>
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
      <p>{t('No code was found. Try other words, or fewer filters.')}</p>
    </div>
  );
}

const filters = [
  {
    text: 'path:src/**',
    get meaning() {
      return t('only these files; -path: leaves out');
    },
  },
  {
    text: 'lang:python',
    get meaning() {
      return t('only this language');
    },
  },
  {
    text: 'kind:class',
    get meaning() {
      return t('only passages of this kind');
    },
  },
];

function countSentence(state: SearchState): string {
  if (state.answered.value === null) return '';
  const files = state.files.value.length;
  const passages = state.files.value.reduce((sum, file) => sum + file.passages.length, 0);
  if (passages === 0) return t('No code was found.');
  return plural(files, '{1} in {0} file', '{1} in {0} files', plural(passages, '{0} passage', '{0} passages'));
}
