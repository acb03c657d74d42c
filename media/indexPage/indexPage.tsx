import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import type { IndexOverview } from '../../src/protocol/contextIndex.ts';
import type { IndexPageCommand, IndexPageState } from '../../src/protocol/indexPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import { indexSentence } from '../chat/indexSentence.ts';
import { ChosenModel } from './chosenModel.tsx';
import { CpuLimit } from './cpuLimit.tsx';
import { DeepModel } from './deepModel.tsx';
import { Figures } from '../common/figures.ts';
import { Page } from '../common/page.tsx';
import { ownerSentence, sumLanguages, vectorSentence } from './figures.ts';
import { FolderTable } from './folderTable.tsx';
import { Languages } from './languages.tsx';
import { LeftOut } from './leftOut.tsx';
import type { PageState } from './pageState.ts';

/** `2 minutes ago` grows old. */
const CLOCK_STEP_MS = 5_000;

/** The page about the index: how it is, what is in it, what is not and why. */
export function IndexPage({ state }: { state: PageState }): JSX.Element {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    const clock = setInterval(() => (nowMs.value = Date.now()), CLOCK_STEP_MS);
    return () => {
      clearInterval(clock);
    };
  }, []);
  const index = state.index.value;
  const overview = index?.overview ?? null;
  const language = document.documentElement.lang;
  const figures = new Figures(language);
  return (
    <Page title={t('Index')} failure={state.failure.value} isLoading={index === null}>
      {index !== null && (
        <Status index={index} language={language} run={(command) => void state.ask('runCommand', { command })} />
      )}
      {index !== null && overview !== null && (
        <Content state={state} index={index} overview={overview} figures={figures} nowMs={nowMs.value} />
      )}
    </Page>
  );
}

interface StatusProps {
  readonly index: IndexPageState;
  readonly language: string;
  readonly run: (command: IndexPageCommand) => void;
}

/** The state as a sentence, its progress, and what can be done about it. */
function Status({ index, run }: StatusProps): JSX.Element {
  const { status, hasWorkspace, virtualFolders, isAutomatic } = index;
  const { filesDone, filesTotal, message } = status;
  // Opened only to be searched, and never filled.
  const isUntouched = status.phase === 'ready' && filesTotal === 0 && !isAutomatic;
  const phase = isUntouched ? 'none' : status.phase;
  const sentence = !hasWorkspace
    ? virtualFolders.length > 0
      ? t('Nothing here can be indexed.')
      : t('No folder is open, so there is nothing to index.')
    : (indexSentence({ ...status, phase }) ?? t('This workspace is not indexed yet.'));
  const actions = hasWorkspace ? actionsOf(phase, isAutomatic) : noFolderActions;
  return (
    <section class={`status status-${phase}`} aria-label={t('State')}>
      <div class="status-line">
        <Icon name={iconOf(phase)} />
        <span class="status-text" role="status">
          {sentence}
        </span>
      </div>
      {virtualFolders.length > 0 && <p class="status-note">{virtualSentence(virtualFolders)}</p>}
      {phase !== 'failed' && message !== undefined && <p class="status-note">{message}</p>}
      {phase === 'indexing' && filesTotal > 0 && (
        <vscode-progress-bar ariaLabel={t('Indexing')} value={filesDone} max={filesTotal} />
      )}
      <div class="actions">
        {actions.map(({ label, command, isMain }) => (
          <vscode-button
            key={command}
            secondary={isMain !== true}
            onClick={() => {
              run(command);
            }}
          >
            {label}
          </vscode-button>
        ))}
      </div>
    </section>
  );
}

function virtualSentence(names: readonly string[]): string {
  const list = names.map((name) => `“${name}”`).join(', ');
  return names.length === 1
    ? t(
        'The folder {0} is on no disk of this machine, and the index reads disks only. The chat works without it; clone the folder to have it indexed.',
        list,
      )
    : t(
        'The folders {0} are on no disk of this machine, and the index reads disks only. The chat works without it; clone the folder to have it indexed.',
        list,
      );
}

interface Action {
  readonly label: string;
  readonly command: IndexPageCommand;
  readonly isMain?: boolean;
}

const noFolderActions: readonly Action[] = [
  {
    get label() {
      return t('Open Folder…');
    },
    command: 'openFolder',
    isMain: true,
  },
];

