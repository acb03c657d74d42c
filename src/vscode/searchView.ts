import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { type Channel, type Handlers, RpcPeer } from '../base/rpc.ts';
import { commands, views } from '../manifest.ts';
import type {
  FileRow,
  PassagePlace,
  SearchViewCommand,
  SearchViewContract,
  SearchViewHostContract,
  SearchViewState,
} from '../protocol/searchView.ts';
import { searchViewValidators } from '../protocol/searchViewValidators.ts';
import type { CodeSearch, FoundPassage } from './codeSearch.ts';
import { openPassage } from './editorActions.ts';
import { InputFocus } from './inputFocus.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

const viewCommands: Readonly<Record<SearchViewCommand, string>> = {
  indexWorkspace: commands.indexWorkspace,
  resumeIndexing: commands.resumeIndexing,
  showIndex: commands.showIndex,
  openFolder: 'workbench.action.files.openFolder',
};

export interface SearchViewDependencies {
  readonly search: CodeSearch;
  readonly index: Pick<WorkspaceIndex, 'status' | 'onDidChangeStatus' | 'onDidRefine' | 'hasFolders' | 'start'>;
  readonly askAbout: (passage: PassagePlace & { readonly symbol: string }) => Promise<void>;
  readonly log: Log;
}

/** The search of the code in the sidebar. */
export class SearchView {
  readonly #dependencies: SearchViewDependencies;
  readonly #wish = new InputFocus();

  constructor(dependencies: SearchViewDependencies) {
    this.#dependencies = dependencies;
  }

  /** Opens the view with this in its box. */
  async show(typed: string): Promise<void> {
    this.#wish.wish(typed);
    await vscode.commands.executeCommand(`${views.search}.focus`);
  }

  /** Connects a page, which comes and goes with the view. */
  attach(view: vscode.WebviewView, channel: Channel): void {
    const { index, log } = this.#dependencies;
    const parts = new DisposableStore();
    const peer = parts.add(
      new RpcPeer<SearchViewHostContract, SearchViewContract>(channel, {
        handlers: this.#handlers(),
        validators: searchViewValidators,
        onInternalError: failuresOf('search view', log),
      }),
    );
    let isDrawn = false;
    const grant = (): void => {
      const wish = isDrawn ? this.#wish.take() : null;
      if (wish !== null) peer.emit('query', { typed: wish.text });
    };
    parts.add(
      peer.on('ready', () => {
        isDrawn = true;
        grant();
      }),
    );
    parts.add(
      view.onDidChangeVisibility(() => {
        isDrawn &&= view.visible;
      }),
    );
    parts.add(this.#wish.onDidWish(grant));
    parts.add(
      index.onDidChangeStatus(() => {
        peer.emit('state', this.#state());
      }),
    );
    parts.add(
      index.onDidRefine(() => {
        peer.emit('refined', null);
      }),
    );
    parts.add(
      view.onDidDispose(() => {
        parts.dispose();
      }),
    );
  }

  #state(): SearchViewState {
    const { index } = this.#dependencies;
    return { status: index.status, hasWorkspace: index.hasFolders };
  }

  #handlers(): Handlers<SearchViewHostContract> {
    const { search, askAbout } = this.#dependencies;
    return {
      state: () => this.#state(),
      search: async ({ typed }, signal) => fileRows(await search.find(typed, signal)),
      hints: ({ typed }) => search.hints(typed),
      open: ({ keepFocus, ...place }) => openPassage(place, { preserveFocus: keepFocus }),
      askAbout: (passage) => askAbout(passage),
      runCommand: async ({ command }) => {
        await vscode.commands.executeCommand(viewCommands[command]);
      },
    };
  }
}

/** Puts the passages of a file together, where its best one stands. */
function fileRows(found: readonly FoundPassage[]): FileRow[] {
  const files = new Map<string, FoundPassage[]>();
  for (const each of found) {
    const key = `${each.hit.folder}\n${each.hit.path}`;
    const known = files.get(key);
    if (known === undefined) files.set(key, [each]);
    else known.push(each);
  }
  return [...files.values()].flatMap((passages) => {
    const [first] = passages;
    if (first === undefined) return [];
    const { folder, path } = first.hit;
    const shown = vscode.workspace.asRelativePath(vscode.Uri.joinPath(vscode.Uri.file(folder), path));
    const slash = shown.lastIndexOf('/');
    const rows = passages.map(({ hit: { startLine, endLine, symbol, kind }, shown: line }) => ({
      ...{ folder, path, startLine, endLine, symbol, kind },
      ...line,
    }));
    return [{ name: shown.slice(slash + 1), place: shown.slice(0, Math.max(0, slash)), passages: rows }];
  });
}
