import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { FolderOverview, IndexStatus } from '../../src/protocol/contextIndex.ts';
import { Icon, IconButton } from '../chat/parts/icon.tsx';
import type { Figures } from '../common/figures.ts';
import { FileList } from './fileList.tsx';
import type { PageState } from './pageState.ts';

interface LeftOutProps {
  readonly state: PageState;
  /** Counts by reason. */
  readonly skipped: IndexStatus['skipped'];
  readonly folders: readonly FolderOverview[];
  readonly figures: Figures;
}

/** The files that are not in the index, to be looked through by path and by reason. */
export function LeftOut({ state, skipped, folders, figures }: LeftOutProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const reasons = Object.entries(skipped)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const { text, reason } = state.filter.value;
  const files = state.leftOut.value;
  const explanation = reason === null ? undefined : explanations[reason];
  const folderNames = new Map(folders.length > 1 ? folders.map(({ folder, name }) => [folder, name]) : []);
  return (
    <section aria-labelledby="left-out">
      <h2 id="left-out">
        Left out <span class="badge">{figures.count(total)}</span>
      </h2>
      {total === 0 ? (
        <p class="quiet">Nothing but what git or .sextantignore leaves out.</p>
      ) : (
        <>
          <p class="quiet">What git or .sextantignore leaves out is not listed.</p>
          <div class="filter">
            <div class="search-box">
              <Icon name="search" />
              <input
                type="text"
                role="searchbox"
                class="search-input"
                placeholder="Filter by path"
                aria-label="Filter the files left out by path"
                spellcheck={false}
                value={text}
                onInput={({ currentTarget }) => {
                  state.setFilter({ text: currentTarget.value });
                }}
                onKeyDown={(event) => {
                  if (event.key === 'ArrowDown') list.current?.focus();
                  else if (event.key === 'Escape') state.setFilter({ text: '' });
                  else return;
                  event.preventDefault();
                }}
              />
              {text !== '' && (
                <IconButton
                  icon="close"
                  label="Clear the filter"
                  onClick={() => {
                    state.setFilter({ text: '' });
                  }}
                />
              )}
            </div>
            <div class="pills" role="group" aria-label="Reasons">
              {reasons.map(([name, count]) => (
                <button
                  type="button"
                  class="pill"
                  key={name}
                  aria-pressed={name === reason}
                  onClick={() => {
                    state.setFilter({ reason: name === reason ? null : name });
                  }}
                >
                  {name} <span class="pill-count">{figures.count(count)}</span>
                </button>
              ))}
            </div>
          </div>
          {explanation !== undefined && <p class="quiet explanation">{explanation}</p>}
          <FileList
            listRef={list}
            files={files}
            folderNames={folderNames}
            open={({ folder, path }) => void state.ask('openFile', { folder, path })}
          />
          {files.length === 0 && <p class="quiet">No file left out matches the filter.</p>}
        </>
      )}
    </section>
  );
}

/** What a reason means, where the word does not say it all. */
const explanations: Readonly<Record<string, string>> = {
  secret: 'Files that hold keys or passwords are never read into the index.',
  binary: 'Not text.',
  minified: 'Made smaller by a tool: nobody reads it.',
  generated: 'Made by a tool from something else.',
  'lock file': 'Versions of packages, kept by a package manager.',
  data: 'A large file of data rather than code.',
  'too large': 'Text of more than a megabyte.',
  unreadable: 'It could not be read or taken apart. Sextant tries again when it changes.',
  'symbolic link': 'It points to a file that is indexed where it is, or that lies outside.',
  'unusual name': 'Its name is not valid Unicode.',
  dependencies: 'Folders that hold what others wrote.',
  'ignored for another tool': 'Named in the ignore file of another tool, such as .cursorignore.',
  'hidden in the editor': 'Hidden by the setting files.exclude.',
  'over the limit': 'There are more files than the index takes. Files that are open, recent or imported come first.',
};
