import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError, errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller, RpcPeer, Silent } from '../base/rpc.ts';
import { Service, type StartedService } from '../base/service.ts';
import { figure, plural, t } from '../base/texts.ts';
import type { ContextSource } from '../chat/context.ts';
import type { HistoryIndexProcess } from '../chat/historySearch.ts';
import type { Reranker } from '../index/search/reranker.ts';
import { contextKeys, settings } from '../manifest.ts';
import type { TokenEncoding } from '../models/tokenEncoding.ts';
import {
  type EditToResolve,
  type ContextIndexContract,
  type HiddenGlob,
  type IndexFolder,
  type IndexStatus,
  type ResolvedEdit,
  type SearchHit,
  type SearchRequest,
  noIndex,
} from '../protocol/contextIndex.ts';
import type { IndexProcessContract } from '../protocol/indexProcess.ts';
import { ChosenEmbedding, type OpenEmbeddingModel } from './chosenEmbedding.ts';
import { FolderActivity } from './folderActivity.ts';
import { secretGlobs } from './secretUris.ts';
import { readSettings } from './settings.ts';

/** The index of this window's folders: the process that holds it, what changes in them, and its state. */
export class WorkspaceIndex implements ContextSource, Disposable {
  readonly #subscriptions = new DisposableStore();
  readonly #service: Service<IndexProcessContract>;
  readonly #statusChanged = this.#subscriptions.add(new Emitter<IndexStatus>());
  readonly #deepModelChanged = this.#subscriptions.add(new Emitter<null>());
  readonly #refined = this.#subscriptions.add(new Emitter<null>());
  readonly #storeDirectory: string;
  readonly #reranker: Pick<Reranker, 'reorder'>;
  readonly #log: Log;
  readonly #contexts = new Map<string, boolean>();
  #status = noIndex;
  #isClosing = false;

  readonly onDidChangeStatus = this.#statusChanged.event;
  readonly onDidChangeDeepModel = this.#deepModelChanged.event;
  /** What was searched a moment ago can be searched better now. */
  readonly onDidRefine = this.#refined.event;

  /** The embedding model that helps the built-in one. */
  readonly embedding: ChosenEmbedding;