function actionsOf(phase: IndexPageState['status']['phase'], isAutomatic: boolean): readonly Action[] {
  const search: Action = { label: t('Search'), command: 'searchCode', isMain: true };
  const rebuild: Action = { label: t('Rebuild'), command: 'rebuildIndex' };
  const settings: Action = { label: t('Settings'), command: 'openSettings' };
  switch (phase) {
    case 'none':
      return [{ label: t('Index Workspace'), command: 'indexWorkspace', isMain: true }, settings];
    case 'opening':
      return [];
    case 'scanning':
    case 'indexing':
      return [search, { label: t('Pause'), command: 'pauseIndexing' }, settings];
    case 'paused':
      return [
        { label: t('Resume'), command: 'resumeIndexing', isMain: true },
        { ...search, isMain: false },
        rebuild,
        settings,
      ];
    case 'ready':
      return [
        search,
        isAutomatic
          ? { label: t('Pause'), command: 'pauseIndexing' }
          : { label: t('Update'), command: 'indexWorkspace' },
        rebuild,
        settings,
      ];
    case 'failed':
      return [
        { label: t('Try Again'), command: 'indexWorkspace', isMain: true },
        rebuild,
        { label: t('Show Log'), command: 'showLog' },
        settings,
      ];
  }
}

function iconOf(phase: IndexPageState['status']['phase']): string {
  switch (phase) {
    case 'none':
      return 'circle-large-outline';
    case 'opening':
    case 'scanning':
    case 'indexing':
      return 'sync';
    case 'paused':
      return 'debug-pause';
    case 'ready':
      return 'pass-filled';
    case 'failed':
      return 'warning';
  }
}

interface ContentProps {
  readonly state: PageState;
  readonly index: IndexPageState;
  readonly overview: IndexOverview;
  readonly figures: Figures;
  readonly nowMs: number;
}

function Content({ state, index, overview, figures, nowMs }: ContentProps): JSX.Element {
  const { folders, model, memoryBytes } = overview;
  const sum = (value: (folder: IndexOverview['folders'][number]) => number): number =>
    folders.reduce((total, folder) => total + value(folder), 0);
  const changes = folders.flatMap(({ changedAtMs }) => (changedAtMs === null ? [] : [changedAtMs]));
  const changedAtMs = changes.length === 0 ? null : Math.max(...changes);
  const facts: readonly (readonly [name: string, value: string])[] = [
    [t('Files'), figures.count(index.status.filesDone)],
    [t('Passages'), figures.count(index.status.chunks)],
    [t('Source'), figures.size(sum(({ bytes }) => bytes))],
    [t('On disk'), figures.size(sum(({ diskBytes }) => diskBytes))],
    [t('Memory'), figures.size(memoryBytes)],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div class="fact" key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {folders.length > 1 && <FolderTable folders={folders} figures={figures} />}
      <Languages languages={sumLanguages(folders)} figures={figures} />
      <section aria-labelledby="details">
        <h2 id="details">{t('Details')}</h2>
        <dl class="details">
          <dt>{t('Embedding model')}</dt>
          <dd>
            {t('{0}, {1} dimensions, on this machine.', modelName(model.id), figures.count(model.dimensions))}
            {index.embedding !== null && (
              <ChosenModel embedding={index.embedding} overview={overview} figures={figures} />
            )}{' '}
            <button
              type="button"
              class="link-button"
              onClick={() => void state.ask('runCommand', { command: 'chooseEmbeddingModel' })}
            >
              {t('Change…')}
            </button>
          </dd>
          <dt>{t('Deep model')}</dt>
          <dd>
            <DeepModel overview={overview} chosen={index.embedding} figures={figures} />
          </dd>
          <dt>{t('Vectors')}</dt>
          <dd>{vectorSentence(overview, figures)}</dd>
          <dt>{t('Indexed by')}</dt>
          <dd>{ownerSentence(overview)}</dd>
          <dt>{t('When')}</dt>
          <dd>{index.isAutomatic ? t('By itself, as files change.') : t('Only when you ask for it.')}</dd>
          <dt>{t('CPU limit')}</dt>
          <dd>
            <CpuLimit
              percent={index.cpuPercent}
              figures={figures}
              onChange={(percent) => void state.ask('setCpuPercent', { percent })}
            />
          </dd>
          <dt>{t('Last change')}</dt>
          <dd title={changedAtMs === null ? undefined : figures.moment(changedAtMs)}>
            {changedAtMs === null ? t('Never') : figures.ago(changedAtMs, nowMs)}
          </dd>
          <dt>{t('Kept in')}</dt>
          <dd>
            {folders.map(({ folder, storeDirectory }) => (
              <button
                type="button"
                class="link-button path"
                key={folder}
                title={t('Show in the file browser')}
                onClick={() => void state.ask('revealStore', { folder })}
              >
                {storeDirectory}
              </button>
            ))}
          </dd>
        </dl>
      </section>
      <LeftOut state={state} skipped={index.status.skipped} figures={figures} folders={folders} />
    </>
  );
}

/** The id ends with a checksum, which tells a reader nothing. */
function modelName(id: string): string {
  return id.startsWith('static-code-') ? t('Built-in ({0})', id.replace(/\/[0-9a-f]+$/, '')) : id;
}
