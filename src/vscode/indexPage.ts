import * as vscode from 'vscode';
import type { Disposable, DisposableStore } from '../base/disposable.ts';
import { SextantError } from '../base/errors.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { Repeater } from '../base/repeater.ts';
import { type Channel, type Handlers, RpcPeer } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { commands, pages } from '../manifest.ts';
import type {
  IndexPageCommand,
  IndexPageContract,
  IndexPageHostContract,
  IndexPageState,
} from '../protocol/indexPage.ts';
import { indexPageValidators } from '../protocol/indexPageValidators.ts';
import { workspaceFile } from './editorActions.ts';
import { PageTab } from './pageTab.ts';
import { readSettings, saveIndexCpuPercent } from './settings.ts';
import { type WorkspaceIndex, virtualFolders } from './workspaceIndex.ts';

/** More would not be read, and what is looked for is found by typing. */
const MOST_LEFT_OUT = 5000;
/** The figures cost the index process some milliseconds for a large folder. */
const STATE_EVERY_MS = 500;

/** What is run for each, with its argument. */
const pageCommands: Readonly<Record<IndexPageCommand, readonly [command: string, argument?: string]>> = {
  indexWorkspace: [commands.indexWorkspace],
  pauseIndexing: [commands.pauseIndexing],
  resumeIndexing: [commands.resumeIndexing],
  rebuildIndex: [commands.rebuildIndex],
  searchCode: [commands.searchCode],
  openFolder: ['workbench.action.files.openFolder'],
  openSettings: ['workbench.action.openSettings', 'sextant.index'],
  showLog: [commands.showLog],
  chooseEmbeddingModel: [commands.chooseEmbeddingModel],
};

type Index = Pick<
  WorkspaceIndex,
  'ask' | 'embedding' | 'hasFolders' | 'onDidChangeDeepModel' | 'onDidChangeStatus' | 'status'
>;

/** The page about the index: a tab among the editors, one in a window, live while it is seen. */
export class IndexPage implements Disposable {
  readonly #index: Index;
  readonly #log: Log;
  readonly tab: PageTab;

  constructor(extensionUri: vscode.Uri, index: Index, log: Log) {
    this.#index = index;
    this.#log = log;
    this.tab = new PageTab(extensionUri, {
      viewType: pages.index,
      name: 'indexPage',
      title: t('Sextant Index'),
      connect: (channel, panel, parts) => {
        this.#connect(channel, panel, parts);
      },
    });
  }

  dispose(): void {
    this.tab.dispose();
  }

  #connect(channel: Channel, panel: vscode.WebviewPanel, parts: DisposableStore): void {
    const peer = parts.add(
      new RpcPeer<IndexPageHostContract, IndexPageContract>(channel, {
        handlers: this.#handlers(),
        validators: indexPageValidators,
        onInternalError: failuresOf('index page', this.#log),
      }),
    );
    const sending = parts.add(
      new Repeater(STATE_EVERY_MS, async () => {
        if (panel.visible) peer.emit('state', await this.#state());
      }),
    );
    const send = (): void => {
      sending.soon();
    };
    parts.add(this.#index.onDidChangeStatus(send));
    parts.add(this.#index.onDidChangeDeepModel(send));
    parts.add(this.#index.embedding.onDidChange(send));
    parts.add(panel.onDidChangeViewState(send));
    parts.add(vscode.workspace.onDidChangeConfiguration(send));
  }

  async #state(): Promise<IndexPageState> {
    const index = this.#index;
    const isAutomatic = readSettings.indexAutomatically();
    // Where nobody has asked for an index yet, looking at the page does not start one.
    const mayAsk = index.hasFolders && (isAutomatic || index.status.phase !== 'none');
    const overview = mayAsk ? await index.ask('overview', null).catch(() => null) : null;
    return {
      status: index.status,
      overview,
      hasWorkspace: index.hasFolders,
      virtualFolders: virtualFolders(),
      isAutomatic,
      cpuPercent: readSettings.indexCpuPercent(),
      embedding: index.embedding.state,
    };
  }

  #handlers(): Handlers<IndexPageHostContract> {
    return {
      state: () => this.#state(),
      leftOut: async (wanted) =>
        this.#index.hasFolders ? await this.#index.ask('leftOut', { ...wanted, limit: MOST_LEFT_OUT }) : [],
      openFile: async ({ folder, path }) => {
        await vscode.commands.executeCommand('vscode.open', workspaceFile(folder, path));
      },
      revealStore: async ({ folder }) => {
        const { folders } = await this.#index.ask('overview', null);
        const found = folders.find((each) => each.folder === folder);
        if (found === undefined) throw new SextantError('not-found', t('That folder is not open in this window.'));
        await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(found.storeDirectory));
      },
      setCpuPercent: ({ percent }) => saveIndexCpuPercent(percent),
      runCommand: async ({ command }) => {
        await vscode.commands.executeCommand(...pageCommands[command]);
      },
    };
  }
}