  constructor(
    start: () => StartedService,
    storeDirectory: string,
    openModel: OpenEmbeddingModel,
    reranker: Pick<Reranker, 'reorder'>,
    log: Log,
  ) {
    this.#storeDirectory = storeDirectory;
    this.#reranker = reranker;
    this.#log = log;
    this.#service = this.#subscriptions.add(
      new Service<IndexProcessContract>(t('index process'), start, (peer) => this.#open(peer)),
    );
    this.embedding = this.#subscriptions.add(new ChosenEmbedding(this.#service, openModel, log));
    this.#subscriptions.add(this.#service.onDidDie(() => void this.#restart()));
    this.#subscriptions.add(
      this.#service.on('status', (status) => {
        this.#setStatus(status);
      }),
    );
    this.#subscriptions.add(
      this.#service.on('deepModelChanged', () => {
        this.#deepModelChanged.fire(null);
      }),
    );
    this.#subscriptions.add(
      this.#service.on('refined', () => {
        this.#refined.fire(null);
      }),
    );
    this.#subscriptions.add(
      this.#service.on('log', ({ level, message }) => {
        log[level](t('index: {0}', message));
      }),
    );
    this.#subscriptions.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#reopen()));
    this.#subscriptions.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        const lists = ['files.exclude', settings.secretFiles];
        if (lists.some((setting) => change.affectsConfiguration(setting))) void this.#reopen();
        if (change.affectsConfiguration(settings.indexCpuPercent)) this.#tell('limitCpu', cpuLimit());
        const deepens = [settings.indexDeepModel, settings.indexEmbeddingModel];
        if (deepens.some((setting) => change.affectsConfiguration(setting))) this.#tell('allowDeepModel', deepModel());
      }),
    );
    this.#subscriptions.add(
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if (opened.length > 0 || closed.length > 0) this.#tellOpenFiles();
      }),
    );
    this.#subscriptions.add(
      new FolderActivity({
        pathsChanged: (paths) => {
          this.#tell('pathsChanged', { paths });
        },
        userActive: () => {
          this.#tell('userActive', null);
        },
      }),
    );
  }

  /** The process, for the search of the history, which it serves as well. */
  get process(): HistoryIndexProcess {
    return this.#service;
  }

  get status(): IndexStatus {
    return this.#status;
  }

  get hasFolders(): boolean {
    return indexFolders().length > 0;
  }

  /** Starts the process if there is something to index. */
  async start(signal?: AbortSignal): Promise<void> {
    if (!this.hasFolders) return;
    if (!this.#service.isRunning) this.#setStatus({ ...noIndex, phase: 'opening' });
    this.#setStatus(await this.#service.call('status', null, signal));
  }

  search(query: string, limit: number, signal: AbortSignal): Promise<SearchHit[]> {
    return this.find({ query, limit, patience: 'long' }, signal);
  }

  /** The same with filters; the models that were chosen for embedding and reranking are asked as well. */
  async find(request: SearchRequest, signal: AbortSignal): Promise<SearchHit[]> {
    const asked = await this.embedding.vectorOf(request.query, signal);
    const hits = await this.ask('search', { ...request, ...asked }, signal);
    return await this.#reranker.reorder(request.query, hits, signal);
  }

  /** Asks the process, which is started for it; rejects with a sentence for the user where there is no index to ask. */
  readonly ask: Caller<ContextIndexContract>['call'] = (method, params, signal) =>
    this.hasFolders ? this.#service.call(method, params, signal) : Promise.reject(noFolder());

  countTokens(texts: readonly string[], signal: AbortSignal, encoding?: TokenEncoding): Promise<number[]> {
    return this.#service.call('countTokens', { texts, ...(encoding === undefined ? {} : { encoding }) }, signal);
  }

  /** What an answer comes to in a text, found out in the index's process, for it can take long. */
  resolveEdit(edit: EditToResolve): Promise<ResolvedEdit> {
    return this.#service.call('resolveEdit', edit);
  }

  /** Loads what counting tokens needs, which takes a moment. */
  async prepare(): Promise<void> {
    if (this.hasFolders) await this.#service.call('countTokens', { texts: [''] }).catch(() => undefined);
  }

  async settled(timeoutMs: number, signal: AbortSignal): Promise<IndexStatus> {
    if (!this.hasFolders) return noIndex;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    await this.start(patience).catch((error: unknown) => {
      if (signal.aborted || !patience.aborted) throw error;
    });
    if (patience.aborted || !isCatchingUp(this.#status)) return this.#status;
    return await new Promise((resolve) => {
      const finish = (): void => {
        subscription.dispose();
        patience.removeEventListener('abort', finish);
        resolve(this.#status);
      };
      const subscription = this.onDidChangeStatus((status) => {
        if (!isCatchingUp(status)) finish();
      });
      patience.addEventListener('abort', finish, { once: true });
    });
  }

  /** Indexes what changed, or everything anew, with a progress notification until it is done. */
  async runWithProgress(how: 'update' | 'rebuild'): Promise<void> {
    if (!this.hasFolders) {
      throw noFolder();
    }
    const options = { location: vscode.ProgressLocation.Notification, title: 'Sextant', cancellable: true };
    const done = await vscode.window.withProgress(options, async (progress, token) => {
      const subscription = this.onDidChangeStatus((status) => {
        progress.report({ message: describeIndex(status) });
      });
      token.onCancellationRequested(() => {
        this.pause().catch((error: unknown) => {
          this.#log.warn(`index: could not pause: ${errorMessage(error)}`);
        });
      });
      try {
        return await this.#service.call(how, null);
      } finally {
        subscription.dispose();
      }
    });
    if (done.phase === 'failed')
      throw new SextantError('internal', done.message ?? t('Indexing failed. See the Sextant log.'));
    void vscode.window.showInformationMessage(describeIndex(done));
  }

  pause(): Promise<void> {
    return this.#service.call('pause', null);
  }

  resume(): Promise<void> {
    return this.#service.call('resume', null);
  }

  /** Lets the process save and end. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#service.isRunning) await this.#service.call('close', null).catch(() => undefined);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #open(peer: RpcPeer<Silent, IndexProcessContract>): Promise<void> {
    await peer.call('limitCpu', cpuLimit());
    await peer.call('allowDeepModel', deepModel());
    await peer.call('open', this.#openRequest());
    await peer.call('filesOpen', { paths: openFiles() });
  }

  #openRequest(): Parameters<ContextIndexContract['requests']['open']>[0] {
    const storeDirectory = this.#storeDirectory;
    return { folders: indexFolders(), storeDirectory, autoIndex: readSettings.indexAutomatically() };
  }

  #tellOpenFiles(): void {
    this.#tell('filesOpen', { paths: openFiles() });
  }

  /** Goes on where the process was when it died. One that keeps dying is left alone until somebody asks. */
  async #restart(): Promise<void> {
    if (this.#isClosing) return;
    this.#log.error('index: its process has ended unexpectedly');
    try {
      await this.start();
    } catch (error) {
      this.#log.error(`index: its process could not go on: ${errorMessage(error)}`);
      if (!this.#service.isRunning) this.#setStatus({ ...noIndex, phase: 'failed', message: errorMessage(error) });
    }
  }

  async #reopen(): Promise<void> {
    try {
      // Without folders it serves the history.
      if (this.#service.isRunning) {
        await this.#service.call('open', this.#openRequest());
        this.#tellOpenFiles();
      } else if (readSettings.indexAutomatically()) await this.start();
      if (!this.hasFolders) this.#setStatus(noIndex);
    } catch (error) {
      this.#log.error(`index: could not open the workspace's folders: ${errorMessage(error)}`);
    }
  }

  /** Tells the process something that it can do without, should it not be there. */
  #tell<M extends 'pathsChanged' | 'userActive' | 'limitCpu' | 'allowDeepModel' | 'filesOpen'>(
    method: M,
    params: Parameters<IndexProcessContract['requests'][M]>[0],
  ): void {
    if (!this.#service.isRunning) return;
    this.#service.call(method, params).catch((error: unknown) => {
      this.#log.warn(`index: ${method} was not taken: ${errorMessage(error)}`);
    });
  }

  #setStatus(status: IndexStatus): void {
    this.#status = status;
    this.#statusChanged.fire(status);
    this.#setContext(contextKeys.indexing, isCatchingUp(status));
    this.#setContext(contextKeys.indexPaused, status.phase === 'paused');
  }

  /** Ten times a second there is a status while something is indexed, and seldom one that changes what VS Code shows. */
  #setContext(key: string, value: boolean): void {
    if (this.#contexts.get(key) === value) return;
    this.#contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

/** The state of the index in a few words, as the chat and notifications show it. */
export function describeIndex(status: IndexStatus): string {
  const files = (): string =>
    plural(status.filesTotal, '{1} of {0} file', '{1} of {0} files', figure(status.filesDone));
  switch (status.phase) {
    case 'none':
      return t('No folder is open.');
    case 'opening':
      return t('Opening the index…');
    case 'scanning':
      return t('Looking for files…');
    case 'indexing':
      return t('Indexing {0}…', files());
    case 'paused':
      return t('Indexing is paused at {0}.', files());
    case 'ready':
      return (
        status.message ??
        plural(status.filesDone, 'The index is up to date: {0} file.', 'The index is up to date: {0} files.')
      );
    case 'failed':
      return status.message ?? t('Indexing failed. See the Sextant log.');
  }
}

/** Names of folders that are on no disk of this machine: the index's process, which has no editor, cannot read them. */
export function virtualFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme !== 'file').map(({ name }) => name);
}

