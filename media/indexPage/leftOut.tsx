import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import { leftOutReason } from '../../src/protocol/leftOutReason.ts';
import type { FolderOverview, IndexStatus } from '../../src/protocol/contextIndex.ts';
import { Icon, IconButton } from '../chat/parts/icon.tsx';
import type { Figures } from '../common/figures.ts';
import { Pill, Pills } from '../common/page.tsx';
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
        {t('Left out')} <span class="badge">{figures.count(total)}</span>
      </h2>
      {total === 0 ? (
        <p class="quiet">{t('Nothing but what git or .sextantignore leaves out.')}</p>
      ) : (
        <>
          <p class="quiet">{t('What git or .sextantignore leaves out is not listed.')}</p>
          <div class="filter">
            <div class="search-box">
              <Icon name="search" />
              <input
                type="text"
                role="searchbox"
                class="search-input"
                placeholder={t('Filter by path')}
                aria-label={t('Filter the files left out by path')}
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
                  label={t('Clear the filter')}
                  onClick={() => {
                    state.setFilter({ text: '' });
                  }}
                />
              )}
            </div>
            <Pills label={t('Reasons')}>
              {reasons.map(([name, count]) => (
                <Pill
                  key={name}
                  isPressed={name === reason}
                  count={figures.count(count)}
                  press={() => {
                    state.setFilter({ reason: name === reason ? null : name });
                  }}
                >
                  {leftOutReason(name)}
                </Pill>
              ))}
            </Pills>
          </div>
          {explanation !== undefined && <p class="quiet explanation">{explanation}</p>}
          <FileList
            listRef={list}
            files={files}
            folderNames={folderNames}
            open={({ folder, path }) => void state.ask('openFile', { folder, path })}
          />
          {files.length === 0 && <p class="quiet">{t('No file left out matches the filter.')}</p>}
        </>
      )}
    </section>
  );
}

/** What a reason means, where the word does not say it all. */
const explanations: Readonly<Record<string, string>> = {
  get secret() {
    return t('Files that hold keys or passwords are never read into the index.');
  },
  get binary() {
    return t('Not text.');
  },
  get minified() {
    return t('Made smaller by a tool: nobody reads it.');
  },
  get generated() {
    return t('Made by a tool from something else.');
  },
  get 'lock file'() {
    return t('Versions of packages, kept by a package manager.');
  },
  get data() {
    return t('A large file of data rather than code.');
  },
  get 'too large'() {
    return t('Text of more than a megabyte.');
  },
  get unreadable() {
    return t('It could not be read or taken apart. Sextant tries again when it changes.');
  },
  get 'symbolic link'() {
    return t('It points to a file that is indexed where it is, or that lies outside.');
  },
  get 'unusual name'() {
    return t('Its name is not valid Unicode.');
  },
  get dependencies() {
    return t('Folders that hold what others wrote.');
  },
  get 'ignored for another tool'() {
    return t('Named in the ignore file of another tool, such as .cursorignore.');
  },
  get 'hidden in the editor'() {
    return t('Hidden by the setting files.exclude.');
  },
  get 'over the limit'() {
    return t('There are more files than the index takes. Files that are open, recent or imported come first.');
  },
};
