import type { JSX } from 'preact';
import type { FolderOverview } from '../../src/protocol/contextIndex.ts';
import type { Figures } from '../common/figures.ts';

/** The folders of the workspace, where there are several. */
export function FolderTable(props: { folders: readonly FolderOverview[]; figures: Figures }): JSX.Element {
  const { folders, figures } = props;
  return (
    <section aria-labelledby="folders">
      <h2 id="folders">Folders</h2>
      <div class="table-scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">Folder</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Files
              </th>
              <th scope="col" class="number">
                Passages
              </th>
              <th scope="col" class="number">
                On disk
              </th>
            </tr>
          </thead>
          <tbody>
            {folders.map(({ folder, name, status, isOwner, diskBytes }) => (
              <tr key={folder}>
                <th scope="row" title={folder}>
                  {name}
                </th>
                <td>{isOwner ? status.phase : `${status.phase}, by another window`}</td>
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