/** Says why there is nothing to index or to search. */
export function noFolder(): SextantError {
  const [virtual] = virtualFolders();
  if (virtual !== undefined) {
    return new SextantError(
      'unsupported',
      t(
        'The folder “{0}” is on no disk of this machine, so it is not indexed. Clone it, or open it where it is.',
        virtual,
      ),
    );
  }
  return new SextantError(
    'not-found',
    t('No folder is open. Open a folder first; Sextant indexes the folders of the workspace.'),
  );
}

/** True while the index does not hold all that belongs into it, and works on that. */
function cpuLimit(): { readonly percent: number } {
  return { percent: readSettings.indexCpuPercent() };
}

function deepModel(): { readonly isAllowed: boolean } {
  return { isAllowed: readSettings.indexDeepModel() };
}

export function isCatchingUp(status: IndexStatus): boolean {
  return status.phase === 'opening' || status.phase === 'scanning' || status.phase === 'indexing';
}

function indexFolders(): IndexFolder[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map((folder) => ({
      path: folder.uri.fsPath,
      name: folder.name,
      hidden: hiddenGlobs(folder),
      secret: secretGlobs(folder),
    }));
}

/** What `files.exclude` hides in a folder, as far as it is switched on. */
function hiddenGlobs(folder: vscode.WorkspaceFolder): HiddenGlob[] {
  const exclude = vscode.workspace.getConfiguration('files', folder).get<unknown>('exclude');
  if (typeof exclude !== 'object' || exclude === null) return [];
  return Object.entries(exclude).flatMap(([glob, value]: [string, unknown]): HiddenGlob[] => {
    if (value === true) return [{ glob }];
    const when = typeof value === 'object' && value !== null && 'when' in value ? value.when : undefined;
    return typeof when === 'string' ? [{ glob, when }] : [];
  });
}

/** The files that stand in a tab. */
function openFiles(): string[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.flatMap(({ input }) =>
    input instanceof vscode.TabInputText && input.uri.scheme === 'file' ? [input.uri.fsPath] : [],
  );
}
