import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { FolderOverview, IndexPhase } from '../../src/protocol/contextIndex.ts';
import type { Figures } from '../common/figures.ts';

/** The folders of the workspace, where there are several. */
export function FolderTable(props: { folders: readonly FolderOverview[]; figures: Figures }): JSX.Element {
  const { folders, figures } = props;
  return (
    <section aria-labelledby="folders">
      <h2 id="folders">{t('Folders')}</h2>
      <div class="table-scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('Folder')}</th>
              <th scope="col">{t('State')}</th>
              <th scope="col" class="number">
                {t('Files')}
              </th>
              <th scope="col" class="number">
                {t('Passages')}
              </th>
              <th scope="col" class="number">
                {t('On disk')}
              </th>
            </tr>
          </thead>
          <tbody>
            {folders.map(({ folder, name, status, isOwner, diskBytes }) => (
              <tr key={folder}>
                <th scope="row" title={folder}>
                  {name}
                </th>
                <td>{isOwner ? phaseName(status.phase) : t('{0}, by another window', phaseName(status.phase))}</td>
                <td class="number">{figures.count(status.filesDone)}</td>
                <td class="number">{figures.count(status.chunks)}</td>
                <td class="number">{figures.size(diskBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function phaseName(phase: IndexPhase): string {
  switch (phase) {
    case 'none':
      return t('not indexed');
    case 'opening':
      return t('opening');
    case 'scanning':
      return t('looking for files');
    case 'indexing':
      return t('indexing');
    case 'paused':
      return t('paused');
    case 'ready':
      return t('ready');
    case 'failed':
      return t('failed');
  }
}
